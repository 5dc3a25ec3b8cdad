// The time zone of the times in reports. The function says once where its operators are; the command line prints UTC.
let zone = 'UTC';

export function timeZone(): string {
  return zone;
}

/** @param name an IANA name; one that this machine does not know is as UTC */
export function setTimeZone(name: string): void {
  zone = name;
}
