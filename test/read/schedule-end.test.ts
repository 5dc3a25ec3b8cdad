// When a schedule can start nothing any more: two days after its last time, in its own time zone.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOf } from '../../shared/sources/schedule-end.ts';
import { asText, aNight } from '../support/night.ts';
import { aReader, asLines, readAll } from '../support/reader.ts';
import { anAccount, NOW, revisionArn, scheduleTarget } from '../support/account.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const end = (...of: Parameters<typeof endOf>) => {
  const at = endOf(...of);
  return at === undefined ? undefined : new Date(at).toISOString();
};

test.each([
  { expression: 'at(2026-11-20T04:00:00)', ends: '2026-11-22T04:00:00.000Z' },
  { expression: 'at(2026-11-20T04:00:00)', timeZone: 'UTC', ends: '2026-11-22T04:00:00.000Z' },
  { expression: 'at(2026-11-20T04:00:00)', timeZone: 'Asia/Tokyo', ends: '2026-11-21T19:00:00.000Z' },
  { expression: 'at(2026-07-20T04:00:00)', timeZone: 'America/New_York', ends: '2026-07-22T08:00:00.000Z' },
  // The hour from 02:00 comes twice on 25 October 2026, and the hour from 02:00 on 29 March 2026 does not come at all.
  { expression: 'at(2026-10-25T02:30:00)', timeZone: 'Europe/Berlin', ends: '2026-10-27T01:30:00.000Z' },
  { expression: 'at(2026-03-29T02:30:00)', timeZone: 'Europe/Berlin', ends: '2026-03-31T01:30:00.000Z' },
  // EventBridge Scheduler ignores EndDate here.
  {
    expression: 'at(2026-11-20T04:00:00)',
    until: Date.parse(NOW) - 99 * DAY,
    ends: '2026-11-22T04:00:00.000Z',
  },
  { expression: 'rate(1 day)', until: Date.parse('2026-11-20T00:00:00Z'), ends: '2026-11-22T00:00:00.000Z' },
  {
    expression: 'cron(0 3 * * ? *)',
    timeZone: 'Asia/Tokyo',
    until: Date.parse('2026-11-20T00:00:00Z'),
    ends: '2026-11-22T00:00:00.000Z',
  },
  { expression: 'cron(0 3 1 1 ? 2024)', ends: '2025-01-02T23:59:59.000Z' },
  { expression: 'cron(0 3 1 1 ? 2022,2024-2025)', ends: '2026-01-02T23:59:59.000Z' },
  {
    expression: 'cron(0 3 1 1 ? 2027)',
    until: Date.parse('2026-01-01T00:00:00Z'),
    ends: '2026-01-03T00:00:00.000Z',
  },
])('a schedule $expression $timeZone ends at $ends', ({ ends, ...schedule }) => {
  expect(end(schedule)).toBe(ends);
});

test.each([
  { expression: 'at(soon)' },
  { expression: 'at(2026-02-31T04:00:00)' },
  { expression: 'at(2026-11-20T04:00)' },
  { expression: 'at(2026-11-20T04:00:00Z)' },
  { expression: 'at(soon)', until: 0 },
  { expression: 'at(2026-11-20T04:00:00)', timeZone: 'Europe/Atlantis' },
  { expression: 'rate(1 day)', timeZone: 'Europe/Atlantis', until: 0 },
  { expression: 'rate(1 day)' },
  { expression: 'cron(0 3 * * ? *)' },
  { expression: 'cron(0 3 1 1 ? 2020/2)' },
  { expression: 'cron(0 3 1 1 ? 2024,*)' },
  { expression: 'when(it rains)', until: 0 },
])('a schedule $expression $timeZone has no end that is known', (schedule) => {
  expect(end(schedule)).toBeUndefined();
});

test('a schedule never ends earlier than two days after its time, nor much later, whatever the zone and date', () => {
  const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
  const moments = fc.integer({
    min: Date.parse('2016-01-01Z') / 1000,
    max: Date.parse('2037-01-01Z') / 1000,
  });
  fc.assert(
    fc.property(zones, moments, (timeZone, seconds) => {
      const local = new Date(seconds * 1000).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T');
      const late = (endOf({ expression: `at(${local})`, timeZone }) ?? NaN) - seconds * 1000 - 2 * DAY;
      expect(late).toBeGreaterThanOrEqual(0);
      // An hour that comes twice is taken for the second one.
      expect(late).toBeLessThanOrEqual(3 * HOUR);
    }),
    { seed: 20_261_129, numRuns: 500 },
  );
});

describe('a night', () => {
  const at = (msAgo: number) => `at(${new Date(Date.parse(NOW) - msAgo).toISOString().slice(0, 19)})`;
  const account = () => anAccount().family('web', '1-5').cluster('prod');

  test('lets go what a schedule started more than two days ago, paused or not, and keeps it until then', async () => {
    const night = await aNight(
      account()
        .schedule('over', 'web:1', { ScheduleExpression: at(2 * DAY + HOUR) })
        .schedule('paused', 'web:2', { ScheduleExpression: at(2 * DAY + HOUR), State: 'DISABLED' })
        .schedule('retried', 'web:3', { ScheduleExpression: at(2 * DAY - HOUR) })
        .schedule('endless', 'web:4', { ScheduleExpression: 'at(whenever)' }),
    );
    expect(asText((await night.plan({ keepLatest: 1 })).plan)).toEqual([
      'web  1-2  deregister',
      'web  3  keep  referenced',
      'web  4  keep  referenced',
      'web  5  keep  newest, keep-latest',
    ]);
  });

  test('decides anew by the clock what it has remembered of a schedule', async () => {
    const { reader, clock, sandbox } = await aReader(
      account().schedule('s', 'web:2', { ScheduleExpression: at(2 * DAY - 60_000) }),
    );
    const startedBySchedules = async () =>
      asLines((await readAll(reader)).readings.flatMap(({ findings }) => findings));
    expect(await startedBySchedules()).toHaveLength(1);
    clock.advance(120_000);
    expect(await startedBySchedules()).toEqual([]);
    expect(sandbox.calls.count('GetSchedule')).toBe(1);
  });

  test('asks for no repair of a schedule that has ended, and holds nothing for what it computes', async () => {
    const computed = scheduleTarget({
      Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
      Input: '{"taskDefinition":"<aws.scheduler.execution-id>"}',
    });
    const night = await aNight(
      account()
        .family('old', '1', { status: 'INACTIVE' })
        .schedule('over', 'old:1', { ScheduleExpression: at(9 * DAY) })
        .schedule('computed', '', { ScheduleExpression: at(9 * DAY), Target: computed })
        .schedule('told', '', {
          ScheduleExpression: at(9 * DAY),
          Target: scheduleTarget({ Arn: 'arn:aws:sqs:x', Input: `run ${revisionArn('web:2')}` }),
        }),
    );
    const { outcome, danglingReferences, plan } = await night.plan({ keepLatest: 1 });
    expect(danglingReferences).toEqual([]);
    expect(outcome).toBe('PREVIEW');
    expect(asText(plan)).toEqual(['web  1-4  deregister', 'web  5  keep  newest, keep-latest']);
  });
});
