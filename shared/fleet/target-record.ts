// The record of one target in the bucket of a hub: how its newest run ended, its last nights, and how many events it sent.
import * as z from 'zod';
import type { Night } from '../domain/night.ts';
import { byName } from '../domain/revision.ts';
import type { RunEnd } from '../report/json/parse-run-event.ts';
import type { RecordType } from '../state/codec.ts';
import { count, identifier, time, words } from '../state/fields.ts';
import { night } from '../state/trend.ts';
import type { ReceivedEvent } from './received.ts';

export interface TargetRecord {
  /** Of the newest run by its beginning. Its trend has only nights before it. */
  readonly end: RunEnd;
  /** When the event of that run arrived, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Of the runs that sent an event, oldest first, each run once. */
  readonly nights: readonly Night[];
  /** The events of the day of the last one, repetitions included. */
  readonly events: { readonly day: string; readonly count: number };
}

/** A month, and some runs by hand. */
const MOST_NIGHTS = 40;
const DAY = /^\d{4}-\d\d-\d\d$/;

const end: z.ZodType<RunEnd> = z.strictObject({
  version: count,
  tool: z.strictObject({ version: identifier }),
  run: z.strictObject({ id: identifier, began: time, seconds: z.number(), dryRun: z.boolean() }),
  target: z.strictObject({ account: identifier, region: identifier, partition: identifier }),
  alias: identifier.nullable(),
  outcome: identifier,
  needsAction: z.boolean(),
  verdict: words,
  counts: z.strictObject({ active: count, planned: count, deregistered: count, failed: count }),
  backlog: z.strictObject({ revisions: count, nights: count, atLeast: z.boolean() }),
  attention: z.array(z.strictObject({ problem: words, remedy: words })).max(5_000),
  moreAttention: count,
  report: identifier.nullable(),
  trend: z.array(night).max(100),
});

export const TARGETS = 'targets/';

/** @param name `123456789012/eu-west-1` */
export function targetRecord(name: string): RecordType<TargetRecord> & { readonly key: string } {
  return {
    name: 'record of a target',
    key: `${TARGETS}${name}.json`,
    format: 1,
    schemas: {
      1: z.strictObject({
        end,
        receivedAt: time,
        nights: z.array(night).max(MOST_NIGHTS),
        events: z.strictObject({ day: z.string().regex(DAY), count }),
      }),
    },
    maxLength: 2_000_000,
  };
}

/** The same in any order of the events, but for repetitions of one run, of which the last one counts. */
export function addEvent(record: TargetRecord | undefined, { end: given, receivedAt }: ReceivedEvent): TargetRecord {
  const trend = given.trend.filter(({ beganAt }) => beganAt < given.run.began);
  const day = dayOf(receivedAt);
  const own: Night = {
    id: given.run.id,
    beganAt: given.run.began,
    active: given.counts.active,
    deregistered: given.counts.deregistered,
    waiting: given.backlog.revisions,
    outcome: given.outcome,
  };
  const isNewest = record === undefined || isLater(given, record.end);
  const events = record?.events.day === day ? { day, count: record.events.count + 1 } : { day, count: 1 };
  return {
    end: isNewest ? { ...given, trend } : record.end,
    receivedAt: isNewest ? receivedAt : record.receivedAt,
    nights: mergeNights([...(record?.nights ?? []), own]),
    events: record !== undefined && record.events.day > day ? record.events : events,
  };
}

/** A repetition of the same run is later: it may say more. */
function isLater({ run: a }: RunEnd, { run: b }: RunEnd): boolean {
  return a.began === b.began ? a.id >= b.id : a.began > b.began;
}

/** The nights of a target, oldest first. What a run said itself counts more than the trend of a later one, and of all trends the
 *  newest counts, whatever the order in which their events arrived. */
export function listNights({ end: newest, nights }: TargetRecord): readonly Night[] {
  const own = new Set(nights.map(({ id }) => id));
  return mergeNights([...newest.trend.filter(({ id }) => !own.has(id)), ...nights]);
}

/** Later ones of the list replace earlier ones of the same run. */
function mergeNights(nights: readonly Night[]): readonly Night[] {
  const byRun = new Map(nights.map((one) => [`${one.beganAt} ${one.id}`, one]));
  return [...byRun.values()].toSorted((a, b) => a.beganAt - b.beganAt || byName(a.id, b.id)).slice(-MOST_NIGHTS);
}

/** `2026-11-30`, in UTC. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
