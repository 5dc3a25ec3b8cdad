// What began to use a revision after this run deregistered it: each reference with the sentence that is true of it, typed
// by hand, and one action for a service and its tasks.
import { describe, expect, test } from 'vitest';
import type { Reference } from '../../shared/domain/evidence.ts';
import { shortName } from '../../shared/plan/rules/referenced.ts';
import { exitCodeOf, exitCodes } from '../../cli/exit.ts';
import { aDone, aPlan, aReport, aRevision } from '../support/reports.ts';

const plan = aPlan({ web: { '1': 'deregister', '2': 'newest' } });
const arn = (path: string) => `arn:aws:${path}`;
const late = (who: string, more: Partial<Reference>): Reference => ({
  kind: 'reference',
  source: 'tasks',
  who: arn(who),
  use: 'runs',
  what: { kind: 'revision', ...aRevision('web:1') },
  ...more,
});
const reportOf = (...stranded: Reference[]) =>
  aReport({ plan, run: { where: 's3://kept' }, done: aDone(plan, { stranded }) });

const task = (id: string, use: Reference['use'] = 'runs') =>
  late(`ecs:eu-west-1:123456789012:task/prod/${id}`, { use });
const service = late('ecs:eu-west-1:123456789012:service/prod/web', { source: 'services', use: 'deploys' });
const schedule = late('scheduler:eu-west-1:123456789012:schedule/default/nightly', {
  source: 'schedules',
  use: 'starts',
  schedule: { expression: 'cron(0 3 * * ? *)' },
});
const rule = late('events:eu-west-1:123456789012:rule/orders', { source: 'rules', use: 'starts' });

describe('what becomes of a late reference', () => {
  test.each([
    {
      of: 'a task that runs',
      reference: task('a'),
      says: 'the task ends by itself, but whatever started it cannot start it again',
      next: /^Point whatever started it to another revision\. Or register it again from the journal/,
    },
    {
      of: 'a task that has ended',
      reference: task('a', 'ran'),
      says: 'the task has ended, and whatever started it cannot start it again',
      next: /^Point whatever started it to another revision\./,
    },
    {
      of: 'a service',
      reference: service,
      says: 'it keeps running and scales, but a new deployment that does not name another revision fails',
      next: /^Register it again from the journal; .* lets service prod\/web name it: `\.\/pruner restore web:1/,
    },
    {
      of: 'a schedule with a time',
      reference: schedule,
      says: 'it fails at its next time, 24 November 2026, 03:00 UTC',
      next: /lets schedule default\/nightly name it/,
    },
    {
      of: 'a schedule that is disabled',
      reference: { ...schedule, paused: 'disabled' },
      says: 'it fails once it is switched on again (now disabled)',
      next: /lets schedule default\/nightly name it/,
    },
    {
      of: 'a rule for events',
      reference: rule,
      says: 'whatever it starts fails',
      next: /lets rule orders name it/,
    },
    {
      of: 'a state machine',
      reference: late('states:eu-west-1:123456789012:stateMachine:m', {
        source: 'state-machines',
        use: 'starts',
      }),
      says: 'whatever it starts fails',
      next: /lets state machine m name it/,
    },
    {
      of: 'a stack',
      reference: late('cloudformation:eu-west-1:123456789012:stack/shop/1', {
        source: 'stacks',
        use: 'holds',
      }),
      says: "the stack's next update that touches it, or a rollback, fails",
      next: /lets stack shop/,
    },
  ])('is told: $of', ({ reference, says, next }) => {
    const { attention, outcome } = reportOf(reference);
    expect(outcome).toBe('ACTION');
    expect(attention.map((one) => one.says)).toEqual([
      `This run deregistered web:1, and ${shortName(reference.who)} ${reference.use} it: ${says}`,
    ]);
    expect(attention[0]?.next).toMatch(next);
    expect(attention[0]?.next).toMatch(/`\.\/pruner restore web:1 --region eu-west-1 --state s3:\/\/kept`$/);
  });
});

test('each reference is told, tasks of one revision once, and a service with its tasks once', () => {
  const says = (...all: Reference[]) =>
    reportOf(...all).attention.map((one) => one.says.split(/(?<!web): /)[0]);
  expect(says(task('a'), schedule, task('b'), rule)).toEqual([
    'This run deregistered web:1, and schedule default/nightly starts it',
    'This run deregistered web:1, and rule orders starts it',
    'This run deregistered web:1, and task prod/a runs it, and 1 other task runs it',
  ]);
  expect(says(task('a'), service, rule)).toEqual([
    'This run deregistered web:1, and service prod/web deploys it, and 1 task runs it',
    'This run deregistered web:1, and rule orders starts it',
  ]);
});

test('a command line exits with 1 because of one, held or not, unless a person interrupted it', () => {
  const report = reportOf(schedule);
  expect(exitCodeOf(report)).toBe(exitCodes.failed);
  const says = { says: 'a', next: 'b' };
  const held = { ...report, done: { ...report.done, unverified: { by: 'hold' as const, ...says } } };
  expect(exitCodeOf(held)).toBe(exitCodes.failed);
  const interrupted = { ...report, done: { ...report.done, stop: { by: 'interrupted' as const, ...says } } };
  expect(exitCodeOf(interrupted)).toBe(exitCodes.interrupted);
  expect(exitCodeOf(reportOf())).toBe(exitCodes.done);
});
