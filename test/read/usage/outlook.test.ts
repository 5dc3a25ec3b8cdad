// When the days will be covered: the table, with each line's arithmetic beside it.
import { expect, test } from 'vitest';
import { outlookOf } from '../../../shared/read/usage/outlook.ts';
import type { Outlook } from '../../../shared/domain/evidence.ts';

const now = Date.parse('2026-11-24T02:30:00Z');
const day = 86_400_000;
const broken = { at: now - 10 * day - 1000, text: 'RunTask: cut off' };

test.each([
  // CloudTrail has 90 days but an hour: all of it is read, and the other 310 days have to pass.
  { night: 'all that CloudTrail has is known', knownDays: 90, took: 5, readDays: 1, inDays: 310 },
  { night: '300 of 400 days are known', knownDays: 300, took: 5, readDays: 1, inDays: 100 },
  // 80 days are missing at 30 s a day: 20 nights of 120 s, and then 310 days more, and the hour that CloudTrail is short of.
  {
    night: '10 days are known, at 30 s a day',
    knownDays: 10,
    took: 120,
    readDays: 4,
    inDays: 20 + 310 + 1 / 24,
  },
])('of 400 days, when $night, they are covered in $inDays days', ({ knownDays, took, readDays, inDays }) => {
  const given = {
    days: 400,
    seconds: 120,
    now,
    tookMs: took * 1000,
    readMs: readDays * day,
    broken: undefined,
  };
  expect(outlookOf({ ...given, since: now - knownDays * day })).toEqual({ coveredBy: now + inDays * day });
});

test('400 days that are known ask for nothing', () => {
  const given = { days: 400, seconds: 120, now, tookMs: 0, readMs: 0, broken: undefined };
  expect(outlookOf({ ...given, since: now - 400 * day })).toEqual({});
});

test.each<{
  night: string;
  known: number;
  readDays: number;
  took: number;
  broken?: typeof broken;
  outlook: Outlook;
}>([
  { night: 'all 30 days are known', known: 30, readDays: 1, took: 5, outlook: {} },
  { night: 'more are known', known: 45, readDays: 1, took: 5, outlook: {} },
  // 20 days are missing, a day takes 30 s: 600 s, five nights of 120 s.
  {
    night: '10 days are known, at 30 s a day',
    known: 10,
    readDays: 4,
    took: 120,
    outlook: { coveredBy: now + 5 * day },
  },
  // 29 days at 120 s each are 29 nights, and after 29 nights the days have gone by anyway.
  {
    night: '1 day is known, at 120 s a day',
    known: 1,
    readDays: 1,
    took: 120,
    outlook: { coveredBy: now + 29 * day },
  },
  // Twice the budget a day, and a quarter more.
  {
    night: 'half a day took the whole budget',
    known: 0.5,
    readDays: 0.5,
    took: 120,
    outlook: { needsSeconds: 300 },
  },
  {
    night: 'nothing was read at all',
    known: 0,
    readDays: 0,
    took: 120,
    outlook: { needsSeconds: Infinity },
  },
  {
    night: 'the run had no time, but a day is soon read',
    known: 10,
    readDays: 10,
    took: 5,
    outlook: { coveredBy: now + day },
  },
  {
    night: 'a record ten days ago tells nothing',
    known: 10,
    readDays: 1,
    took: 5,
    broken,
    outlook: { broken, coveredBy: now + 20 * day },
  },
])('$night', ({ known, readDays, took, broken, outlook }) => {
  const progress = { days: 30, seconds: 120, since: now - known * day, now, broken };
  expect(outlookOf({ ...progress, readMs: readDays * day, tookMs: took * 1000 })).toEqual(outlook);
});
