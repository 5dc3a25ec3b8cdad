// The record of the last nights, for the trend of a report. It only saves reading the record of every run.
import * as z from 'zod';
import type { Night } from '../domain/night.ts';
import type { Target } from '../domain/revision.ts';
import { count, identifier, time } from './fields.ts';
import type { MergeableRecord } from './records.ts';

/** A year of nights, and some runs by hand. */
const MOST_NIGHTS = 400;

export const night = z.strictObject({
  id: identifier,
  beganAt: time,
  active: count,
  deregistered: count,
  waiting: count,
  outcome: identifier,
});

export function trendRecord({ account, region }: Target): MergeableRecord<readonly Night[]> {
  const key = `${account}/${region}/trend.json`;
  return {
    name: 'record of the last nights',
    key,
    format: 1,
    schemas: { 1: z.array(night).max(MOST_NIGHTS) },
    maxLength: 4_000_000,
    merge: (ours, theirs) => ours.reduce(addNight, theirs),
  };
}

/** @returns the nights, oldest first, with each run once */
export function addNight(nights: readonly Night[], added: Night): readonly Night[] {
  const others = nights.filter(({ id }) => id !== added.id);
  return [...others, added].toSorted((a, b) => a.beganAt - b.beganAt).slice(-MOST_NIGHTS);
}
