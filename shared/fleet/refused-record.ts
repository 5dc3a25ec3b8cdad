// The record of the events that a hub refused on one day, by the account that sent them.
import * as z from 'zod';
import { keysOf } from '../domain/objects.ts';
import type { RecordType } from '../state/codec.ts';
import { count, identifier, time } from '../state/fields.ts';
import { type RefusalReason, type RefusedEvent, refusals } from './received.ts';

/** The refused events of one account for one reason. */
export interface RefusedEvents {
  readonly account: string | undefined;
  readonly reason: RefusalReason;
  readonly count: number;
  readonly lastAt: number;
  /** The target that the last one names. */
  readonly claims: string | undefined;
}

export interface RefusedDay {
  readonly groups: readonly RefusedEvents[];
  /** Events of further accounts. */
  readonly more: number;
}

/** Four reasons of five hundred accounts. */
const MOST_GROUPS = 2_000;

/** @param day `2026-11-30` */
export function refusedRecord(day: string): RecordType<RefusedDay> & { readonly key: string } {
  return {
    name: 'record of refused events',
    key: `refused/${day}.json`,
    format: 1,
    schemas: {
      1: z.strictObject({
        groups: z
          .array(
            z.strictObject({
              account: identifier.optional().transform((account) => account),
              reason: z.enum(keysOf(refusals)),
              count,
              lastAt: time,
              claims: identifier.optional().transform((claims) => claims),
            }),
          )
          .max(MOST_GROUPS)
          .transform((groups) => groups.map(({ account, claims, ...group }) => ({ account, claims, ...group }))),
        more: count,
      }),
    },
  };
}

export function addRefused(day: RefusedDay | undefined, events: readonly RefusedEvent[]): RefusedDay {
  const groups = new Map((day?.groups ?? []).map((group) => [keyOf(group), group]));
  let more = day?.more ?? 0;
  for (const { receivedAt, ...event } of events) {
    const key = keyOf(event);
    const group = groups.get(key);
    if (group === undefined && groups.size >= MOST_GROUPS) more++;
    else
      groups.set(key, { ...event, count: (group?.count ?? 0) + 1, lastAt: Math.max(group?.lastAt ?? 0, receivedAt) });
  }
  return { groups: [...groups.values()], more };
}

function keyOf({ account, reason }: Pick<RefusedEvents, 'account' | 'reason'>): string {
  return `${account} ${reason}`;
}
