// Tests the report on the course of a run: the window, interruptions, and an unfinished run before it.
import { describe, expect, test } from 'vitest';
import type { Course } from '../../shared/report/model/course.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { summarize } from '../../shared/report/sections/headline.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { someResults, aPlan, aReference, aReport } from '../support/reports.ts';

const plan = aPlan({ web: { '1-3': 'deregister', '4': 'newest: the newest of its family' } });
const where = 's3://kept';
const until = Date.UTC(2026, 10, 24, 2, 42);
const after = (run: Course, done = someResults(plan)) => aReport({ plan, results: done, run: { where, ...run } });
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const late = someResults(plan, { lateReferences: [aReference('services', service, 'deploys', 'web:2')] });

describe('the window', () => {
  test('that was waited out is part of the summary', () => {
    expect(summarize(after({ window: { waited: true, until } }))).toBe(
      '3 revisions were deregistered in account 123456789012, eu-west-1. As of 02:42 UTC, nothing had started to use any of them. No action required.',
    );
  });

  test('is not called quiet after a late reference or an incomplete check', () => {
    const window = { waited: true, until } as const;
    const stop = { by: 'time', reason: 'no time was left', remedy: 'Later.' } as const;
    for (const done of [
      late,
      someResults(plan, { unverified: stop }),
      // The cause of a hold may also prevent the check for late references.
      someResults(plan, { stop: { ...stop, by: 'hold' } }),
      someResults(plan, { deregistered: [] }),
    ])
      expect(summarize(after({ window }, done))).not.toContain('nothing had started');
  });

  test.each([
    ['no-wait', '--no-wait was given'],
    ['not durable', 'the function is not durable'],
    ['interrupted', 'the operator interrupted the run'],
    ['stopped', 'references could not be read again'],
  ] as const)('that was not waited out (%s) is a note with the reason', (why, words) => {
    const report = after({ window: { waited: false, why } });
    expect(report.notes).toEqual([
      `The run did not wait out the ten minutes in which AWS may still start a deregistered revision (${words}). The next run reports late references`,
    ]);
    expect(report.outcome).toBe('OK');
    expect(summarize(report)).not.toContain('nothing had started');
  });
});

test('the remedy of a late reference is a restore from the journal, with state store and Region', () => {
  const [first] = after({}, late).actionItems;
  expect(first).toEqual({
    problem:
      'This run deregistered web:2, but service prod/web deploys it: it keeps running and scaling, but a deployment that does not change the revision fails',
    remedy:
      'Register it again from the journal, which also prints the command that updates service prod/web: `./pruner restore web:2 --region eu-west-1 --state s3://kept`',
  });
});

test('a service with a late reference and its tasks are one action item', () => {
  const [reference] = late.lateReferences;
  if (reference === undefined) throw new Error('there is no late reference');
  const task = (id: string) => ({
    ...reference,
    source: 'tasks' as const,
    relation: 'runs' as const,
    referrer: `arn:aws:ecs:eu-west-1:123456789012:task/prod/${id}`,
  });
  const { actionItems } = after({}, { ...late, lateReferences: [task('a'), task('b'), reference] });
  expect(actionItems).toHaveLength(1);
  expect(actionItems[0]?.problem).toBe(
    'This run deregistered web:2, but service prod/web deploys it, and 2 tasks run it: it keeps running and scaling, but a deployment that does not change the revision fails',
  );
});

test('an interrupted and resumed run is a note, not an action item', () => {
  expect(after({ resumed: 1 }).notes).toEqual(['The run was interrupted and resumed once']);
  expect(after({ resumed: 2 }).notes).toEqual(['The run was interrupted and resumed 2 times']);
  expect(after({ resumed: 2 }).outcome).toBe('OK');
  expect(after({ resumed: 0 }).notes).toEqual([]);
});

describe('an unfinished run before this one', () => {
  const before = { id: '0d9e8f7a-1111-4222-8333-444455556666', beganAt: Date.UTC(2026, 10, 23, 2, 30) };
  const id = 'Run 0d9e8f7a-1111-4222-8333-444455556666 of 23 November 2026, 02:30 UTC';

  test('is an action item with the command that shows its history', () => {
    const report = after({ before: { ...before, deregistered: 41 } });
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems).toEqual([
      {
        problem: `${id} never finished and sent no report. It had deregistered 41 revisions`,
        remedy:
          'This report lists every remaining reference to them. See the whole run: `./pruner history 0d9e8f7a --region eu-west-1 --state s3://kept`',
      },
    ]);
  });

  test('is a note where it deregistered nothing', () => {
    const report = after({ before: { ...before, deregistered: 0 } });
    expect(report.outcome).toBe('OK');
    expect(report.notes).toEqual([`${id} never finished and sent no report. It had deregistered nothing`]);
  });

  test('does not print an id that a shell could interpret', () => {
    const report = after({ before: { ...before, id: '$(reboot)', deregistered: 1 } });
    expect(report.actionItems[0]?.remedy).toContain('`./pruner history ID --region');
  });
});

test('remedies get Region and state store, and a plan where they have no command', () => {
  const remedyOf = (remedy: string) =>
    aReport({ run: { where }, asks: [{ problem: 'A part of the run asks', remedy }] }).actionItems[0]?.remedy;
  expect(remedyOf('Look: `./pruner history`')).toBe('Look: `./pruner history --region eu-west-1 --state s3://kept`');
  expect(remedyOf('Keep one: `./pruner plan --state s3://BUCKET/PREFIX`')).toBe(
    'Keep one: `./pruner plan --state s3://BUCKET/PREFIX`',
  );
  expect(remedyOf('Leave it out: `without: [usage]`')).toBe('Leave it out: `without: [usage]`');
  expect(remedyOf('Run again')).toBe(
    'Run again. Then check with a plan, which changes nothing: `./pruner plan --region eu-west-1 --state s3://kept`',
  );
});

describe('undo lines', () => {
  const lines = ['./pruner restore web:1', './pruner restore --run 6f1c0a52', './pruner history 6f1c0a52'];
  const screen = { width: 100, color: false };

  test('are complete in mail and terminal after a deregistration', () => {
    for (const text of [printEmail(after({})).body, printTerminal(after({}), screen)])
      for (const line of lines) expect(text).toContain(`  ${line} --region eu-west-1 --state s3://kept\n`);
  });

  test('are missing without deregistrations, in a dry run, and without a state store', () => {
    for (const report of [
      after({}, someResults(plan, { deregistered: [] })),
      aReport({ plan, run: { where, dryRun: true } }),
      aReport({ plan, results: someResults(plan) }),
    ]) {
      expect(printEmail(report).body).not.toContain('Undo');
      expect(printTerminal(report, screen)).not.toContain('Undo');
    }
  });
});

test('the JSON document has the state store, the passes and the unfinished run', () => {
  const before = { id: 'run-0', beganAt: 0, deregistered: 2 };
  const run = { window: { waited: true, until }, passes: 3, resumed: 1, before } as const;
  expect(toReportDocument(after(run)).run).toMatchObject({
    state: 's3://kept',
    window: { waited: true, until: '2026-11-24T02:42:00.000Z' },
    passes: 3,
    resumed: 1,
    before: { id: 'run-0', began: '1970-01-01T00:00:00.000Z', deregistered: 2 },
  });
  expect(toReportDocument(aReport()).run).toMatchObject({
    state: null,
    window: null,
    passes: null,
    resumed: 0,
    before: null,
  });
});
