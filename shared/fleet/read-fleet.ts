// Reads everything that a hub knows from its bucket.
import type { Problem } from '../domain/problem.ts';
import { DAY_MS, HOUR_MS } from '../domain/time.ts';
import type { Fleet, IgnoredEvents } from '../report/fleet/model.ts';
import { inChunks } from '../state/read-all.ts';
import { loadCache, readRecord } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';
import { type HubRecord, hubRecord } from './hub-record.ts';
import { refusals } from './received.ts';
import { refusedRecord } from './refused-record.ts';
import { FleetSummary } from './summarize.ts';
import { dayOf, TARGETS, targetRecord } from './target-record.ts';

/** A digest that did not go out for longer has raised its alarm. */
const MOST_DAYS = 14;

/** @param now milliseconds since the epoch
 *  @throws StateError; a single damaged record is a problem of the fleet */
export async function readFleet(store: StateStore, now: number, hub?: HubRecord): Promise<Fleet> {
  const keys = await store.list(TARGETS);
  const { value = hub, damage } = hub === undefined ? await loadCache(store, hubRecord) : {};
  const summary = new FleetSummary(now, value);
  if (damage !== undefined) summary.addProblem(toProblem(damage, NEXT_DIGEST));
  const names = keys.flatMap((key) => /^targets\/(\d{12}\/[a-z0-9-]+)\.json$/.exec(key)?.[1] ?? []);
  // A few at a time, in order: the records of a large fleet do not fit into memory together.
  for (const some of inChunks(names)) {
    const read = some.map(async (name) => [name, await loadCache(store, targetRecord(name))] as const);
    for (const [name, record] of await Promise.all(read)) {
      if (record.value !== undefined) summary.add(name, record.value);
      else if (record.damage !== undefined) summary.addUnreadable(name, toProblem(record.damage, NEXT_EVENT));
    }
  }
  return summary.finish(await readRefused(store, now, value?.sentAt ?? now, summary));
}

function toProblem({ operation, reason }: Problem, remedy: string): Problem {
  return { operation, reason, remedy };
}

const NEXT_DIGEST = 'The next digest replaces it. Until then, silent targets are those that have reported before.';
const NEXT_EVENT = 'The next event of its target replaces it.';

/** Those since the last digest, or of the last day. */
async function readRefused(store: StateStore, now: number, sentAt: number, summary: FleetSummary) {
  // The queue may have held some back while the last digest was made.
  const since = Math.max(Math.min(now - DAY_MS, sentAt - HOUR_MS), now - MOST_DAYS * DAY_MS);
  const groups = new Map<string, IgnoredEvents>();
  for (let day = dayOf(since); day <= dayOf(now); day = dayOf(Date.parse(day) + DAY_MS)) {
    const { value, damage } = await loadCache(store, refusedRecord(day));
    if (damage !== undefined)
      summary.addProblem(toProblem(damage, 'The next event that is ignored on that day replaces it.'));
    for (const { account, reason, count, claims, lastAt } of value?.groups ?? []) {
      if (lastAt < since) continue;
      const key = `${account} ${reason}`;
      const earlier = groups.get(key)?.count ?? 0;
      groups.set(key, { account, reason: refusals[reason], count: earlier + count, claims });
    }
    if (value !== undefined && value.more > 0)
      groups.set(day, {
        account: undefined,
        reason: `too many others were on ${day}`,
        count: value.more,
        claims: undefined,
      });
  }
  return [...groups.values()];
}

/** @returns nothing where the target has no record
 *  @throws StateError, for a damaged record as well */
export async function readTarget(store: StateStore, name: string) {
  return (await readRecord(store, targetRecord(name).key, targetRecord(name), NEXT_EVENT)).value;
}
