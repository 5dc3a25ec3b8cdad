// What a report says of the way that its run went: the window, a cut, a run before it that never ended.
import { describe, expect, test } from 'vitest';
import type { Course } from '../../shared/report/model/course.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { summarize } from '../../shared/report/sections/headline.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { aDone, aPlan, aReference, aReport } from '../support/reports.ts';

const plan = aPlan({ web: { '1-3': 'deregister', '4': 'newest: the newest of its family' } });
const where = 's3://kept';
const until = Date.UTC(2026, 10, 24, 2, 42);
const after = (run: Course, done = aDone(plan)) => aReport({ plan, results: done, run: { where, ...run } });
const who = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const taken = aDone(plan, { lateReferences: [aReference('services', who, 'deploys', 'web:2')] });

describe('the window', () => {
  test('that was waited out is in the first sentence', () => {
    expect(summarize(after({ window: { waited: true, until } }))).toBe(
      '3 revisions were deregistered in account 123456789012, eu-west-1. Until 02:42 UTC nobody took one up. Nothing needs a person.',
    );
  });

  test('is not said to be quiet when somebody took one up, or when nobody could look', () => {
    const window = { waited: true, until } as const;
    const stop = { by: 'time', reason: 'no time was left', remedy: 'Later.' } as const;
    for (const done of [
      taken,
      aDone(plan, { unverified: stop }),
      // What holds a run may hold its last look, too.
      aDone(plan, { stop: { ...stop, by: 'hold' } }),
      aDone(plan, { deregistered: [] }),
    ])
      expect(summarize(after({ window }, done))).not.toContain('nobody');
  });

  test.each([
    ['no-wait', 'it was told not to (--no-wait)'],
    ['not durable', 'durable is false in the settings'],
    ['interrupted', 'a person interrupted it'],
    ['stopped', 'it could not look again'],
  ] as const)('that was not waited out (%s) is a note that says why', (why, words) => {
    const report = after({ window: { waited: false, why } });
    expect(report.notes).toEqual([
      `The ten minutes in which AWS may still let what went be used were not waited out (${words}): the next run tells who uses it`,
    ]);
    expect(report.outcome).toBe('OK');
    expect(summarize(report)).not.toContain('nobody took');
  });
});

test('what was taken up is repaired by a restore from the journal, with the state and the Region', () => {
  const [first] = after({}, taken).actionItems;
  expect(first).toEqual({
    says: 'This run deregistered web:2, and service prod/web deploys it: it keeps running and scales, but a new deployment that does not name another revision fails',
    next: 'Register it again from the journal; that says its new number, and the command that lets service prod/web name it: `./pruner restore web:2 --region eu-west-1 --state s3://kept`',
  });
});

test('a service that took one up, and its tasks, are one thing to do', () => {
  const [reference] = taken.lateReferences;
  if (reference === undefined) throw new Error('nothing is taken up');
  const task = (id: string) => ({
    ...reference,
    source: 'tasks' as const,
    use: 'runs' as const,
    who: `arn:aws:ecs:eu-west-1:123456789012:task/prod/${id}`,
  });
  const { actionItems } = after({}, { ...taken, lateReferences: [task('a'), task('b'), reference] });
  expect(actionItems).toHaveLength(1);
  expect(actionItems[0]?.problem).toBe(
    'This run deregistered web:2, and service prod/web deploys it, and 2 tasks run it: it keeps running and scales, but a new deployment that does not name another revision fails',
  );
});

test('a run that was cut off says so, and is no matter for a person', () => {
  expect(after({ resumed: 1 }).notes).toEqual(['It was cut off and went on from where it stood, once']);
  expect(after({ resumed: 2 }).notes).toEqual(['It was cut off and went on from where it stood, 2 times']);
  expect(after({ resumed: 2 }).outcome).toBe('OK');
  expect(after({ resumed: 0 }).notes).toEqual([]);
});

describe('a run before it that never ended', () => {
  const before = { id: '0d9e8f7a-1111-4222-8333-444455556666', beganAt: Date.UTC(2026, 10, 23, 2, 30) };
  const id = 'Run 0d9e8f7a-1111-4222-8333-444455556666 of 23 November 2026, 02:30 UTC';

  test('is for a person, as nobody had its report, with the command that tells what it did', () => {
    const report = after({ before: { ...before, deregistered: 41 } });
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems).toEqual([
      {
        says: `${id} never ended, and sent no report; it had deregistered 41 revisions`,
        next: 'Who still names one of them is told by this report. What that run did: `./pruner history 0d9e8f7a --region eu-west-1 --state s3://kept`',
      },
    ]);
  });

  test('is a note where it had done nothing', () => {
    const report = after({ before: { ...before, deregistered: 0 } });
    expect(report.outcome).toBe('OK');
    expect(report.notes).toEqual([`${id} never ended, and sent no report; it had deregistered nothing`]);
  });

  test('with an id that a shell could take for more is not named in a command', () => {
    const report = after({ before: { ...before, id: '$(reboot)', deregistered: 1 } });
    expect(report.actionItems[0]?.remedy).toContain('`./pruner history ID --region');
  });
});

test('a command of ours from where nobody knew of Region or state is completed, any other is left alone', () => {
  const ask = (next: string) =>
    aReport({ run: { where }, asks: [{ problem: 'Somebody asks', remedy: next }] }).actionItems[0]?.remedy;
  expect(ask('Look: `./pruner history`')).toBe(
    'Look: `./pruner history --region eu-west-1 --state s3://kept`',
  );
  expect(ask('Keep one: `./pruner plan --state s3://BUCKET/PREFIX`')).toBe(
    'Keep one: `./pruner plan --state s3://BUCKET/PREFIX`',
  );
  expect(ask('Leave it out: `without: [usage]`')).toBe('Leave it out: `without: [usage]`');
  expect(ask('Run again')).toBe(
    'Run again. Then look again, which changes nothing: `./pruner plan --region eu-west-1 --state s3://kept`',
  );
});

describe('undo lines', () => {
  const lines = ['./pruner restore web:1', './pruner restore --run 6f1c0a52', './pruner history 6f1c0a52'];
  const screen = { width: 100, color: false };

  test('stand in mail and terminal where something went, each whole', () => {
    for (const text of [printEmail(after({})).body, printTerminal(after({}), screen)])
      for (const line of lines) expect(text).toContain(`  ${line} --region eu-west-1 --state s3://kept\n`);
  });

  test('are one in a mail that asks for more than that', () => {
    const { body } = printEmail(after({ before: { id: 'run-0', beganAt: 0, deregistered: 1 } }));
    expect(body).toContain(
      'Undo one (or all: restore --run 6f1c0a52; to look: history 6f1c0a52):\n  ./pruner restore web:1 --region eu-west-1 --state s3://kept\n',
    );
  });

  test('are missing where nothing went, in a dry run, and where there is no state', () => {
    for (const report of [
      after({}, aDone(plan, { deregistered: [] })),
      aReport({ plan, run: { where, dryRun: true } }),
      aReport({ plan, results: aDone(plan) }),
    ]) {
      expect(printEmail(report).body).not.toContain('Undo');
      expect(printTerminal(report, screen)).not.toContain('Undo');
    }
  });
});

test('the JSON says where the state is, how often it passed, and what it found of an earlier run', () => {
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
