// Stores what a batch of events says about its targets, each in one record. Any part of a batch may arrive again, and late.
import { loadCache, updateRecord } from '../state/records.ts';
import type { StateStore } from '../state/store.ts';
import { receive, type ReceivedEvent, type RefusedEvent, targetKey } from './received.ts';
import { addRefused, refusedRecord } from './refused-record.ts';
import { addEvent, dayOf, TARGETS, type TargetRecord, targetRecord } from './target-record.ts';

export interface QueuedEvent {
  /** SQS's id of the message. */
  readonly id: string;
  readonly body: string;
  /** When SQS received it, in milliseconds since the epoch. */
  readonly sentAt: number;
}

export interface Collected {
  readonly stored: number;
  readonly refused: readonly RefusedEvent[];
  /** The messages that could not be stored, with what stopped them. SQS delivers them again. */
  readonly failures: readonly { readonly ids: readonly string[]; readonly error: unknown }[];
}

/** AWS has fewer. It bounds the records of an account that invents some. */
const MOST_REGIONS = 64;

interface Sorted<Event> {
  readonly id: string;
  readonly event: Event;
}

export async function collect(store: StateStore, batch: readonly QueuedEvent[]): Promise<Collected> {
  const ends: Sorted<ReceivedEvent>[] = [];
  const refused: Sorted<RefusedEvent>[] = [];
  for (const { id, body, sentAt } of batch) {
    const event = receive(body, sentAt);
    if ('end' in event) ends.push({ id, event });
    else refused.push({ id, event });
  }
  const failures: { ids: string[]; error: unknown }[] = [];
  let stored = 0;
  for (const [name, events] of Map.groupBy(ends, ({ event }) => targetKey(event.end.target))) {
    try {
      if (await isStored(store, name, events)) stored += events.length;
      else refused.push(...events.map(({ id, event }) => ({ id, event: tooManyRegions(name, event) })));
    } catch (error) {
      failures.push({ ids: events.map(({ id }) => id), error });
    }
  }
  for (const [day, events] of Map.groupBy(refused, ({ event }) => dayOf(event.receivedAt))) {
    const type = refusedRecord(day);
    try {
      const added = events.map(({ event }) => event);
      await updateRecord(store, type, (before) => addRefused(before, added));
    } catch (error) {
      failures.push({ ids: events.map(({ id }) => id), error });
    }
  }
  return { stored, refused: refused.map(({ event }) => event), failures };
}

/** @returns false where the account has too many targets already */
async function isStored(store: StateStore, name: string, events: readonly Sorted<ReceivedEvent>[]): Promise<boolean> {
  const type = targetRecord(name);
  const loaded = await loadCache(store, type);
  const isNew = loaded.stored === undefined;
  if (isNew && (await store.list(`${TARGETS}${name.split('/')[0] ?? ''}/`)).length >= MOST_REGIONS) return false;
  await updateRecord(store, type, (before) => addEvents(before, events), loaded);
  return true;
}

function addEvents(before: TargetRecord | undefined, [first, ...others]: readonly Sorted<ReceivedEvent>[]) {
  if (first === undefined) throw new Error('a group has a member');
  return others.reduce((record, { event }) => addEvent(record, event), addEvent(before, first.event));
}

function tooManyRegions(claims: string, { end, receivedAt }: ReceivedEvent): RefusedEvent {
  return { account: end.target.account, reason: 'too many Regions', claims, receivedAt };
}
