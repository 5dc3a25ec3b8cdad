// What history prints, held against texts that were typed by hand, and its JSON against the schema.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { noResults } from '../../shared/domain/apply-results.ts';
import { historyOfFamilyText } from '../../shared/report/history/family.ts';
import {
  historyJsonSchema,
  historyOfFamilyJson,
  historyOfRunJson,
  historyOfRunsJson,
} from '../../shared/report/history/json.ts';
import type { FamilyHistory, Recorded, RunsHistory, Taken } from '../../shared/report/history/model.ts';
import { historyOfRunText } from '../../shared/report/history/run.ts';
import { historyOfRunsText } from '../../shared/report/history/runs.ts';
import { aReference, aRevision, began, target } from '../support/reports.ts';

const scene = { target, where: 's3://kept/pruner' };
const screen = { width: 80, color: false };
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api';

const ok: Recorded = {
  id: '6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80',
  short: '6f1c0a52',
  beganAt: began,
  by: 'function',
  version: '0.1.0',
  settings: '3f2a9c01d4e5',
  dryRun: false,
  course: 'ended',
  endedAt: began + 12 * MINUTE,
  outcome: 'OK',
  passes: 2,
  started: 2,
  published: true,
  planned: [],
  results: { ...noResults, deregistered: ['web:1', 'web:2', 'api:7'].map(aRevision) },
};
const cutOff: Recorded = {
  ...ok,
  id: '0d9e8f7a-1111-4222-8333-444455556666',
  short: '0d9e8f7a',
  beganAt: began - DAY,
  course: 'never ended',
  endedAt: undefined,
  outcome: undefined,
  passes: 1,
  started: 2,
  published: false,
  planned: ['web:3', 'web:4'].map(aRevision),
  results: { ...noResults, deregistered: [aRevision('api:1')] },
};
const failed: Recorded = {
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
    skipped: [{ revision: aRevision('api:4'), reason: 'service prod/api names it since' }],
    failed: [{ revision: aRevision('api:5'), reason: 'AWS refused it', answer: 'It is in use.' }],
    notReached: [aRevision('api:6')],
    stop: { by: 'abort', reason: 'somebody deploys api:2', remedy: 'Restore it.' },
    lateReferences: [aReference('services', service, 'deploys', 'api:2')],
    unverified: { by: 'hold', reason: 'reading tasks: denied', remedy: 'Allow it.' },
  },
};
const rehearsed: Recorded = {
  ...ok,
  id: 'run-4',
  short: 'run-4',
  beganAt: began - 3 * DAY,
  endedAt: began - 3 * DAY,
  dryRun: true,
  outcome: 'PREVIEW',
  results: noResults,
};
const atWork: Recorded = { ...cutOff, id: 'run-5', short: 'run-5', beganAt: began + DAY, course: 'at work' };
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
  runs: [atWork, ok, cutOff, failed, rehearsed, unread],
  more: 345,
  foreign: 2,
};

test('the runs are a table, in which what never ended and what cannot be read stands out', () => {
  expect(historyOfRunsText(runs, screen)).toBe(`\
351 runs in account 123456789012, eu-west-1, as s3://kept/pruner tells

when              run       by            outcome        went  stranded
2026-11-25 02:30  run-5     function      -                 1         0  at work
2026-11-24 02:30  6f1c0a52  function      OK                3         0  took 12 min
2026-11-23 02:30  0d9e8f7a  function      UNFINISHED        1         0  never ended
2026-11-22 02:30  run-3     command line  FAILED            1         1  took 0 min
2026-11-21 02:30  run-4     function      PREVIEW     dry run            took 0 min
2026-11-20 02:30  run-6                   UNREADABLE                     see below

Reading s3://kept/pruner/123456789012/eu-west-1/runs/x/ledger.json failed: it is
damaged: no JSON.
  Go back to an earlier version of it.

... and 345 older runs; --limit 351 shows all

2 objects among the runs are not of this tool; left alone.

What one did:
  ./pruner history 0d9e8f7a --region eu-west-1 --state s3://kept/pruner
`);
});

