import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Night } from '../../shared/domain/night.ts';
import { loadCache, saveRecord } from '../../shared/state/records.ts';
import { addNight, trendRecord } from '../../shared/state/trend.ts';
import { MemoryState } from '../support/memory-state.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const aNight = (id: string, day: number, more: Partial<Night> = {}): Night => ({
  id,
  beganAt: Date.UTC(2026, 10, day, 2, 30),
  active: 100,
  deregistered: 10,
  waiting: 0,
  outcome: 'OK',
  ...more,
});

test('a night that is added twice is listed once, with its last numbers', () => {
  const nights = [aNight('a', 1), aNight('b', 2)];
  expect(addNight(nights, aNight('a', 1, { active: 7 }))).toEqual([aNight('a', 1, { active: 7 }), aNight('b', 2)]);
});

test('the four hundred newest nights are kept, oldest first', () => {
  const id = fc.integer({ min: 0, max: 1000 }).map(String);
  const night = fc.record({ id, day: fc.integer({ min: 1, max: 900 }) });
  fc.assert(
    fc.property(fc.array(night, { maxLength: 900, size: 'max' }), (given) => {
      const added = given.reduce<readonly Night[]>((all, one) => addNight(all, aNight(one.id, one.day)), []);
      const times = added.map(({ beganAt }) => beganAt);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(new Set(added.map((one) => one.id)).size).toBe(added.length);
      expect(added.length).toBeLessThanOrEqual(400);
    }),
    { numRuns: 30, seed: 7 },
  );
});

test('two runs that end at once both stay in the record', async () => {
  const state = new MemoryState();
  const type = trendRecord(target);
  const before = await loadCache(state, type);
  await saveRecord(state, type, before, [aNight('a', 1)]);
  await saveRecord(state, type, before, [aNight('b', 2)]);
  expect((await loadCache(state, type)).value?.map(({ id }) => id)).toEqual(['a', 'b']);
});
