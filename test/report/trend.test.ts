// The sentence of a report about the nights before it.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Night } from '../../shared/domain/night.ts';
import { describeTrend } from '../../shared/report/model/trend.ts';
import { aReport, began } from '../support/reports.ts';

const DAY_MS = 86_400_000;
const { run, backlog } = aReport();
const aNight = (id: string, days: number, active: number, deregistered = 0): Night => ({
  id,
  beganAt: began + days * DAY_MS,
  active,
  deregistered,
  waiting: 0,
  outcome: 'OK',
});
const trendOf = (trend: readonly Night[]) => describeTrend({ trend, run, backlog });
const own = aNight(run.id, 0, 90, 10);

test('counts from the first night to this one', () => {
  expect(trendOf([aNight('a', -2, 120), aNight('b', -1, 100), own])).toEqual([
    'Trend: 120 → 80 ACTIVE revisions in 3 nights.',
  ]);
});

test('ignores a night that a wrong clock has left in the future', () => {
  expect(trendOf([aNight('a', -1, 120), own, aNight('wrong', 9_000, 5_000)])).toEqual([
    'Trend: 120 → 80 ACTIVE revisions in 2 nights.',
  ]);
});

test('says nothing where this run listed no revisions', () => {
  expect(trendOf([aNight('a', -2, 120), aNight('b', -1, 100)])).toEqual([]);
});

test('says the same, whatever later nights the record has', () => {
  const night = fc.record({ days: fc.integer({ min: 1, max: 20_000 }), active: fc.nat() });
  fc.assert(
    fc.property(fc.array(night, { maxLength: 400 }), (later) => {
      const nights = later.map(({ days, active }, index) => aNight(`later-${index}`, days, active));
      const before = [aNight('a', -1, 120), own];
      expect(trendOf([...before, ...nights])).toEqual(trendOf(before));
    }),
    { seed: 20_261_130 },
  );
});
