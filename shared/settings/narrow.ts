// Applies the options of a command or an event to the settings of one run, and computes a digest, by which two reports
// show whether they used the same settings.
import { createHash } from 'node:crypto';
import { isObject } from '../domain/objects.ts';
import type { Settings } from './schema.ts';

type Narrowable =
  'families' | 'keepLatest' | 'minAgeDays' | 'maxDeregistrations' | 'share' | 'writeShare' | 'without' | 'state';
export type Narrowing = { readonly [Name in Narrowable]?: Settings[Name] | undefined };

/** Families can only become fewer, and more sources can be left out. Numbers replace the file's, but those of an
 *  override stay, since they were chosen for these families. The caller decides whether a number may be loosened: an
 *  operator at a terminal may raise the cap, an event may not. */
export function narrow(settings: Settings, run: Narrowing): Settings {
  return {
    ...settings,
    keepLatest: run.keepLatest ?? settings.keepLatest,
    minAgeDays: run.minAgeDays ?? settings.minAgeDays,
    maxDeregistrations: run.maxDeregistrations ?? settings.maxDeregistrations,
    share: run.share ?? settings.share,
    writeShare: run.writeShare ?? settings.writeShare,
    state: run.state ?? settings.state,
    without: [...new Set([...settings.without, ...(run.without ?? [])])],
    ...(run.families && { runFamilies: [...(settings.runFamilies ?? []), run.families] }),
  };
}

/** Twelve hexadecimal digits. The order of keys does not count, but the order of lists does: the first override
 *  wins. */
export function digest(settings: Settings): string {
  const canonical = JSON.stringify(settings, (_, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
  return createHash('sha256').update(canonical).digest('hex').slice(0, 12);
}
