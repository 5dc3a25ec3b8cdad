// A change calendar of Systems Manager pauses runs while it is closed.
import { describe, expect, test } from 'vitest';
import { printSubject, summarize } from '../../shared/report/sections/headline.ts';
import { type AccountBuilder, anAccount } from '../support/account.ts';
import { aNight, deregisteredNames, duringDeregistration, keepNewestThree, type Night } from '../support/night.ts';

const DAY_MS = 86_400_000;
const SHARED = 'arn:aws:ssm:eu-west-1:999999999999:document/all-hands';
const settings = { ...keepNewestThree, changeCalendar: ['freeze'] };
const old = (): AccountBuilder => anAccount().family('web', '1-15').cluster('prod');
const calls = ({ sandbox }: Night, operation = 'DeregisterTaskDefinition') => sandbox.calls.count(operation);
const journaled = ({ state }: Night) => [...state.texts.keys()].filter((key) => key.includes('/journal/')).length;

test('while it is open a run deregisters', async () => {
  const night = await aNight(old().calendar('freeze', 'OPEN'));
  expect(deregisteredNames(await night.prune(settings))).toHaveLength(12);
});

test('while it is closed a run reads and reports, says until when, and deregisters nothing', async () => {
  const night = await aNight(old().calendar('freeze', 'CLOSED', '2027-01-04T08:00:00Z'));
  const report = await night.prune(settings);
  expect(calls(night)).toBe(0);
  expect(journaled(night)).toBe(0);
  expect(report).toMatchObject({ outcome: 'OK', actionItems: [], results: { stop: { by: 'paused' } } });
  expect(report.plan?.toDeregister).toHaveLength(12);
  expect(printSubject(report)).toBe('[123456789012 eu-west-1] OK: paused, 0 of 12 deregistered');
  expect(summarize(report)).toBe(
    'None of 12 revisions was deregistered in account 123456789012, eu-west-1. It is paused: the change calendar freeze is closed, until 2027-01-04T08:00:00Z. The next run continues once it is open. No action required.',
  );
});

test('of several calendars each must be open, and those of other accounts count', async () => {
  const night = await aNight(old().calendar('freeze', 'OPEN').calendar(SHARED, 'CLOSED'));
  const report = await night.prune({ ...settings, changeCalendar: ['freeze', SHARED] });
  expect(calls(night)).toBe(0);
  expect(report.results.stop).toEqual({
    by: 'paused',
    reason: 'the change calendars freeze, all-hands (of account 999999999999) are not all open',
    remedy: 'The next run continues once all of them are open.',
  });
  const asked = night.sandbox.calls.list().find(({ operation }) => operation === 'GetCalendarState');
  expect(asked?.input).toEqual({ CalendarNames: ['freeze', SHARED] });
});

test.each([1, 4, 11])('closed before call %i, no call follows that is later than 30 seconds', async (n) => {
  const night = await aNight(old().calendar('freeze', 'OPEN'));
  let closed = Infinity;
  const at: number[] = [];
  night.sandbox.before(({ operation }) => {
    if (operation === 'DeregisterTaskDefinition') at.push(night.clock.now());
  });
  duringDeregistration(night, n, () => {
    night.sandbox.account.calendars.put({ Name: 'freeze', State: 'CLOSED' });
    closed = night.clock.now();
  });
  const report = await night.prune({
    ...settings,
    quotas: { 'task-definition-modify': { burst: 100, perSecond: 0.1 } },
  });
  // One call in forty seconds.
  expect(at).toHaveLength(n);
  expect(Math.max(...at)).toBeLessThan(closed + 30_000);
  expect(journaled(night)).toBe(n);
  expect(report.results.stop?.by).toBe('paused');
});

test('closed between two calls, no further deletion is asked for', async () => {
  const night = await aNight(anAccount().family('web', '1-23').cluster('prod').calendar('freeze', 'OPEN'));
  await night.prune(settings);
  night.clock.advance(31 * DAY_MS);
  night.sandbox.before(({ operation }) => {
    if (operation !== 'DeleteTaskDefinitions') return;
    night.sandbox.account.calendars.put({ Name: 'freeze', State: 'CLOSED' });
    night.clock.advance(30_000);
  });
  const report = await night.prune({ ...settings, deleteAfterDays: 30 });
  expect(calls(night, 'DeleteTaskDefinitions')).toBe(1);
  expect(report.deletions?.stop?.by).toBe('paused');
});

test('the parameter is asked first, and either pauses', async () => {
  const night = await aNight(old().calendar('freeze', 'OPEN').parameter('/paused', 'true'));
  const report = await night.prune({ ...settings, pauseParameter: '/paused' });
  expect(report.results.stop?.reason).toBe('the parameter /paused is true');
  expect(calls(night, 'GetCalendarState')).toBe(0);
  night.sandbox.account.parameters.put({ Name: '/paused', Value: 'false' });
  night.sandbox.account.calendars.put({ Name: 'freeze', State: 'CLOSED' });
  const next = await night.prune({ ...settings, pauseParameter: '/paused' });
  expect(next.results.stop?.reason).toBe('the change calendar freeze is closed');
  expect(calls(night)).toBe(0);
});

test('a dry run does not ask', async () => {
  const night = await aNight(old());
  expect((await night.plan(settings)).outcome).toBe('PREVIEW');
  expect(calls(night, 'GetCalendarState')).toBe(0);
});

describe('a calendar that cannot be read holds the run', () => {
  test.each([
    { what: 'missing', account: old(), says: 'InvalidDocument', do: 'Correct its name in the settings' },
    {
      what: 'with an unsupported entry',
      account: old().calendar('freeze'),
      says: 'UnsupportedCalendarException',
      do: 'a document of the type ChangeCalendar',
    },
  ])('$what', async (given) => {
    const night = await aNight(given.account);
    const report = await night.prune(settings);
    expect(report).toMatchObject({ outcome: 'HELD', results: { stop: { by: 'hold' } } });
    expect(report.actionItems[0]?.problem).toContain(`reading the change calendar freeze: ${given.says}`);
    expect(report.actionItems[0]?.remedy).toContain(given.do);
    expect(calls(night)).toBe(0);
    expect(journaled(night)).toBe(0);
  });

  test('denied, and names the permission', async () => {
    const night = await aNight(old().calendar('freeze', 'OPEN'));
    night.sandbox.faults.add({ operation: 'GetCalendarState', kind: 'deny' });
    const report = await night.prune(settings);
    expect(report.outcome).toBe('HELD');
    expect(report.actionItems[0]?.remedy).toContain(
      'Allow ssm:GetCalendarState on freeze in the role or user that runs this',
    );
    expect(calls(night)).toBe(0);
  });

  test.each([undefined, 'UNKNOWN'])('answered with the state %o', async (state) => {
    const night = await aNight(old().calendar('freeze', 'OPEN'));
    night.sandbox.faults.add({
      operation: 'GetCalendarState',
      kind: 'answer',
      change: (output) => void (output['State'] = state),
    });
    const report = await night.prune(settings);
    expect(report.outcome).toBe('HELD');
    expect(calls(night)).toBe(0);
  });
});
