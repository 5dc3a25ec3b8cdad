// Tests the action items for late references, typed by hand: one for each referrer, and one for a service and its tasks.
import { describe, expect, test } from 'vitest';
import type { Reference } from '../../shared/domain/evidence.ts';
import { shortName } from '../../shared/plan/rules/referenced.ts';
import { exitCodeOf, exitCodes } from '../../cli/exit.ts';
import { someResults, aPlan, aReport, aRevision } from '../support/reports.ts';

const plan = aPlan({ web: { '1': 'deregister', '2': 'newest' } });
const arn = (path: string) => `arn:aws:${path}`;
const late = (path: string, more: Partial<Reference>): Reference => ({
  kind: 'reference',
  source: 'tasks',
  referrer: arn(path),
  relation: 'runs',
  target: { kind: 'revision', ...aRevision('web:1') },
  ...more,
});
const reportOf = (...references: Reference[]) =>
  aReport({ plan, run: { where: 's3://kept' }, results: someResults(plan, { lateReferences: references }) });

const task = (id: string, relation: Reference['relation'] = 'runs') =>
  late(`ecs:eu-west-1:123456789012:task/prod/${id}`, { relation });
const service = late('ecs:eu-west-1:123456789012:service/prod/web', {
  source: 'services',
  relation: 'deploys',
});
const schedule = late('scheduler:eu-west-1:123456789012:schedule/default/nightly', {
  source: 'schedules',
  relation: 'starts',
  schedule: { expression: 'cron(0 3 * * ? *)' },
});
const rule = late('events:eu-west-1:123456789012:rule/orders', { source: 'rules', relation: 'starts' });

describe('the action item of a late reference', () => {
  test.each([
    {
      of: 'a task that runs',
      reference: task('a'),
      consequence: 'the task keeps running, but nothing can start it again',
      remedy: /^Start the next task from another revision\. Or register it again from the journal/,
    },
    {
      of: 'a task that has ended',
      reference: task('a', 'ran'),
      consequence: 'the task has ended, and nothing can start it again',
      remedy: /^Start the next task from another revision\./,
    },
    {
      of: 'a service',
      reference: service,
      consequence: 'it keeps running and scaling, but a deployment that does not change the revision fails',
      remedy: /^Register it again from the journal, .* updates service prod\/web: `\.\/pruner restore web:1/,
    },
    {
      of: 'a schedule with a time',
      reference: schedule,
      consequence: 'the next start fails, on 24 November 2026, 03:00 UTC',
      remedy: /updates schedule default\/nightly: /,
    },
    {
      of: 'a schedule that is disabled',
      reference: { ...schedule, paused: 'disabled' },
      consequence: 'it fails once it is enabled again (now disabled)',
      remedy: /updates schedule default\/nightly: /,
    },
    {
      of: 'a rule for events',
      reference: rule,
      consequence: 'the next start fails',
      remedy: /updates rule orders: /,
    },
    {
      of: 'a state machine',
      reference: late('states:eu-west-1:123456789012:stateMachine:m', {
        source: 'state-machines',
        relation: 'starts',
      }),
      consequence: 'the next start fails',
      remedy: /updates state machine m: /,
    },
    {
      of: 'a stack',
      reference: late('cloudformation:eu-west-1:123456789012:stack/shop/1', {
        source: 'stacks',
        relation: 'holds',
      }),
      consequence: "the stack's next update of it, or a rollback, fails",
      remedy: /updates stack shop/,
    },
  ])('of $of says what fails, and how to repair it', ({ reference, consequence, remedy }) => {
    const { actionItems, outcome } = reportOf(reference);
    expect(outcome).toBe('ACTION');
    expect(actionItems.map((one) => one.problem)).toEqual([
      `This run deregistered web:1, but ${shortName(reference.referrer)} ${reference.relation} it: ${consequence}`,
    ]);
    expect(actionItems[0]?.remedy).toMatch(remedy);
    expect(actionItems[0]?.remedy).toMatch(/`\.\/pruner restore web:1 --region eu-west-1 --state s3:\/\/kept`$/);
  });
});

test('tasks of one revision share an item, and a service shares one with its tasks', () => {
  const problemsOf = (...all: Reference[]) =>
    reportOf(...all).actionItems.map((one) => one.problem.split(/(?<!web): /)[0]);
  expect(problemsOf(task('a'), schedule, task('b'), rule)).toEqual([
    'This run deregistered web:1, but schedule default/nightly starts it',
    'This run deregistered web:1, but rule orders starts it',
    'This run deregistered web:1, but task prod/a runs it, and 1 other task runs it',
  ]);
  expect(problemsOf(task('a'), service, rule)).toEqual([
    'This run deregistered web:1, but service prod/web deploys it, and 1 task runs it',
    'This run deregistered web:1, but rule orders starts it',
  ]);
});

test('the command line exits with 1 after a late reference, unless the operator interrupted it', () => {
  const report = reportOf(schedule);
  expect(exitCodeOf(report)).toBe(exitCodes.failed);
  const words = { reason: 'a', remedy: 'b' };
  const held = { ...report, results: { ...report.results, unverified: { by: 'hold' as const, ...words } } };
  expect(exitCodeOf(held)).toBe(exitCodes.failed);
  const interrupted = {
    ...report,
    results: { ...report.results, stop: { by: 'interrupted' as const, ...words } },
  };
  expect(exitCodeOf(interrupted)).toBe(exitCodes.interrupted);
  expect(exitCodeOf(reportOf())).toBe(exitCodes.done);
});
