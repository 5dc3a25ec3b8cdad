// Compares terminal output with typed texts: the plan, the question before a run, and one explained revision.
import { readFileSync } from 'node:fs';
import type { Plan } from '../../shared/plan/verdict.ts';
import { describe, expect, test } from 'vitest';
import { toExplainDocument } from '../../shared/report/explain/json.ts';
import { printFamilyExplanation } from '../../shared/report/explain/family-text.ts';
import { printExplanation } from '../../shared/report/explain/text.ts';
import type { Reference } from '../../shared/domain/evidence.ts';
import type { FamilyExplanation } from '../../shared/observe/explain-family.ts';
import { type Explanation } from '../../shared/observe/explanation.ts';
import { printPlan, printProposal } from '../../shared/report/terminal/plan.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { someResults, aPlan, aReference, aReport, aRevision, began, denied, notYet, read } from '../support/reports.ts';

const typed = (name: string) => readFileSync(new URL(`../golden/${name}.txt`, import.meta.url), 'utf8');
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api';

const plan = aPlan({
  api: {
    '1-6': 'deregister',
    '7': 'referenced: task batch/0b3d5c1e8f7a4b2c9d6e1f0a2b3c4d5e runs it, and 3 more + keep-latest: among the newest 5',
    '8-11': 'keep-latest: among the newest 5',
    '12': 'referenced: service prod/api deploys it + newest: the newest of its family + keep-latest: among the newest 5',
  },
  'batch-nightly-export-of-everything-to-the-warehouse': {
    '1-40, 44-50, 60, 62, 64, 66, 68, 70, 72-80': 'deregister',
    '81': 'newest: the newest of its family',
  },
  legacy: { '1-30': 'protected: families matching legacy-*' },
  web: { '3': 'deregister', '5-140': 'deferred', '141': 'newest: the newest of its family' },
});

describe('the terminal', () => {
  test.each([40, 80, 160])('shows the plan of a dry run at %i columns', (width) => {
    const report = aReport({ plan, run: { dryRun: true } });
    expect(printPlan(report, { width, color: false })).toBe(typed(`terminal-plan-${width}`));
  });

  test('shows before a live run what would be deregistered, and nothing of what was done', () => {
    expect(printProposal(aReport({ plan }), { width: 80, color: false })).toBe(typed('terminal-proposal'));
  });

  test('shows the results of a live run, and its answer last', () => {
    const text = printTerminal(aReport({ plan, results: someResults(plan) }), { width: 80, color: false });
    expect(text).toBe(typed('terminal-results'));
  });

  test('shows the readings, calls and the ID of the run on request alone', () => {
    const report = aReport({ plan, run: { dryRun: true } });
    const screen = { width: 80, color: false };
    expect(printPlan(report, screen)).not.toMatch(/read calls|6f1c0a52/);
    const text = printPlan(report, screen, { verbose: true });
    expect(text).toContain('Run 6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80\n');
    expect(text).toContain('Read (calls/seconds): inventory 402 (5/0.9)');
  });

  test('puts families with revisions to deregister first, and counts those it leaves out', () => {
    const kept = { a: { '1': 'newest: the newest of its family' } };
    const deregistering = Object.fromEntries(
      Array.from({ length: 303 }, (_, index) => [`z${index}`, { '1': 'deregister' }]),
    );
    const report = aReport({ plan: aPlan({ ...kept, ...deregistering }) });
    const screen = { width: 80, color: false };
    const text = printPlan(report, screen);
    expect(text).toContain('... and 3 more families, 3 of them with revisions to deregister (--all shows\n  them)\n');
    expect(text).toContain('\n  1 family with 1 ACTIVE revision without changes (--all shows them)\n');
    expect(printPlan(report, screen, { all: true })).toMatch(/\n {2}z99 {3}1 {7}deregister\n {2}a {5}1 {7}keep: /);
  });

  test('shows a family that is protected as a whole in one row', () => {
    const outside = "protected: outside this run's families web*";
    const mixed = aPlan({
      api: {
        '1-3': outside,
        '4': `referenced: service prod/api deploys it + ${outside}`,
        '6': `newest: the newest of its family + ${outside}`,
      },
      web: {
        '1': 'protected: tagged keep',
        '2': 'newest: the newest of its family + keep-latest: among the newest 1',
      },
    });
    const text = printPlan(aReport({ plan: mixed }), { width: 120, color: false }, { all: true });
    expect(text.split('\n').filter((line) => /^ {2}(api|web| {3}) /.test(line))).toEqual([
      "  api   1-4, 6  keep: outside this run's families web*",
      '  web   1       keep: tagged keep',
      '        2       keep: the newest of its family',
    ]);
  });

  test('counts the families that the operator did not name', () => {
    const text = printPlan(aReport({ plan, run: { dryRun: true } }), { width: 80, color: false }, { families: ['w*'] });
    expect(text).not.toMatch(/^ {2}(?:api|batch|legacy)/m);
    expect(text).toContain('\n  3 families with 105 ACTIVE revisions outside the given families, untouched\n');
    expect(text).toContain('\nPlan: deregister 1 of 138 ACTIVE revisions in 1 family; keep 1; defer 136 ');
    expect(text).toContain("./pruner prune --state s3://BUCKET --families 'w*' --region eu-west-1");
  });

  test.each([
    [{ rule: 'newest' }, ['batch-nightly-export-of-everything-to-the-warehouse', 'api', 'web'], 'keep: '],
    [{ verdict: 'deferred' }, ['web'], 'deferred: over the cap'],
    [{ verdict: 'hold' }, [], ''],
  ] as const)('shows what %o selects, and nothing else', (view, families, text) => {
    const lines = printPlan(aReport({ plan, run: { dryRun: true } }), { width: 100, color: false }, view).split('\n');
    const rows = lines.slice(
      2,
      lines.findIndex((line) => line.includes('not shown, because of')),
    );
    expect(rows.flatMap((line) => /^ {2}([A-Za-z-]{2,})/.exec(line)?.[1] ?? []).sort()).toEqual([...families].sort());
    expect(rows.filter((row) => /\d/.test(row) && !row.includes(text))).toEqual([]);
  });

  test('selects by the source of a reference', () => {
    const reference = aReference(
      'schedules',
      'arn:aws:scheduler:eu-west-1:123456789012:schedule/a/b',
      'starts',
      'api:2',
    );
    const kept: Plan = {
      ...plan,
      families: [
        {
          family: 'api',
          newest: 3,
          unresolved: [],
          spans: [
            {
              ranges: [{ from: 2, upto: 2 }],
              verdict: {
                verdict: 'keep',
                reasons: [{ rule: 'referenced', text: 'schedule a/b starts it', by: [reference] }],
              },
            },
            { ranges: [{ from: 1, upto: 1 }], verdict: { verdict: 'deregister' } },
          ],
        },
      ],
    };
    const screen = { width: 80, color: false };
    const rowsOf = (source: string) => printPlan(aReport({ plan: kept }), screen, { source }).match(/^ {2}api .*$/gm);
    expect(rowsOf('schedules')).toEqual(['  api   2       keep: schedule a/b starts it']);
    expect(rowsOf('rules')).toBeNull();
  });

  test('cuts a family with endless spans, and counts what it cuts', () => {
    const spans = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`${index + 1}`, `protected: tagged keep-${index}`]),
    );
    const text = printPlan(aReport({ plan: aPlan({ web: spans }) }), { width: 80, color: false }, { all: true });
    expect(text).toContain('... and 10 more lines: keep 10');
  });
});

