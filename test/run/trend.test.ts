import { expect, test } from 'vitest';
import { narrow } from '../../shared/settings/narrow.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { aNight, keepNewestThree, sevenOld } from '../support/night.ts';

const DAY_MS = 86_400_000;

test('each report shows the nights before it, oldest first, and itself as the last', async () => {
  const night = await aNight(sevenOld());
  const settings = { ...keepNewestThree, maxDeregistrations: 3 };
  await night.prune(settings);
  await night.clock.sleep(DAY_MS);
  await night.prune(settings);
  await night.clock.sleep(DAY_MS);
  const { trend } = await night.prune(settings);
  expect(trend?.map(({ id, active, deregistered, waiting }) => [id, active, deregistered, waiting])).toEqual([
    ['run-1', 10, 3, 4],
    ['run-2', 7, 3, 1],
    ['run-3', 4, 1, 0],
  ]);
});

test('a run of some families only is not part of the trend', async () => {
  const night = await aNight(sevenOld());
  const base = await night.prune(keepNewestThree);
  const { trend } = await night.prune(keepNewestThree, {
    settings: narrow(parseSettings({ ...keepNewestThree, usedWithinDays: 0 }, 'settings of the test'), {
      families: ['web'],
    }),
  });
  expect(base.trend).toHaveLength(1);
  expect(trend).toBeUndefined();
});

test('a damaged record of the nights costs the earlier nights alone', async () => {
  const night = await aNight(sevenOld());
  await night.prune({ ...keepNewestThree, maxDeregistrations: 3 });
  const key = '123456789012/eu-west-1/trend.json';
  const stored = await night.state.get(key);
  await night.state.put(key, '{}', stored ?? 'absent');
  const { outcome, trend } = await night.prune(keepNewestThree);
  expect(outcome).toBe('OK');
  expect(trend?.map(({ id }) => id)).toEqual(['run-2']);
});