describe('one run', () => {
  test('is told with every list of its ledger, and its reasons', () => {
    expect(historyOfRunText({ ...scene, run: failed }, screen)).toBe(`\
Run run-3 of 22 November 2026, 02:30 UTC ended FAILED after less than a minute.

In account 123456789012, eu-west-1, as s3://kept/pruner tells.
By command line, ecs-revision-pruner 0.1.0, settings 3f2a9c01d4e5; 2 passes.

It stopped early: Somebody deploys api:2. Restore it.
Whether somebody took up what had gone it could not see: Reading tasks: denied.

Stranded: 1 thing named what it took
  service prod/api deploys api:2

Deregistered: 1 revision of 1 family
  api  2

Gone before it came: 1 revision of 1 family
  api  3

Spared at the last look: 1 revision
  api:4: service prod/api names it since

Failed: 1 revision
  api:5: AWS refused it: It is in use.

Decided, and not reached: 1 revision of 1 family
  api  6

Undo one, or all of it; or see what became of a family:
  ./pruner restore api:2 --region eu-west-1 --state s3://kept/pruner
  ./pruner restore --run run-3 --region eu-west-1 --state s3://kept/pruner
  ./pruner history api --region eu-west-1 --state s3://kept/pruner
`);
  });

  test('that was cut off says what it was about to take', () => {
    expect(historyOfRunText({ ...scene, run: cutOff }, screen)).toBe(`\
Run 0d9e8f7a-1111-4222-8333-444455556666 of 23 November 2026, 02:30 UTC never
ended: it was cut off, and nobody had its report.

In account 123456789012, eu-west-1, as s3://kept/pruner tells.
By function, ecs-revision-pruner 0.1.0, settings 3f2a9c01d4e5; 1 pass, 1 time
cut off; never reported.

Deregistered: 1 revision of 1 family
  api  1

About to go when it was last heard of (history FAMILY says what became of each):
2 revisions of 1 family
  web  3-4

Undo one, or all of it; or see what became of a family:
  ./pruner restore api:1 --region eu-west-1 --state s3://kept/pruner
  ./pruner restore --run 0d9e8f7a --region eu-west-1 --state s3://kept/pruner
  ./pruner history api --region eu-west-1 --state s3://kept/pruner
`);
  });

  test('of which the next run told is one that never ended', () => {
    const told = { ...cutOff, endedAt: began, outcome: 'UNFINISHED', going: [] };
    expect(historyOfRunText({ ...scene, run: told }, screen)).toMatch(
      /^Run .* never\nended: it was cut off, and nobody had its report, until the next run told of it\.\n/,
    );
  });

  test('that is at work is not called cut off', () => {
    const text = historyOfRunText({ ...scene, run: atWork }, screen);
    expect(text).toMatch(/^Run run-5 of 25 November 2026, 02:30 UTC is at work\.\n/);
    expect(text).toContain('1 pass; not\nreported yet.');
  });

  test('of thousands is bounded, with a count of what is left out', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => aRevision(`f${index}:1`));
    const done = {
      ...noResults,
      deregistered: many,
      spared: many.map((revision) => ({ revision, says: 'tagged keep' })),
      stranded: many.map(({ family }) =>
        aReference('services', `${service}-${family}`, 'deploys', `${family}:1`),
      ),
    };
    const text = historyOfRunText({ ...scene, run: { ...ok, results: done } }, screen);
    expect(text.split('\n').length).toBeLessThan(200);
    expect(text).toContain('  ... and 2,940 revisions of 2,940 families (--json lists all)\n');
    expect(text).toContain('  ... and 2,950 more (--json lists all)\n');
  });
});

const taken = (number: number, given: Partial<Taken> = {}): Taken => ({
  number,
  now: 'INACTIVE',
  journaled: true,
  restored: [],
  ...given,
});
const web: FamilyHistory = {
  ...scene,
  family: 'web',
  alsoRuns: [],
  by: [
    {
      id: ok.id,
      short: ok.short,
      beganAt: began,
      took: [
        taken(9),
        taken(8),
        taken(7, { restored: [{ as: 57, at: began + 7 * 60 * MINUTE }] }),
        taken(6),
        taken(5, { journaled: false }),
      ],
    },
    {
      id: 'run-3',
      short: 'run-3',
      beganAt: began - 2 * DAY,
      took: [taken(4, { now: 'DELETE_IN_PROGRESS' }), taken(3, { now: 'gone' })],
    },
  ],
  unclaimed: [
    { ...taken(2), run: 'run-0', at: began - 5 * DAY },
    { ...taken(1, { now: 'ACTIVE' }), run: 'run-0', at: began - 5 * DAY },
  ],
  more: 0,
  troubles: [],
};

