// Announces the plan of a run, and limits it to what earlier runs have announced (announceNights). A run that keeps no records
// announces nothing; it only shows what is announced.
import { rangesOf, type Revision, type Target, without } from '../domain/revision.ts';
import type { Observation } from '../observe/observe.ts';
import { type Announced, countWaiting, updateAnnounced, withinAnnounced } from '../plan/announced.ts';
import { formatCount, formatTime } from '../report/text/wording.ts';
import { compile } from '../settings/match.ts';
import { announcedRecord } from '../state/announced.ts';
import { loadCache, saveRecord } from '../state/records.ts';
import type { RunOptions } from './context.ts';

/** A schedule runs at least once a month. After more time, nothing is known of what the revisions did meanwhile. */
const STALE_MS = 35 * 86_400_000;

/** @throws StateError */
export async function limitToAnnounced(
  options: RunOptions,
  target: Target,
  observed: Observation,
): Promise<{ readonly observed: Observation; readonly notes: readonly string[] }> {
  const { settings, stateAccess, keepsRecords, aws, clock } = options;
  const { announceNights: nights, maxDeregistrations: cap } = settings;
  if (nights === 0) return { observed, notes: [] };
  const now = Math.max(clock.now(), aws.now());
  const type = announcedRecord(target);
  const notes: string[] = [];
  let announced: Announced = new Map();
  if (stateAccess !== undefined) {
    const loaded = await loadCache(stateAccess.state, type);
    if (loaded.damage !== undefined)
      notes.push(`${loaded.damage.operation}: ${loaded.damage.reason}. Everything is announced again`);
    const isStale = loaded.value !== undefined && now - loaded.value.updatedAt > STALE_MS;
    if (isStale) notes.push('No run has announced for more than 35 days. Everything is announced again');
    announced = isStale ? announced : (loaded.value?.families ?? announced);
    announced = updateAnnounced(announced, observed.plan, now, judgedBy(settings));
    if (keepsRecords) await saveRecord(stateAccess.state, type, loaded, { updatedAt: now, families: announced });
  } else announced = updateAnnounced(announced, observed.plan, now, () => true);
  const plan = withinAnnounced(announced, observed.plan, { nights, now: aws.asOf(), cap });
  for (const [from, count] of [...countWaiting(plan)].toSorted(([a], [b]) => a - b).slice(0, MOST_NOTES))
    notes.push(
      `Announced: ${formatCount(count, 'revision')} will be deregistered from ${formatTime(from)} on unless something uses ${count === 1 ? 'it' : 'them'}`,
    );
  if (!keepsRecords) notes.push('A plan announces nothing: only the runs of the function and of prune do');
  return { observed: { ...observed, plan }, notes };
}

/** A note for each night; with the longest setting there are thirty. */
const MOST_NOTES = 31;

/** A revision that a check kept has left the plan, and starts again. @throws StateError */
export async function forgetAnnounced(options: RunOptions, target: Target, kept: readonly Revision[]): Promise<void> {
  const { settings, stateAccess } = options;
  if (settings.announceNights === 0 || stateAccess === undefined || kept.length === 0) return;
  const type = announcedRecord(target);
  const loaded = await loadCache(stateAccess.state, type);
  if (loaded.value === undefined) return;
  const families = new Map(loaded.value.families);
  for (const [family, some] of Map.groupBy(kept, (one) => one.family)) {
    const removed = rangesOf(some.map(({ number }) => number));
    const left = (families.get(family) ?? []).map(({ ranges, since }) => ({ since, ranges: without(ranges, removed) }));
    families.set(
      family,
      left.filter(({ ranges }) => ranges.length > 0),
    );
  }
  await saveRecord(stateAccess.state, type, loaded, { ...loaded.value, families });
}

/** A run of some families says nothing of the others. */
function judgedBy({ runFamilies = [] }: RunOptions['settings']): (family: string) => boolean {
  const lists = runFamilies.map((globs) => globs.map(compile));
  return (family) => lists.every((globs) => globs.some((matches) => matches(family)));
}
