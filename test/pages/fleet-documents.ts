// The pages of fleets that the suite opens: one with every part, one with hostile names, and one without a target.
import type { Fleet } from '../../shared/report/fleet/model.ts';
import { printFleetPage } from '../../shared/report/fleet/page.ts';
import { accountOf, DAY_MS, NIGHT } from '../support/fleet.ts';
import { aFleet, aLargeFleet, aTarget, fourDays, fourNights } from '../support/fleets.ts';

const regions = ['ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'];

const backlog = { revisions: 2_000, nights: 7, atLeast: true };
const targets = [
  aTarget({ account: accountOf(1), alias: 'shop', nights: fourNights, last: { active: 433 } }),
  aTarget({ account: accountOf(1), region: 'us-east-1', state: 'silent', last: null }),
  aTarget({
    account: accountOf(2),
    alias: 'billing',
    state: 'action',
    last: { outcome: 'HELD', active: 2_300, backlog },
  }),
  aTarget({ account: accountOf(3), state: 'silent', nights: fourNights, last: { beganAt: NIGHT - 4 * DAY_MS } }),
  aTarget({ account: accountOf(4), alias: 'data', last: { outcome: 'PREVIEW', dryRun: true, planned: 7, active: 50 } }),
  aTarget({ account: accountOf(5), alias: 'web', state: 'paused', last: { beganAt: NIGHT - 9 * DAY_MS, active: 60 } }),
  aTarget({ account: accountOf(6), alias: 'crm', state: 'action', last: { outcome: 'LOST', active: 70 } }),
  aTarget({ account: accountOf(7), alias: 'ml', last: { outcome: 'PARTIAL', active: 80, deregistered: 5 } }),
  ...regions.map((region) => aTarget({ account: accountOf(8), alias: 'core', region, last: { active: 90 } })),
  ...Array.from({ length: 40 }, (_, index) =>
    aTarget({ account: accountOf(100 + index), region: 'us-west-2', last: { outcome: 'FAILED' }, state: 'action' }),
  ),
];

const full: Fleet = aFleet(targets, {
  days: fourDays,
  items: [
    {
      problem: 'Reading services: ListServices in arn:aws:ecs:us-west-2:000000000100:cluster/prod failed',
      remedy: 'Allow ecs:ListServices. Then check: `./pruner plan --region us-west-2`',
      targets: targets.slice(-40),
    },
    {
      problem: 'A run ended as LOST',
      remedy: 'Read its report.',
      targets: [{ account: accountOf(6), region: 'eu-west-1' }],
    },
  ],
  moreItems: 4,
  ignored: [
    { account: accountOf(9), reason: 'its run began in the future', count: 3, claims: '000000000009/eu-west-1' },
  ],
  problems: [{ operation: 'reading the stack set pruner', reason: 'AccessDenied', remedy: 'Allow it.' }],
  notes: ['Not in the stack set pruner, and still reporting: 000000000007/eu-west-1'],
});

const hostileName = `${'x'.repeat(120)}שלום<b>bold</b>${'漢字'.repeat(30)}`;
const hostileTarget = aTarget({
  alias: hostileName,
  state: 'action',
  nights: fourNights,
  last: { outcome: hostileName, version: hostileName, report: `s3://bucket/${hostileName}/report.json` },
});
const hostile = aFleet([hostileTarget, ...targets], {
  days: fourDays.map((day) => ({ ...day, active: 900_000_000_000, waiting: 800_000_000_000 })),
  items: [{ problem: hostileName, remedy: `${hostileName}: \`aws ecs ${hostileName}\``, targets: [hostileTarget] }],
  ignored: [{ account: hostileName, reason: hostileName, count: 1, claims: hostileName }],
  problems: [{ operation: hostileName, reason: hostileName, remedy: hostileName }],
  notes: [hostileName],
});

export const fleetPages: Readonly<Record<'full' | 'hostile' | 'empty' | 'many', string>> = {
  full: printFleetPage(full),
  hostile: printFleetPage(hostile),
  empty: printFleetPage(aFleet([])),
  many: printFleetPage(aLargeFleet(214, 20)),
};

export const printLargeFleet = (count: number, regions: number) => printFleetPage(aLargeFleet(count, regions));