describe('a family', () => {
  test('is told run by run, neighbours of one fate in one line', () => {
    expect(historyOfFamilyText(web, screen)).toBe(`\
web: 7 revisions deregistered by 2 runs, in account 123456789012, eu-west-1, as
s3://kept/pruner tells.

24 November 2026, 02:30 UTC, run 6f1c0a52
  6, 8-9: INACTIVE
  7: INACTIVE; registered again as web:57 on 24 November 2026, 09:30 UTC
  5: INACTIVE; not in the journal, so it cannot be registered again from it

22 November 2026, 02:30 UTC, run run-3
  4: being deleted for good (DELETE_IN_PROGRESS)
  3: deleted for good: AWS lists it no more

In the journal, but in no ledger that is left: its run was cut off, its ledger
has expired, or others deregistered it and a run deleted it
  web:2: 19 November 2026, 02:30 UTC, run run-0; INACTIVE
  web:1: 19 November 2026, 02:30 UTC, run run-0; still ACTIVE: it was about to
    go, and did not

Bring one back:
  ./pruner restore web:9 --region eu-west-1 --state s3://kept/pruner
`);
  });

  test('of which nothing went says so, and offers nothing to bring back', () => {
    expect(historyOfFamilyText({ ...web, by: [], unclaimed: [] }, screen)).toBe(
      'web: nothing of it was deregistered by this tool, in account 123456789012,\neu-west-1, as s3://kept/pruner tells.\n',
    );
  });

  test('says what could not be read, which entries are not shown, and which runs are called so', () => {
    const { problem: trouble } = unread;
    const text = historyOfFamilyText(
      { ...web, alsoRuns: ['web-1'], more: 12, troubles: Array.from({ length: 7 }, () => trouble) },
      screen,
    );
    expect(text).toContain(
      'There is a run whose id begins so, too:\n  ./pruner history --run web-1 --region eu-west-1 --state s3://kept/pruner\n',
    );
    expect(text).toContain(
      '... and 12 entries of the journal that are not shown: --limit shows more runs.\n',
    );
    expect(text.match(/damaged: no JSON/g)).toHaveLength(5);
    expect(text).toContain('... and 2 more things that could not be read\n');
  });
});

describe('the JSON', () => {
  const path = new URL('../../shared/report/history/history.schema.json', import.meta.url);
  const committed: unknown = JSON.parse(readFileSync(path, 'utf8'));

  test('has its schema beside it', () => {
    expect(committed, 'run npm run generate').toEqual(historyJsonSchema());
  });

  test.each([
    ['runs', historyOfRunsJson(runs)],
    ['a run', historyOfRunJson({ ...scene, run: failed })],
    ['a run that never ended', historyOfRunJson({ ...scene, run: cutOff })],
    ['a family', historyOfFamilyJson({ ...web, troubles: [unread.problem] })],
  ])('of %s is valid against it', (_, document) => {
    const validate = addFormats.default(new Ajv2020({ strict: true })).compile(historyJsonSchema());
    expect(validate(JSON.parse(JSON.stringify(document))) ? [] : validate.errors).toEqual([]);
  });

  test('of a run has every list', () => {
    expect(historyOfRunJson({ ...scene, run: failed })).toMatchObject({
      about: 'run',
      outcome: 'FAILED',
      counts: { deregistered: 1, alreadyGone: 1, spared: 1, failed: 1, left: 1, stranded: 1 },
      deregistered: [{ family: 'api', ranges: ['2'] }],
      spared: [{ revision: 'api:4', says: 'service prod/api names it since' }],
      failed: [{ revision: 'api:5', says: 'AWS refused it', reason: 'It is in use.' }],
      stranded: [{ revision: 'api:2', source: 'services', who: service, use: 'deploys' }],
      stop: { by: 'abort' },
      unverified: { by: 'hold' },
    });
  });
});

test('nothing in it moves a cursor or turns the reading direction', () => {
  const evil = 'a\u001B[2J\nforged\u202E';
  const hostile = {
    ...failed,
    id: evil,
    short: evil,
    by: evil,
    version: evil,
    outcome: evil,
    done: { ...failed.results, spared: [{ revision: aRevision('api:4'), says: evil }] },
  };
  const where = { ...scene, where: evil };
  for (const text of [
    historyOfRunText({ ...where, run: hostile }, screen),
    historyOfRunsText({ ...runs, ...where, runs: [hostile, { ...unread, id: evil, short: evil }] }, screen),
    historyOfFamilyText({ ...web, ...where, unclaimed: [{ ...taken(1), run: evil, at: 0 }] }, screen),
  ]) {
    expect(text).not.toMatch(/[\p{Cf}]|[^\P{Cc}\n]/u);
  }
});
