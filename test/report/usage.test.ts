// What a report says while it is not yet known what was used: the sentence of each case, typed by hand.
import { expect, test } from 'vitest';
import type { Outlook, Usage } from '../../shared/domain/evidence.ts';
import { describeUsage } from '../../shared/report/model/usage.ts';
import { asOf } from '../support/given.ts';

const day = 86_400_000;
const usage = (outlook: Outlook): Usage => ({
  coveredSince: asOf - 12 * day,
  coveredUntil: asOf,
  lastUsed: new Map(),
  outlook,
});
const broken = {
  at: asOf - 12 * day,
  says: 'RunTask of 2026-11-12 02:30 UTC (event e): it names no task definition',
};
const tooMany =
  "A day has more calls in CloudTrail's event history than 120 seconds can read, so that usage will never be known for 30 days, and every revision stays";

interface Row {
  readonly night: string;
  readonly usage: Usage | undefined;
  readonly state?: 'none' | 'read';
  readonly note?: string;
  readonly says?: string;
  readonly next?: string;
}

test.each<Row>([
  { night: 'usage is left out', usage: undefined },
  { night: 'the days are known', usage: usage({}) },
  {
    night: 'the days are known, and no state is kept',
    usage: usage({}),
    state: 'none',
    note: 'No state is kept, so each run reads anew what was used',
  },
  {
    night: 'on the way',
    usage: usage({ coveredBy: asOf + 3 * day }),
    note: 'Usage is known since 12 November 2026; 30 days of it will be on 27 November 2026, and until then every revision stays',
  },
  {
    night: 'on the way, and no state is kept',
    usage: usage({ coveredBy: asOf + 3 * day }),
    state: 'none',
    says: 'Usage is known since 12 November 2026, and no state is kept, so that it will never be known for 30 days, and every revision stays',
    next: 'Keep one, in a bucket or a folder, by `state` in the settings or so; runs of `prune` go on there from each other: `./pruner prune --state s3://BUCKET/PREFIX`',
  },
  {
    night: 'on the way, by a plan that keeps nothing',
    usage: usage({ coveredBy: asOf + 3 * day }),
    state: 'read',
    note: 'Usage is known since 12 November 2026; 30 days of it will be on 27 November 2026 if the function or `prune` runs each night, since a plan keeps nothing. Until then every revision stays',
  },
  {
    night: 'behind a record that tells nothing',
    usage: usage({ broken, coveredBy: asOf + 18 * day }),
    note: 'Usage is known since 12 November 2026; 30 days of it will be on 12 December 2026, and until then every revision stays. A record before that tells nothing: RunTask of 2026-11-12 02:30 UTC (event e): it names no task definition. Without usage it would not count: `without: [usage]`',
  },
  {
    night: 'too many calls for the budget',
    usage: usage({ needsSeconds: 300 }),
    says: tooMany,
    next: 'Give it more time: `usageSeconds: 300`',
  },
  {
    night: 'too many calls for any run',
    usage: usage({ needsSeconds: 4_000 }),
    says: tooMany,
    next: 'It would take about 4,000 seconds a night. Leave it out, and protect by tag or family what only unknown callers start: `without: [usage]`',
  },
  {
    night: 'nothing was read at all',
    usage: usage({ needsSeconds: Infinity }),
    says: tooMany,
    next: 'In that time not even a page of each call could be read. Leave it out, and protect by tag or family what only unknown callers start: `without: [usage]`',
  },
])('$night', ({ usage, state, note, says, next }) => {
  expect(describeUsage({ usage, days: 30, seconds: 120, state: state ?? 'written' })).toEqual({
    notes: note === undefined ? [] : [note],
    asks: says === undefined ? [] : [{ says, next }],
  });
});

test('more days than CloudTrail keeps need a state', () => {
  const asked = { usage: usage({ coveredBy: asOf + 310 * day }), days: 400, seconds: 120 };
  expect(describeUsage({ ...asked, state: 'none' }).asks).toEqual([
    {
      says: 'CloudTrail keeps 90 days, and no state is kept, so that usage will never be known for 400 days, and every revision stays',
      next: 'Keep one, in a bucket or a folder, by `state` in the settings, or ask for fewer days: `usedWithinDays: 90`',
    },
  ]);
  expect(describeUsage({ ...asked, state: 'written' })).toEqual({
    notes: [
      'Usage is known since 12 November 2026; 400 days of it will be on 30 September 2027, and until then every revision stays',
    ],
    asks: [],
  });
});
