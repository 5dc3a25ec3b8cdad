// Ten thousand schedules are read in parallel and once each, at half of Scheduler's quota.
import { expect, test } from 'vitest';
import { type AccountBuilder, anAccount } from '../support/account.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

/** Each references another revision; every third is disabled, every seventh is in another group. */
function many(count: number): AccountBuilder {
  const account = anAccount();
  for (let index = 1; index <= count; index++)
    account.schedule(`s${index}`, `web:${index}`, {
      ...(index % 3 === 0 ? { State: 'DISABLED' as const } : {}),
      ...(index % 7 === 0 ? { GroupName: 'night' } : {}),
    });
  return account;
}

test('finds each of ten thousand schedules at half of 250 calls a second', async () => {
  const count = 10_000;
  const { reader, sandbox, clock } = await aReader(many(count), { quotas: 'published' });
  const { findings, problems, items, throttled, tookMs } = await readSource(reader, 'schedules');
  expect({ faults: problems, items, throttled }).toEqual({ faults: [], items: count, throttled: 0 });
  expect(new Set(asLines(findings).map((line) => line.split(' ').at(-1))).size).toBe(count);
  expect(sandbox.calls.byOperation()).toEqual({ ListSchedules: 100, GetSchedule: count });
  // 10,000 calls less a burst of 125, at 125 a second.
  expect(tookMs).toBeGreaterThanOrEqual(79_000);
  expect(tookMs).toBeLessThan(83_000);

  clock.advance(60_000);
  sandbox.calls.clear();
  const second = await readSource(reader, 'schedules');
  expect(second.findings).toHaveLength(count);
  expect(sandbox.calls.byOperation()).toEqual({ ListSchedules: 100 });
});

test('reports an unreadable schedule with the setting that excludes it', async () => {
  const { reader, sandbox } = await aReader(many(1_000), { quotas: 'none' });
  sandbox.faults.add({
    operation: 'GetSchedule',
    kind: 'truncate',
    when: ({ input }) => input['Name'] === 's777',
  });
  const { problems } = await readSource(reader, 'schedules');
  expect(problems).toHaveLength(1);
  expect(problems[0]?.remedy).toContain('schedule/night/s777]`');
});

test('reports the time that all schedules need when the time of the run is over', async () => {
  let asked = 0;
  const { reader } = await aReader(many(10_000), { outOfTime: () => ++asked > 2_000 });
  const { problems } = await readSource(reader, 'schedules');
  expect(problems[0]?.reason).toMatch(/out of time after \d+ of 10000; all of them take about [78]\d seconds/);
});
