// Usage as a run reads it, from the sandbox's CloudTrail over HTTP: what is covered, what was used, what it costs.
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecsReader } from '../../../shared/aws/ecs.ts';
import { Tally } from '../../../shared/aws/tally.ts';
import type { Usage } from '../../../shared/domain/evidence.ts';
import { readUsage } from '../../../shared/read/usage/usage.ts';
import { type AccountBuilder, anAccount, daysBefore, NOW, revisionArn } from '../../support/account.ts';
import { aReader } from '../../support/reader.ts';

const now = Date.parse(NOW);
const day = 86_400_000;
const minute = 60_000;
const until = now - 30 * minute;

const ran = (name: string) => ({
  requestParameters: { taskDefinition: name },
  responseElements: { tasks: [{ taskDefinitionArn: revisionArn(name) }] },
});
const cutOff = { requestParameters: null, responseElements: null };
const atMinutes = (ago: number) => new Date(now - ago * minute).toISOString();

async function aHistory(account: AccountBuilder, options: Parameters<typeof aReader>[1] = {}) {
  const { reader, sandbox, clock, aws } = await aReader(account, { quotas: 'none', ...options });
  const read = async (plan: Partial<Parameters<typeof readUsage>[1]> = {}) => {
    const { usage, reading } = await readUsage(reader, { days: 30, seconds: 120, known: undefined, ...plan });
    return { usage, reading };
  };
  return { reader, sandbox, clock, aws, read };
}

/** `web:7 2026-11-20T…` */
function used({ lastUsed }: Usage): string[] {
  return Array.from(lastUsed, ([family, numbers]) =>
    Array.from(numbers, ([number, at]) => `${family}:${number} ${new Date(at).toISOString().slice(0, 16)}`),
  ).flat();
}

const known = (more: Partial<Usage> = {}): Usage => ({
  coveredSince: now - 40 * day,
  coveredUntil: now - day,
  lastUsed: new Map(),
  ...more,
});

describe('coverage', () => {
  test('an empty history that was read to its end covers the days, all but the last half hour', async () => {
    const { sandbox, read } = await aHistory(anAccount());
    const { usage, reading } = await read();
    expect(usage).toEqual({
      coveredSince: now - 30 * day - 60 * minute,
      coveredUntil: until,
      lastUsed: new Map(),
      outlook: {},
    });
    expect(reading).toMatchObject({ part: 'usage', calls: 7, items: 0, problems: [] });
    expect(sandbox.calls.count('LookupEvents')).toBe(7);
  });

  test('ninety days are covered on the second night: the history loses its last hour while it is read', async () => {
    const { clock, read } = await aHistory(anAccount());
    const { usage } = await read({ days: 90 });
    expect(usage.coveredSince).toBe(now - 90 * day + 60 * minute);
    clock.advance(day);
    const next = await read({ days: 90, known: usage });
    expect(next.usage.coveredSince).toBe(usage.coveredSince);
    expect(next.usage.outlook).toEqual({});
  });

  test('what is new joins what is known', async () => {
    const { sandbox, read } = await aHistory(anAccount().event('RunTask', atMinutes(90), ran('web:3')));
    const { usage } = await read({
      known: known({ lastUsed: new Map([['web', new Map([[1, now - 3 * day]])]]) }),
    });
    expect(usage).toMatchObject({ coveredSince: now - 40 * day, coveredUntil: until });
    expect(used(usage)).toEqual(['web:1 2026-11-21T02:30', 'web:3 2026-11-24T01:00']);
    expect(sandbox.calls.count('LookupEvents')).toBe(7);
  });

  test('a record that came late, after the time it belongs to was read, is read all the same', async () => {
    const { read } = await aHistory(anAccount().event('RunTask', atMinutes(24 * 60 + 45), ran('web:3')));
    const { usage } = await read({ known: known() });
    expect(used(usage)).toEqual(['web:3 2026-11-23T01:45']);
  });

  test('a shorter span is extended backwards', async () => {
    const account = anAccount()
      .event('RunTask', daysBefore(2), ran('web:1'))
      .event('RunTask', daysBefore(20), ran('web:2'))
      .event('RunTask', daysBefore(40), ran('web:3'));
    const { read } = await aHistory(account);
    const { usage } = await read({ known: known({ coveredSince: now - 10 * day }) });
    expect(usage.coveredSince).toBe(now - 30 * day - 60 * minute);
    // Of the days that were known before only what came late would be read.
    expect(used(usage)).toEqual(['web:2 2026-11-04T02:30']);
  });

  test('of several uses the latest is known, whatever was known before', async () => {
    const account = anAccount()
      .event('RunTask', daysBefore(3), ran('web:1'))
      .event('RunTask', daysBefore(20), ran('web:1'));
    const { read } = await aHistory(account);
    expect(used((await read()).usage)).toEqual(['web:1 2026-11-21T02:30']);
    const later = known({
      coveredSince: now - 10 * day,
      lastUsed: new Map([['web', new Map([[1, now - 2 * day]])]]),
    });
    expect(used((await read({ known: later })).usage)).toEqual(['web:1 2026-11-22T02:30']);
  });

  test('after a gap longer than the days the span begins anew', async () => {
    const { read } = await aHistory(anAccount());
    const old = known({ coveredSince: now - 90 * day, coveredUntil: now - 60 * day });
    expect((await read({ known: old })).usage.coveredSince).toBe(now - 30 * day - 60 * minute);
  });
});

