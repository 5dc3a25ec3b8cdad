// The pages that the suite opens: one for each outcome, one of the nights, and one with hostile names.
import { printHistoryPage } from '../../shared/report/html/history-page.ts';
import { printPage } from '../../shared/report/html/page.ts';
import type { Night } from '../../shared/domain/night.ts';
import type { RunsHistory } from '../../shared/report/history/model.ts';
import { nights as reports } from '../support/nights.ts';
import { aPlan, aReference, aReport, began, someResults, target } from '../support/reports.ts';

const DAY_MS = 86_400_000;

export const trend: readonly Night[] = [1_204, 1_010, 860, 700, 560, 433].map((active, index) => ({
  id: `run-${index}`,
  beganAt: began - (5 - index) * DAY_MS,
  active,
  deregistered: 150,
  waiting: Math.max(0, active - 480),
  outcome: index === 2 ? 'ACTION' : 'OK',
}));

const plan = aPlan({
  checkout: {
    '1-12': 'deregister',
    '13': 'referenced: service prod/checkout deploys it',
    '14-18': 'keep-latest: among the newest 5',
  },
  reports: { '1-7': 'hold', '8-12': 'min-age: registered since 25 October 2026' },
  site: { '1-150': 'deregister', '151-800': 'deferred', '801': 'newest: the newest of its family' },
  legacy: { '1-30': 'protected: families matching legacy-*' },
});

/** Every mark, late and dangling references, a trend and a backlog. */
export const fullReport = {
  ...aReport({
    plan,
    results: someResults(plan, {
      notReached: [{ family: 'checkout', number: 12 }],
      lateReferences: [
        aReference('services', 'arn:aws:ecs:eu-west-1:123456789012:service/prod/checkout', 'deploys', 'checkout:3'),
      ],
    }),
    danglingReferences: [
      {
        reference: aReference(
          'schedules',
          'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly',
          'starts',
          'old:7',
        ),
        status: 'INACTIVE',
        newest: 9,
      },
    ],
    notes: ['The run was interrupted and resumed once'],
    run: {
      where: 's3://state/prod',
      caller: { alias: 'shop-prod', arn: 'arn:aws:sts::123456789012:assumed-role/pruner/run' },
    },
  }),
  trend,
};

const hostileName = `${'x'.repeat(120)}שלום<b>bold</b>${'漢字'.repeat(30)}`;
const hostile = aReport({
  plan: {
    ...plan,
    families: plan.families.map((one, index) => ({ ...one, family: `${'long-family-name_'.repeat(14)}${index}` })),
  },
  notes: [hostileName],
  asks: [{ problem: hostileName, remedy: `${hostileName}: \`aws ecs describe ${hostileName}\`` }],
  unread: [{ name: hostileName, reason: hostileName }],
  readings: [{ part: hostileName, tookMs: 1, calls: 1, throttled: 0, items: 1 }],
  run: { caller: { alias: hostileName, arn: hostileName } },
});

const history: RunsHistory = {
  target,
  where: 's3://state/prod',
  more: 3,
  foreign: 0,
  runs: [
    ...trend.toReversed().map(({ id, beganAt, outcome }) => ({
      id,
      short: id,
      beganAt,
      by: 'function',
      version: '0.1.0',
      settings: 'abc',
      dryRun: false,
      state: 'ended' as const,
      endedAt: beganAt + 700_000,
      outcome,
      passes: 1,
      started: 1,
      published: true,
      planned: [],
      results: someResults(plan),
    })),
    {
      id: 'lost',
      short: 'lost',
      beganAt: began - 9 * DAY_MS,
      problem: {
        operation: 'reading s3://state/prod/ledger.json',
        reason: 'it does not exist',
        remedy: 'Nothing else is known of it.',
      },
    },
  ],
};

export const documents: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(reports).map(([name, report]) => [name, printPage(report)])),
  full: printPage(fullReport),
  hostile: printPage(hostile),
  history: printHistoryPage(history, trend),
};

/** Every family has forty-five revisions and nine lines. */
export function printLargePage(families: number): string {
  const lines = {
    '1-9, 11-30': 'deregister',
    '10': 'referenced: schedule default/a-nightly-job-with-a-usual-name starts it',
    '31': 'referenced: service production/a-service-with-a-usual-name deploys it',
    '32-40': 'min-age: registered since 25 October 2026',
    '41-44': 'keep-latest: among the newest 5',
    '45': 'referenced: service production/a-service-with-a-usual-name deploys it + newest: the newest of its family',
  };
  const all = Array.from({ length: families }, (_, index) => [`team-${index % 97}-service-${index}`, lines] as const);
  const large = aPlan(Object.fromEntries(all));
  return printPage(aReport({ plan: large, run: { dryRun: true } }));
}
