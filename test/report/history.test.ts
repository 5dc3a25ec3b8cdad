// Compares the texts of history with hand-typed ones, and its JSON documents with the schema.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { noResults } from '../../shared/domain/apply-results.ts';
import { printFamilyHistory } from '../../shared/report/history/family-text.ts';
import { historyDocument } from '../../shared/report/history/schema.ts';
import { toFamilyDocument, toRunDocument, toRunsDocument } from '../../shared/report/history/json.ts';
import type { FamilyHistory, RecordedRun, RunsHistory, RevisionHistory } from '../../shared/report/history/model.ts';
import { printRunHistory } from '../../shared/report/history/run-text.ts';
import { printRuns } from '../../shared/report/history/runs-text.ts';
import { aReference, aRevision, began, target } from '../support/reports.ts';

const scene = { target, where: 's3://kept/pruner' };
const screen = { width: 80, color: false };
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api';

const ok: RecordedRun = {
  id: '6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80',
  short: '6f1c0a52',
  beganAt: began,
  by: 'function',
  version: '0.1.0',
  settings: '3f2a9c01d4e5',
  dryRun: false,
  state: 'ended',
  endedAt: began + 12 * MINUTE,
  outcome: 'OK',
  passes: 2,
  started: 2,
  published: true,
  planned: [],
  results: { ...noResults, deregistered: ['web:1', 'web:2', 'api:7'].map(aRevision) },
};
const unfinished: RecordedRun = {
  ...ok,
  id: '0d9e8f7a-1111-4222-8333-444455556666',
  short: '0d9e8f7a',
  beganAt: began - DAY,
  state: 'unfinished',
  endedAt: undefined,
  outcome: undefined,
  passes: 1,
  started: 2,
  published: false,
  planned: ['web:3', 'web:4'].map(aRevision),
  results: { ...noResults, deregistered: [aRevision('api:1')] },
};
const failed: RecordedRun = {
  ...ok,
  id: 'run-3',
  short: 'run-3',
  beganAt: began - 2 * DAY,
  by: 'command line',
  endedAt: began - 2 * DAY + 20_000,
  outcome: 'FAILED',
  results: {
    deregistered: [aRevision('api:2')],
    alreadyInactive: [aRevision('api:3')],
    skipped: [{ revision: aRevision('api:4'), reason: 'service prod/api references it now' }],
    failed: [{ revision: aRevision('api:5'), reason: 'AWS refused it', answer: 'It is in use.' }],
    notReached: [aRevision('api:6')],
    stop: { by: 'abort', reason: 'service prod/api deploys api:2', remedy: 'Restore it.' },
    lateReferences: [aReference('services', service, 'deploys', 'api:2')],
    unverified: { by: 'hold', reason: 'reading tasks: denied', remedy: 'Allow it.' },
  },
};
const rehearsed: RecordedRun = {
  ...ok,
  id: 'run-4',
  short: 'run-4',
  beganAt: began - 3 * DAY,
  endedAt: began - 3 * DAY,
  dryRun: true,
  outcome: 'PREVIEW',
  results: noResults,
};
const running: RecordedRun = {
  ...unfinished,
  id: 'run-5',
  short: 'run-5',
  beganAt: began + DAY,
  state: 'running',
};
const unread = {
  id: 'run-6',
  short: 'run-6',
  beganAt: began - 4 * DAY,
  problem: {
    operation: 'reading s3://kept/pruner/123456789012/eu-west-1/runs/x/ledger.json',
    reason: 'it is damaged: no JSON',
    remedy: 'Go back to an earlier version of it.',
  },
};
const runs: RunsHistory = {
  ...scene,
  runs: [running, ok, unfinished, failed, rehearsed, unread],
  more: 345,
  foreign: 2,
};

test('the table of runs marks unfinished and unreadable ones', () => {
  expect(printRuns(runs, screen)).toBe(`\
351 runs in account 123456789012, eu-west-1, according to s3://kept/pruner

when              run       by            outcome     deregistered  late
2026-11-25 02:30  run-5     function      -                      1     0  running
2026-11-24 02:30  6f1c0a52  function      OK                     3     0  12 min
2026-11-23 02:30  0d9e8f7a  function      UNFINISHED             1     0  unfinished
2026-11-22 02:30  run-3     command line  FAILED                 1     1  0 min
2026-11-21 02:30  run-4     function      PREVIEW          dry run        0 min
2026-11-20 02:30  run-6                   UNREADABLE                      see below

Reading s3://kept/pruner/123456789012/eu-west-1/runs/x/ledger.json failed: it is
damaged: no JSON.
  Go back to an earlier version of it.

... and 345 older runs; --limit 351 shows all

2 objects among the runs do not belong to this tool and are ignored.

See one run:
  ./pruner history 0d9e8f7a --region eu-west-1 --state s3://kept/pruner
`);
});