const found = {
  arn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/api:12',
  protectTags: ['ecs-revision-pruner:keep'],
  readings: read,
  unread: notYet,
  hold: undefined,
  unresolved: [],
  references: [],
  chains: [],
  limits: { keepLatest: 5, minAgeDays: 30, usedWithinDays: 40, usedSince: began - 40 * 86_400_000 },
  registeredAt: began - 40 * 86_400_000,
};
const named = [
  aReference('services', service, 'deploys', 'api:12'),
  aReference(
    'tasks',
    'arn:aws:ecs:eu-west-1:123456789012:task/prod/0b3d5c1e8f7a4b2c9d6e1f0a2b3c4d5e',
    'runs',
    'api:12',
  ),
];

const inDefinition: Reference = {
  ...aReference('definitions', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:12', 'mentions', 'batch:41'),
  via: ['container app', 'environment WORKER'],
};
const elsewhere: Reference = { ...inDefinition, via: ['container app', 'command'] };
const used = {
  at: began - 2 * 86_400_000,
  call: 'RunTask',
  by: 'arn:aws:sts::123456789012:assumed-role/airflow/monthly',
};

const explanations: Record<string, Explanation> = {
  'explain-chained': {
    ...found,
    revision: aRevision('batch:41'),
    status: 'ACTIVE',
    verdict: {
      verdict: 'keep',
      reasons: [{ rule: 'referenced', text: 'task-definition web:12 mentions it', by: [inDefinition, elsewhere] }],
    },
    references: [inDefinition, elsewhere],
    chains: [[aReference('services', service, 'deploys', 'web:12'), inDefinition]],
    lastUse: used,
  },
  'explain-kept': {
    ...found,
    revision: aRevision('api:12'),
    status: 'ACTIVE',
    verdict: {
      verdict: 'keep',
      reasons: [
        { rule: 'referenced', text: 'service prod/api deploys it, and 1 more', by: named },
        { rule: 'in-flight', text: 'service prod/api is in a deployment from 9 upwards', by: [service] },
        { rule: 'newest', text: 'the newest of its family' },
      ],
    },
    references: named,
    registeredBy: 'arn:aws:iam::123456789012:user/ci',
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'hidden', value: '\u202Egnp.\u001B[2J' },
    ],
  },
  'explain-deregister': {
    ...found,
    revision: aRevision('api:1'),
    status: 'ACTIVE',
    verdict: { verdict: 'deregister' },
    tags: [],
  },
  'explain-deferred': {
    ...found,
    revision: aRevision('web:9'),
    status: 'ACTIVE',
    verdict: { verdict: 'deferred' },
  },
  'explain-held': {
    ...found,
    revision: aRevision('api:1'),
    status: 'ACTIVE',
    verdict: { verdict: 'hold', cause: 'unreadable' },
    hold: { cause: 'unreadable', problems: [denied] },
    registeredAt: undefined,
  },
  'explain-inactive': {
    ...found,
    revision: aRevision('api:3'),
    status: 'INACTIVE',
    verdict: undefined,
    references: [aReference('services', service, 'deploys', 'api:3')],
    deregisteredAt: began - 86_400_000,
  },
};