/** So many calls of RunTask, a minute apart, the last of them an hour ago. */
function busy(events: number): AccountBuilder {
  const account = anAccount();
  for (let ago = 60 + events - 1; ago >= 60; ago--) account.event('RunTask', atMinutes(ago), ran('web:1'));
  return account;
}

describe('the budget', () => {
  test('ends the reading; what was read until then is covered, and the rest follows the next night', async () => {
    const { sandbox, clock, read } = await aHistory(busy(150));
    const first = await read({ seconds: 3 });
    // Eight calls in three seconds, two at once and then two a second: seven names, and the second page of RunTask.
    expect(sandbox.calls.count('LookupEvents')).toBe(8);
    expect(first.usage.coveredSince).toBe(now - (60 + 99) * minute + 1000);
    clock.advance(2 * 60 * minute);
    const second = await read({ seconds: 8, known: first.usage });
    expect(second.usage.coveredSince).toBeLessThan(first.usage.coveredSince - 100 * minute);
    expect(second.usage.coveredUntil).toBe(first.usage.coveredUntil + 2 * 60 * minute + 3000);
  });

  test('that does not even do for what is new begins the span anew', async () => {
    const { read } = await aHistory(busy(150));
    const { usage } = await read({ seconds: 3, known: known({ coveredUntil: now - 20 * 60 * minute }) });
    expect(usage.coveredSince).toBe(now - (60 + 99) * minute + 1000);
  });

  test('that is over before each name was asked for covers nothing', async () => {
    const { read } = await aHistory(busy(1), { outOfTime: () => true });
    expect((await read()).usage).toMatchObject({ coveredSince: until, coveredUntil: until });
  });

  test('a budget that is too small for a day is reported, with one that would do', async () => {
    const { read } = await aHistory(busy(150));
    const { usage } = await read({ seconds: 3 });
    // Two hours and nine minutes took three seconds: a day takes 34, and a quarter more.
    expect(usage.outlook).toEqual({ needsSeconds: 50 });
  });
});

