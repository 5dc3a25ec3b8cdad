// Settings for a single run: what an option or an event says on top of the file, and the fingerprint of the result, by
// which two reports can be told to rest on the same settings.
import { createHash } from 'node:crypto';
import type { Settings } from './schema.ts';

export type Narrowing = {
  readonly families?: readonly string[] | undefined;
  readonly keepLatest?: number | undefined;
  readonly minAgeDays?: number | undefined;
  readonly maxDeregistrations?: number | undefined;
  readonly share?: number | undefined;
  readonly writeShare?: number | undefined;
  readonly without?: readonly string[] | undefined;
  readonly state?: string | undefined;
};

/**
 * Families can only become fewer, and sources can only be left out in addition. The numbers take the place of the file's;
 * an override's own numbers stay, because whoever wrote it knew better about those families. Whether a number may be
 * loosened is for the caller to say: a person at a terminal may raise the cap, an event may not.
 */
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

/** Twelve hexadecimal digits. The order of keys does not count, the order of lists does: the first override wins. */
export function digest(settings: Settings): string {
  const canonical = JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(canonical).digest('hex').slice(0, 12);
}
