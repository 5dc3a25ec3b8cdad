// Tests the notes and action items while usage is not yet known for all days, typed by hand.
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
  text: 'RunTask of 2026-11-12 02:30 UTC (event e): it has no task definition',
};
const tooMany =
  "CloudTrail's event history has more calls a day than 120 seconds can read, so usage will never be known for 30 days and every revision stays";

interface Row {
  readonly night: string;
  readonly usage: Usage | undefined;
  readonly state?: 'none' | 'read';
  readonly note?: string;
  readonly problem?: string;
  readonly remedy?: string;
}

test.each<Row>([
  { night: 'usage is left out', usage: undefined },
  { night: 'the days are known', usage: usage({}) },
  {
    night: 'the days are known, and there is no state store',
    usage: usage({}),
    state: 'none',
    note: 'Without a state store, each run reads usage from the start',
  },
  {
    night: 'on the way',
    usage: usage({ coveredBy: asOf + 3 * day }),
    note: 'Usage is known since 12 November 2026; 30 days will be covered on 27 November 2026, and until then every revision stays',
  },
  {
    night: 'on the way, and there is no state store',
    usage: usage({ coveredBy: asOf + 3 * day }),
    state: 'none',
    problem:
      'Usage is known since 12 November 2026 and there is no state store, so usage will never be known for 30 days and every revision stays',
    remedy:
      'Set `state` in the settings to a bucket or a folder, or give one to every run of `prune`: `./pruner prune --state s3://BUCKET/PREFIX`',
  },
  {
    night: 'on the way, by a plan that saves nothing',
    usage: usage({ coveredBy: asOf + 3 * day }),
    state: 'read',
    note: 'Usage is known since 12 November 2026; 30 days will be covered on 27 November 2026 if the function or `prune` runs each night, since a plan saves nothing. Until then every revision stays',
  },
  {
    night: 'after a record that could not be interpreted',
    usage: usage({ broken, coveredBy: asOf + 18 * day }),
    note: 'Usage is known since 12 November 2026; 30 days will be covered on 12 December 2026, and until then every revision stays. An earlier CloudTrail record could not be interpreted: RunTask of 2026-11-12 02:30 UTC (event e): it has no task definition. To ignore usage: `without: [usage]`',
  },
  {
    night: 'too many calls for the budget',
    usage: usage({ needsSeconds: 300 }),
    problem: tooMany,
    remedy: 'Raise the time for reading usage: `usageSeconds: 300`',
  },
  {
    night: 'too many calls for any run',
    usage: usage({ needsSeconds: 4_000 }),
    problem: tooMany,
    remedy:
      'Reading would take about 4,000 seconds a night. Leave usage out, and protect revisions with unknown callers by tag or family: `without: [usage]`',
  },
  {
    night: 'nothing was read at all',
    usage: usage({ needsSeconds: Infinity }),
    problem: tooMany,
    remedy:
      'The time is too short for one page of each call. Leave usage out, and protect revisions with unknown callers by tag or family: `without: [usage]`',
  },
])('usage is reported for a night with: $night', ({ usage, state, note, problem, remedy }) => {
  expect(describeUsage({ usage, days: 30, seconds: 120, state: state ?? 'written' })).toEqual({
    notes: note === undefined ? [] : [note],
    asks: problem === undefined ? [] : [{ problem, remedy }],
  });
});

test('more days than CloudTrail keeps need a state store', () => {
  const asked = { usage: usage({ coveredBy: asOf + 310 * day }), days: 400, seconds: 120 };
  expect(describeUsage({ ...asked, state: 'none' }).asks).toEqual([
    {
      problem:
        'CloudTrail keeps 90 days and there is no state store, so usage will never be known for 400 days and every revision stays',
      remedy: 'Set `state` in the settings to a bucket or a folder, or ask for fewer days: `usedWithinDays: 90`',
    },
  ]);
  expect(describeUsage({ ...asked, state: 'written' })).toEqual({
    notes: [
      'Usage is known since 12 November 2026; 400 days will be covered on 30 September 2027, and until then every revision stays',
    ],
    asks: [],
  });
});
