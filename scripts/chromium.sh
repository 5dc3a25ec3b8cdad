#!/usr/bin/env bash
# Installs Debian's Chromium, in which the page of a report is tested, where the machine has none. Ends with 1 and says so where
# that cannot be done: a network that is closed must not stop the other tests.
set -uo pipefail
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] && exit 0
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
for _ in 1 2 3; do
  if as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq chromium >/dev/null; then exit 0; fi
  sleep 5
done
echo 'NOT TESTED: the page of a report, since Chromium is not installed and apt-get could not install it.' >&2
exit 1
