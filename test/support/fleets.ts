// Builds fleets as plain values, for the pages of many targets.
import type { Fleet, FleetDay, FleetTarget, LastRun } from '../../shared/report/fleet/model.ts';
import { accountOf, DAY_MS, HOUR_MS, MORNING, NIGHT } from './fleet.ts';

export interface GivenTarget extends Partial<Omit<FleetTarget, 'last'>> {
  /** Changes of its last run; null where it has never reported. */
  readonly last?: Partial<LastRun> | null;
}

export function aTarget({ last = {}, ...given }: GivenTarget = {}): FleetTarget {
  const { account = accountOf(1), region = 'eu-west-1' } = given;
  const run = '20261124T033000Z_6f1c0a52';
  return {
    account,
    region,
    partition: 'aws',
    alias: undefined,
    state: 'fine',
    nights: [],
    ...given,
    last:
      last === null
        ? undefined
        : {
            id: `${account}/${region}/${run}`,
            beganAt: NIGHT,
            receivedAt: NIGHT + HOUR_MS / 12,
            dryRun: false,
            outcome: 'OK',
            verdict: 'No action required.',
            active: 1_000,
            planned: 0,
            deregistered: 100,
            backlog: { revisions: 0, nights: 0, atLeast: false },
            report: `s3://ecs-revision-pruner-prod-statebucket-1q2w3e4r5t6y/${account}/${region}/runs/${run}/report.json`,
            version: '0.1.0',
            ...last,
          },
  };
}

export function aFleet(targets: readonly FleetTarget[], more: Partial<Fleet> = {}): Fleet {
  return { at: MORNING, targets, items: [], moreItems: 0, days: [], ignored: [], problems: [], notes: [], ...more };
}

export const fourNights = [1_204, 900, 700, 433].map((active, index) => ({
  id: `${index}`,
  beganAt: NIGHT - (3 - index) * DAY_MS,
  active,
  deregistered: 200,
  waiting: active - 433,
  outcome: 'OK',
}));

export const fourDays: readonly FleetDay[] = [
  { day: '2026-11-21', active: 1_204, deregistered: 304, waiting: 771 },
  { day: '2026-11-22', active: 900, deregistered: 200, waiting: 467 },
  { day: '2026-11-23', active: 700, deregistered: 267, waiting: 267 },
  { day: '2026-11-24', active: 433, deregistered: 0, waiting: 0 },
];

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Every twentieth target is silent, and every thirtieth is on hold for one cause.
 *  @param regions of how many Regions; the accounts follow */
export function aLargeFleet(count: number, regions: number): Fleet {
  const nights = Array.from({ length: 14 }, (_, index) => ({
    ...fourNights[0],
    id: `night-${index}`,
    beganAt: NIGHT - (13 - index) * DAY_MS,
    active: 4_800 - 300 * index,
    deregistered: 300,
    waiting: 4_000 - 300 * index,
    outcome: 'OK',
  }));
  const targets = Array.from({ length: count }, (_, index) => {
    const number = Math.floor(index / regions) + 1;
    const name = {
      account: accountOf(100_000_000_000 + number),
      region: `ap-south${letters[index % regions] ?? ''}-1`,
      alias: `team-${number % 97}-service-${number}-prod`,
    };
    const last = { active: 900 + (index % 7), backlog: { revisions: index % 500, nights: 2, atLeast: false } };
    if (index % 20 === 0)
      return aTarget({ ...name, nights, state: 'silent', last: { ...last, beganAt: NIGHT - 3 * DAY_MS } });
    if (index % 30 === 1) return aTarget({ ...name, nights, state: 'action', last: { ...last, outcome: 'HELD' } });
    return aTarget({ ...name, nights, last });
  });
  const held = targets.filter(({ state }) => state === 'action');
  const items = Array.from({ length: 40 }, (_, index) => ({
    problem: `Reading services failed for the reason ${index}`,
    remedy: 'Allow ecs:ListServices: `aws iam get-role --role-name pruner`',
    targets: held.slice(index),
  }));
  return aFleet(targets, { items, days: fourDays });
}