const [apiPlan] = aPlan({
  api: {
    '1-6': 'deregister',
    '7-8': 'deferred',
    '9': 'referenced: task batch/0b3d5c1e8f7a4b2c9d6e1f0a2b3c4d5e runs it',
    '10-11, 13': 'keep-latest: among the newest 4',
    '14': 'referenced: rule nightly starts it (references the family, so its newest) + newest: the newest of its family + keep-latest: among the newest 4',
  },
}).families;
const rule = 'arn:aws:events:eu-west-1:123456789012:rule/nightly';

describe('explain of a family', () => {
  test('reads as it was typed', () => {
    if (apiPlan === undefined) throw new Error('no plan');
    const explanation: FamilyExplanation = {
      family: 'api',
      target: { account: '123456789012', region: 'eu-west-1', partition: 'aws' },
      caller: {},
      where: 's3://state',
      plan: apiPlan,
      hold: undefined,
      unresolved: [],
      floating: [
        {
          kind: 'reference',
          source: 'rules',
          referrer: rule,
          relation: 'starts',
          target: { kind: 'floating', family: 'api' },
        },
      ],
      policy: {
        keepLatest: 4,
        minAgeDays: 30,
        usedWithinDays: 40,
        override: { at: 1, families: 'api*' },
      },
      cap: 6,
      unread: notYet,
    };
    expect(printFamilyExplanation(explanation, { width: 80, color: false })).toBe(typed('explain-family'));
  });
});

describe('explain', () => {
  test('shows the last call of a revision, its caller and its time', () => {
    const kept: Explanation = {
      ...found,
      revision: aRevision('api:1'),
      status: 'ACTIVE',
      verdict: { verdict: 'deferred' },
    };
    const lastCall = {
      at: Date.parse('2026-10-29T04:54:00Z'),
      call: 'RunTask',
      caller: 'arn:aws:sts::123456789012:assumed-role/airflow/monthly',
    };
    const lastUse = { at: lastCall.at, call: lastCall.call, by: lastCall.caller };
    const text = printExplanation({ ...kept, lastCall, lastUse }, { width: 80, color: false }).replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'Last use: RunTask by arn:aws:sts::123456789012:assumed-role/airflow/monthly, 29 October 2026, 04:54 UTC.',
    );
    expect(toExplainDocument({ ...kept, lastCall }).lastCall).toEqual({
      ...lastCall,
      at: '2026-10-29T04:54:00.000Z',
    });
    expect(toExplainDocument(kept).lastCall).toBeNull();
  });

  test.each(Object.entries(explanations))('%s reads as it was typed', (name, explanation) => {
    expect(printExplanation(explanation, { width: 80, color: false })).toBe(typed(name));
  });

  test('shows unresolved references and the settings line that leaves them out', () => {
    const referrer = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports';
    const unresolved = {
      kind: 'unresolved' as const,
      source: 'state-machines',
      referrer,
      description: 'computes its task definition: api:{}',
      resolvesTo: { kind: 'pattern' as const, parts: ['api:', ''] },
    };
    const text = printExplanation(
      {
        ...found,
        revision: aRevision('api:1'),
        status: 'ACTIVE',
        verdict: { verdict: 'hold', cause: 'unresolved' },
        unresolved: [unresolved],
      },
      { width: 80, color: false },
    );
    expect(text).toContain(
      `Unresolved references that may resolve to it\n  ${referrer}\n    computes its task definition: api:{}\n`,
    );
    expect(text).toContain(`\n  without: [${referrer}]\n`);
    expect(text).not.toContain('The whole run is held');
  });

  test('shows the first fifty references and counts the others', () => {
    const by = Array.from({ length: 53 }, (_, index) => aReference('tasks', `arn:task/${index}`, 'runs', 'api:12'));
    const text = printExplanation(
      {
        ...found,
        revision: aRevision('api:12'),
        status: 'ACTIVE',
        verdict: { verdict: 'keep', reasons: [{ rule: 'referenced', text: 'many run it', by }] },
        references: by,
      },
      { width: 80, color: false },
    );
    expect(text).toContain('arn:task/49\n  ... and 3 more\n');
    expect(text).not.toContain('arn:task/50');
  });
});