describe('a record that proves nothing', () => {
  test('ends the span, and the report can say which', async () => {
    const account = anAccount()
      .event('RunTask', daysBefore(5), ran('web:5'))
      .event('RunTask', daysBefore(10), cutOff)
      .event('RunTask', daysBefore(15), ran('web:15'));
    const { read } = await aHistory(account);
    const { usage } = await read();
    expect(usage.coveredSince).toBe(now - 10 * day + 1000);
    expect(usage.outlook).toEqual({
      broken: {
        at: now - 10 * day,
        text: 'RunTask of 2026-11-14 02:30 UTC (event event-2): its requestParameters are missing or cut off',
      },
      coveredBy: now + 20 * day + 1000,
    });
  });

  test('among what is new keeps it from joining what is known', async () => {
    const { read } = await aHistory(anAccount().event('UpdateService', atMinutes(120), cutOff));
    const { usage } = await read({ known: known() });
    expect(usage.coveredSince).toBe(now - 120 * minute + 1000);
  });

  test('that came late, within what was known, parts it as well', async () => {
    const { read } = await aHistory(anAccount().event('UpdateService', atMinutes(24 * 60 + 30), cutOff));
    const { usage } = await read({ known: known() });
    expect(usage.coveredSince).toBe(now - (24 * 60 + 30) * minute + 1000);
  });

  test('is met again each night, until it is older than the days', async () => {
    const { clock, read } = await aHistory(anAccount().event('RunTask', daysBefore(29), cutOff));
    const first = await read();
    expect(first.usage.coveredSince).toBe(now - 29 * day + 1000);
    clock.advance(day);
    const second = await read({ known: first.usage });
    expect(second.usage.coveredSince).toBe(now - 29 * day + 1000);
    expect(second.usage.outlook).toEqual({});
  });

  test('of another service breaks nothing', async () => {
    const EventSource = 'apprunner.amazonaws.com';
    const account = anAccount().event('CreateService', daysBefore(5), { eventSource: EventSource }, { EventSource });
    const { usage } = await (await aHistory(account)).read();
    expect(usage.outlook).toEqual({});
  });
});

test('a call of tonight is seen, delivered minutes later, also where it failed', async () => {
  const { clock, aws, read } = await aHistory(anAccount().family('web', '1-3').cluster('prod'));
  const ecs = ecsReader(aws, new Tally());
  await ecs.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web' }));
  await expect(ecs.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web:9' }))).rejects.toThrow(
    "AWS's text is left out",
  );
  expect(used((await read()).usage)).toEqual([]);
  clock.advance(5 * minute);
  expect(used((await read()).usage).map((one) => one.split(' ')[0])).toEqual(['web:3', 'web:9']);
});

test('a page that comes twice counts its events once', async () => {
  const { sandbox, read } = await aHistory(busy(3), { pageSize: 2 });
  sandbox.faults.add({ operation: 'LookupEvents', kind: 'repeat-page', times: 1 });
  expect((await read()).reading).toMatchObject({ items: 3, problems: [] });
});

describe('an error is a problem, and covers nothing new', () => {
  test.each([
    { fault: { kind: 'deny' }, kind: 'denied', reason: /^AccessDeniedException/ },
    { fault: { kind: 'throttle' }, kind: 'throttled', reason: /^ThrottlingException/ },
    {
      fault: { kind: 'error', code: 'InternalError', status: 500 },
      kind: 'unreachable',
      reason: /^InternalError/,
    },
    { fault: { kind: 'truncate' }, kind: 'unreachable', reason: /./ },
    { fault: { kind: 'lose-page' }, kind: 'incomplete', reason: /^InvalidNextTokenException/ },
    { fault: { kind: 'repeat-token' }, kind: 'incomplete', reason: /does not end/ },
    {
      fault: { kind: 'answer', change: (page: Record<string, unknown>) => void delete page['Events'] },
      kind: 'incomplete',
      reason: /no list/,
    },
  ] as const)('$fault.kind', async ({ fault, kind, reason: said }) => {
    const { sandbox, read } = await aHistory(busy(4), { pageSize: 2 });
    sandbox.faults.add({ operation: 'LookupEvents', ...fault });
    const before = known({ coveredSince: now - 3 * day });
    const { usage, reading } = await read({ known: before });
    expect(reading.problems).toMatchObject([{ part: 'usage', kind, reason: expect.stringMatching(said) as unknown }]);
    expect(reading.problems[0]?.remedy).toContain('`without: [usage]`');
    expect(usage).toMatchObject({ coveredSince: before.coveredSince, coveredUntil: before.coveredUntil });
  });

  test('the permission is named', async () => {
    const { sandbox, read } = await aHistory(anAccount());
    sandbox.faults.add({ operation: 'LookupEvents', kind: 'deny' });
    expect((await read()).reading.problems[0]?.remedy).toMatch(/^Allow cloudtrail:LookupEvents /);
  });
});