describe('the text of one run', () => {
  test('prints every list of its record, with reasons', () => {
    expect(printRunHistory({ ...scene, run: failed }, screen)).toBe(`\
Run run-3 of 22 November 2026, 02:30 UTC ended FAILED after less than a minute.

In account 123456789012, eu-west-1, according to s3://kept/pruner.
By command line, ecs-revision-pruner 0.1.0, settings 3f2a9c01d4e5; 2 passes.

It stopped early: Service prod/api deploys api:2. Restore it.
It could not check for late references: Reading tasks: denied.

Late references: 1
  service prod/api deploys api:2

Deregistered: 1 revision of 1 family
  api  2

Already deregistered by someone else: 1 revision of 1 family
  api  3

Skipped by the final check: 1
  api:4: service prod/api references it now

Failed: 1
  api:5: AWS refused it: It is in use.

Planned, but not reached: 1 revision of 1 family
  api  6

Undo one, undo all, or see the history of a family:
  ./pruner restore api:2 --region eu-west-1 --state s3://kept/pruner
  ./pruner restore --run run-3 --region eu-west-1 --state s3://kept/pruner
  ./pruner history api --region eu-west-1 --state s3://kept/pruner
`);
  });

  test('of an unfinished run lists the revisions of its last pass', () => {
    expect(printRunHistory({ ...scene, run: unfinished }, screen)).toBe(`\
Run 0d9e8f7a-1111-4222-8333-444455556666 of 23 November 2026, 02:30 UTC never
finished: it was interrupted and sent no report.

In account 123456789012, eu-west-1, according to s3://kept/pruner.
By function, ecs-revision-pruner 0.1.0, settings 3f2a9c01d4e5; 1 pass,
interrupted 1 time; never reported.

Deregistered: 1 revision of 1 family
  api  1

Planned by the pass that did not finish (see history FAMILY for each): 2
revisions of 1 family
  web  3-4

Undo one, undo all, or see the history of a family:
  ./pruner restore api:1 --region eu-west-1 --state s3://kept/pruner
  ./pruner restore --run 0d9e8f7a --region eu-west-1 --state s3://kept/pruner
  ./pruner history api --region eu-west-1 --state s3://kept/pruner
`);
  });

  test('of an unfinished run mentions that the next run reported it', () => {
    const told = { ...unfinished, endedAt: began, outcome: 'UNFINISHED', planned: [] };
    expect(printRunHistory({ ...scene, run: told }, screen)).toMatch(
      /^Run .* never\nfinished: it was interrupted and sent no report; the next run reported it\.\n/,
    );
  });

  test('of a running run does not call it interrupted', () => {
    const text = printRunHistory({ ...scene, run: running }, screen);
    expect(text).toMatch(/^Run run-5 of 25 November 2026, 02:30 UTC is running\.\n/);
    expect(text).toContain('1 pass; not\nreported yet.');
  });

  test('of thousands of revisions is bounded and counts the others', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => aRevision(`f${index}:1`));
    const done = {
      ...noResults,
      deregistered: many,
      skipped: many.map((revision) => ({ revision, reason: 'tagged keep' })),
      lateReferences: many.map(({ family }) =>
        aReference('services', `${service}-${family}`, 'deploys', `${family}:1`),
      ),
    };
    const text = printRunHistory({ ...scene, run: { ...ok, results: done } }, screen);
    expect(text.split('\n').length).toBeLessThan(200);
    expect(text).toContain('  ... and 2,940 revisions of 2,940 families (--json lists all)\n');
    expect(text).toContain('  ... and 2,950 more (--json lists all)\n');
  });
});

const aHistory = (number: number, given: Partial<RevisionHistory> = {}): RevisionHistory => ({
  number,
  now: 'INACTIVE',
  journaled: true,
  restored: [],
  ...given,
});
const web: FamilyHistory = {
  ...scene,
  family: 'web',
  ambiguousRuns: [],
  runs: [
    {
      id: ok.id,
      short: ok.short,
      beganAt: began,
      deregistered: [
        aHistory(9),
        aHistory(8),
        aHistory(7, { restored: [{ as: 57, at: began + 7 * 60 * MINUTE }] }),
        aHistory(6),
        aHistory(5, { journaled: false }),
      ],
    },
    {
      id: 'run-3',
      short: 'run-3',
      beganAt: began - 2 * DAY,
      deregistered: [aHistory(4, { now: 'DELETE_IN_PROGRESS' }), aHistory(3, { now: 'missing' })],
    },
  ],
  unclaimed: [
    { ...aHistory(2), run: 'run-0', at: began - 5 * DAY },
    { ...aHistory(1, { now: 'ACTIVE' }), run: 'run-0', at: began - 5 * DAY },
  ],
  more: 0,
  problems: [],
};

