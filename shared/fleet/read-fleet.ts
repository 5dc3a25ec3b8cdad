// Reads everything that a hub knows from its bucket.
import type { Fleet } from '../report/fleet/model.ts';
import { inChunks } from '../state/read-all.ts';
import { loadCache, readRecord } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';
import { type HubRecord, hubRecord } from './hub-record.ts';
import { refusedRecord, type RefusedEvents } from './refused-record.ts';
import { FleetSummary } from './summarize.ts';
import { dayOf, TARGETS, targetRecord } from './target-record.ts';

const DAY_MS = 86_400_000;

/** @param now milliseconds since the epoch
 *  @throws StateError; a single damaged record is a problem of the fleet */
export async function readFleet(store: StateStore, now: number, hub?: HubRecord): Promise<Fleet> {
  const keys = await store.list(TARGETS);
  const summary = new FleetSummary(now, hub ?? (await loadCache(store, hubRecord)).value);
  const names = keys.flatMap((key) => /^targets\/(\d{12}\/[a-z0-9-]+)\.json$/.exec(key)?.[1] ?? []);
  // A few at a time, in order: the records of a large fleet do not fit into memory together.
  for (const some of inChunks(names)) {
    const read = some.map(async (name) => [name, await loadCache(store, targetRecord(name))] as const);
    for (const [name, { value, damage }] of await Promise.all(read)) {
      if (value !== undefined) summary.add(name, value);
      else if (damage !== undefined)
        summary.addUnreadable(name, { operation: damage.operation, reason: damage.reason, remedy: NEXT_EVENT });
    }
  }
  return summary.finish(await readRefused(store, now));
}

const NEXT_EVENT = 'The next event of its target replaces it.';

/** Those of the last day. */
async function readRefused(store: StateStore, now: number): Promise<RefusedEvents[]> {
  const groups: RefusedEvents[] = [];
  for (const day of [dayOf(now - DAY_MS), dayOf(now)]) {
    const type = refusedRecord(day);
    groups.push(...((await loadCache(store, type)).value?.groups ?? []));
  }
  return groups.filter(({ lastAt }) => now - lastAt <= DAY_MS);
}

/** @returns nothing where the target has no record
 *  @throws StateError, for a damaged record as well */
export async function readTarget(store: StateStore, name: string) {
  return (await readRecord(store, targetRecord(name).key, targetRecord(name), NEXT_EVENT)).value;
}