describe('the text of a family', () => {
  test('lists run by run, with revisions of the same history on one line', () => {
    expect(printFamilyHistory(web, screen)).toBe(`\
web: 7 revisions deregistered by 2 runs, in account 123456789012, eu-west-1,
according to s3://kept/pruner.

24 November 2026, 02:30 UTC, run 6f1c0a52
  6, 8-9: INACTIVE
  7: INACTIVE; registered again as web:57 on 24 November 2026, 09:30 UTC
  5: INACTIVE; not in the journal, so it cannot be registered again from there

22 November 2026, 02:30 UTC, run run-3
  4: being deleted (DELETE_IN_PROGRESS)
  3: deleted: AWS no longer lists it

In the journal, but in no run record: the run was interrupted, its record has
expired, or someone else deregistered the revision and a run deleted it
  web:2: 19 November 2026, 02:30 UTC, run run-0; INACTIVE
  web:1: 19 November 2026, 02:30 UTC, run run-0; still ACTIVE: planned, but not
    deregistered

Register one again:
  ./pruner restore web:9 --region eu-west-1 --state s3://kept/pruner
`);
  });

  test('without deregistered revisions offers no restore', () => {
    expect(printFamilyHistory({ ...web, runs: [], unclaimed: [] }, screen)).toBe(
      'web: this tool has deregistered none of it, in account 123456789012, eu-west-1,\naccording to s3://kept/pruner.\n',
    );
  });

  test('lists problems, hidden entries, and runs whose ids begin like the name', () => {
    const { problem } = unread;
    const text = printFamilyHistory(
      { ...web, ambiguousRuns: ['web-1'], more: 12, problems: Array.from({ length: 7 }, () => problem) },
      screen,
    );
    expect(text).toContain(
      'The id of a run begins like this name, too:\n  ./pruner history --run web-1 --region eu-west-1 --state s3://kept/pruner\n',
    );
    expect(text).toContain('... and 12 entries of the journal are not shown: --limit shows more runs.\n');
    expect(text.match(/damaged: no JSON/g)).toHaveLength(5);
    expect(text).toContain('... and 2 more problems\n');
  });
});

describe('the JSON document', () => {
  const path = new URL('../../schemas/history.schema.json', import.meta.url);
  const committed: unknown = JSON.parse(readFileSync(path, 'utf8'));

  test('has its schema in schemas/', () => {
    expect(committed, 'run npm run generate').toEqual(z.toJSONSchema(historyDocument));
  });

  test.each([
    ['runs', toRunsDocument(runs)],
    ['a run', toRunDocument({ ...scene, run: failed })],
    ['an unfinished run', toRunDocument({ ...scene, run: unfinished })],
    ['a family', toFamilyDocument({ ...web, problems: [unread.problem] })],
  ])('of %s is valid against it', (_, document) => {
    const validate = addFormats.default(new Ajv2020({ strict: true })).compile(z.toJSONSchema(historyDocument));
    expect(validate(JSON.parse(JSON.stringify(document))) ? [] : validate.errors).toEqual([]);
  });

  test('of a run has all lists', () => {
    expect(toRunDocument({ ...scene, run: failed })).toMatchObject({
      about: 'run',
      outcome: 'FAILED',
      counts: {
        deregistered: 1,
        alreadyInactive: 1,
        skipped: 1,
        failed: 1,
        notReached: 1,
        lateReferences: 1,
      },
      deregistered: [{ family: 'api', ranges: ['2'] }],
      skipped: [{ revision: 'api:4', reason: 'service prod/api references it now' }],
      failed: [{ revision: 'api:5', reason: 'AWS refused it', answer: 'It is in use.' }],
      lateReferences: [{ revision: 'api:2', source: 'services', referrer: service, relation: 'deploys' }],
      stop: { by: 'abort' },
      unverified: { by: 'hold' },
    });
  });
});

test('no history text moves the cursor or changes the reading direction', () => {
  const evil = 'a\u001B[2J\nforged\u202E';
  const hostile = {
    ...failed,
    id: evil,
    short: evil,
    by: evil,
    version: evil,
    outcome: evil,
    results: { ...failed.results, skipped: [{ revision: aRevision('api:4'), reason: evil }] },
  };
  const where = { ...scene, where: evil };
  for (const text of [
    printRunHistory({ ...where, run: hostile }, screen),
    printRuns({ ...runs, ...where, runs: [hostile, { ...unread, id: evil, short: evil }] }, screen),
    printFamilyHistory({ ...web, ...where, unclaimed: [{ ...aHistory(1), run: evil, at: 0 }] }, screen),
  ]) {
    expect(text).not.toMatch(/[\p{Cf}]|[^\P{Cc}\n]/u);
  }
});
