// The final look at a revision's family: which lists of it let the revision be deregistered, and which keep it.
import { describe, expect, test } from 'vitest';
import { checkOnceMore } from '../../shared/apply/final-check.ts';
import type { CheckOptions } from '../../shared/apply/family-check.ts';
import { nameOf, type Ranges } from '../../shared/domain/revision.ts';
import { anAccount, revisionArn } from '../support/account.ts';
import { asOf, policy, target } from '../support/given.ts';
import { acting, described, revisionOf } from '../support/acting.ts';

const DAY_MS = 86_400_000;

interface Listed {
  /** What each page of ListTaskDefinitions holds: `web:10`, or a whole ARN. */
  readonly active: readonly (readonly string[])[];
  readonly inactive?: readonly (readonly string[])[];
  readonly options?: Partial<CheckOptions>;
  /** Changes how AWS describes web:11. */
  readonly former?: 'nothing' | ((one: Record<string, unknown>) => void);
}

/** What the look at web:4 says, and what it asked for. The sandbox has pages enough to put others in their place. */
async function look({ active, inactive = [[]], options, former = () => undefined }: Listed) {
  const account = anAccount().family('web', '1-10').family('web', '11-15', { status: 'INACTIVE' });
  const { sandbox, hands } = await acting(account, { pageSize: 1 });
  const lists = [
    { status: 'ACTIVE', pages: active },
    { status: 'INACTIVE', pages: inactive },
  ];
  for (const { status, pages } of lists)
    for (const [at, page] of pages.entries())
      sandbox.faults.add({
        operation: 'ListTaskDefinitions',
        kind: 'answer',
        times: 1,
        when: ({ input }) => input['status'] === status,
        change: (output) => {
          output['taskDefinitionArns'] = page.map((one) => (one.startsWith('arn:') ? one : revisionArn(one)));
          if (at === pages.length - 1) delete output['nextToken'];
        },
      });
  if (former !== 'nothing') sandbox.faults.add(described('web:11', former));
  else
    sandbox.faults.add({
      ...described('web:11', () => undefined),
      kind: 'answer',
      change: (output) => delete output['taskDefinition'],
    });
  const newest: string[] = [];
  const found = await checkOnceMore(hands.reader, revisionOf('web:4'), {
    policy: policy(),
    target,
    asOf,
    onNewest: (one) => newest.push(nameOf(one)),
    ...options,
  });
  return {
    reason: found.is === 'skipped' ? found.reason : found.is,
    newest,
    asked: sandbox.calls
      .list()
      .filter(({ operation }) => operation === 'ListTaskDefinitions')
      .map(({ input }) => input),
  };
}

const keepLatest = (count: number) => ({ policy: policy({ keepLatest: count }) });

describe('the newest N of a family', () => {
  test.each<{ what: string; keep: number; active: readonly (readonly string[])[]; reason: string }>([
    { what: 'one newer', keep: 1, active: [['web:5']], reason: 'as decided' },
    {
      what: 'none newer',
      keep: 1,
      active: [['web:4']],
      reason: 'no longer older than the newest 1 of its family',
    },
    { what: 'none at all', keep: 1, active: [[]], reason: 'no longer older than the newest 1 of its family' },
    {
      what: 'none newer, where no number is to be kept: the newest stays',
      keep: 0,
      active: [['web:4', 'web:3']],
      reason: 'no longer older than the newest 1 of its family',
    },
    { what: 'three newer', keep: 3, active: [['web:10', 'web:9', 'web:8']], reason: 'as decided' },
    {
      what: 'two newer',
      keep: 3,
      active: [['web:10', 'web:9', 'web:4']],
      reason: 'no longer older than the newest 3 of its family',
    },
    {
      what: 'the same one three times',
      keep: 3,
      active: [['web:10', 'web:10', 'web:10']],
      reason: 'no longer older than the newest 3 of its family',
    },
    {
      what: 'three that are older',
      keep: 3,
      active: [['web:3', 'web:2', 'web:1']],
      reason: 'no longer older than the newest 3 of its family',
    },
    { what: 'newer ones on the second page', keep: 2, active: [['web:10'], ['web:9']], reason: 'as decided' },
    { what: 'an empty page first', keep: 1, active: [[], ['web:9']], reason: 'as decided' },
    {
      what: 'another family',
      keep: 1,
      active: [['api:10']],
      reason: `its family's list holds ${revisionArn('api:10')}`,
    },
    {
      what: 'a family without a revision',
      keep: 1,
      active: [['web']],
      reason: `its family's list holds ${revisionArn('web')}`,
    },
    {
      what: 'the same family in another account',
      keep: 1,
      active: [['arn:aws:ecs:eu-west-1:999999999999:task-definition/web:10']],
      reason: "its family's list holds arn:aws:ecs:eu-west-1:999999999999:task-definition/web:10",
    },
  ])('keeps $keep, and the list holds $what: $reason', async ({ keep, active, reason }) => {
    expect((await look({ active, options: keepLatest(keep) })).reason).toBe(reason);
  });

  test('asks for the family alone, newest first, and for no more than it needs', async () => {
    const { asked } = await look({ active: [['web:10', 'web:9']], options: keepLatest(2) });
    expect(asked).toEqual([{ familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 2 }]);
  });

  test('asks for a hundred at most', async () => {
    const { asked } = await look({ active: [[]], options: keepLatest(150) });
    expect(asked).toEqual([{ familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 100 }]);
  });

  test.each([
    { active: [['web:10', 'web:9'], ['web:8']], newest: ['web:10'] },
    { active: [['web:4', 'web:3', 'web:2']], newest: [] },
  ])('tells $newest as the newest of $active', async ({ active, newest }) => {
    expect((await look({ active, options: keepLatest(3) })).newest).toEqual(newest);
  });
});

const days = policy({ retireFamiliesAfterDays: 90 });
const retired = (...ranges: Ranges) => ({ policy: days, retired: new Map([['web', ranges]]) });
const changed = "its family's list is not that of the plan";
const alive = 'its family is not retired any more';

describe('a retired family', () => {
  const decided = retired({ from: 2, upto: 4 }, { from: 6, upto: 6 });

  test.each<{ what: string; active: readonly (readonly string[])[]; reason: string }>([
    {
      what: 'is the one that was decided on',
      active: [['web:6', 'web:4', 'web:3', 'web:2']],
      reason: 'as decided',
    },
    { what: 'is as decided after an empty page', active: [[], ['web:6', 'web:4']], reason: 'as decided' },
    {
      what: 'lacks one that was decided on, but the newest',
      active: [['web:6', 'web:3']],
      reason: 'as decided',
    },
    { what: 'is empty', active: [[]], reason: "its family's list is empty" },
    {
      what: 'holds one that was registered meanwhile',
      active: [['web:7', 'web:6']],
      reason: `${alive}: web:7 was registered meanwhile`,
    },
    {
      what: 'holds one that was registered meanwhile, further down',
      active: [['web:6', 'web:7']],
      reason: `${alive}: web:7 was registered meanwhile`,
    },
    {
      what: 'lacks the newest that was decided on',
      active: [['web:4', 'web:3']],
      reason: `${changed}: web:6 is not in it`,
    },
    {
      what: 'holds one that was not ACTIVE when it was decided',
      active: [['web:6', 'web:5']],
      reason: `${changed}: it holds web:5`,
    },
    {
      what: 'begins with one that was not ACTIVE when it was decided',
      active: [['web:5', 'web:4']],
      reason: `${changed}: it holds web:5`,
    },
    { what: 'holds one twice', active: [['web:6', 'web:6']], reason: `${changed}: it holds web:6` },
    {
      what: 'comes in another order',
      active: [['web:6', 'web:2', 'web:3']],
      reason: `${changed}: it holds web:3`,
    },
    {
      what: 'holds another family',
      active: [['web:6', 'api:4']],
      reason: `its family's list holds ${revisionArn('api:4')}`,
    },
    {
      what: 'holds a family without a revision',
      active: [['web']],
      reason: `its family's list holds ${revisionArn('web')}`,
    },
  ])('whose list $what: $reason', async ({ active, reason }) => {
    expect((await look({ active, options: decided })).reason).toBe(reason);
  });

  test('asks for both lists of the family, newest first', async () => {
    const { asked, newest } = await look({ active: [['web:6', 'web:4', 'web:3']], options: decided });
    expect(asked).toEqual([
      { familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 100 },
      { familyPrefix: 'web', status: 'INACTIVE', sort: 'DESC', maxResults: 1 },
    ]);
    expect(newest).toEqual(['web:6']);
  });

  test('of which nothing was ACTIVE when it was decided is kept', async () => {
    const { reason } = await look({ active: [['web:6']], options: retired() });
    expect(reason).toBe(`${alive}: web:6 was registered meanwhile`);
  });

  test('is looked at as any other where only another family is retired', async () => {
    const options = { policy: days, retired: new Map([['api', [{ from: 1, upto: 1 }]]]) };
    expect((await look({ active: [['web:10']], options })).reason).toBe('as decided');
  });
});

describe('the newest INACTIVE revision of a retired family', () => {
  const registered = (ms: number) => (one: Record<string, unknown>) => (one['registeredAt'] = ms / 1000);
  const boundary = asOf - 90 * DAY_MS;
  const since = `${alive}: web:11 was registered since 26 August 2026`;

  test.each<{
    what: string;
    inactive: readonly (readonly string[])[];
    former?: Listed['former'];
    reason: string;
  }>([
    { what: 'is none', inactive: [[]], reason: 'as decided' },
    { what: 'is none, on two pages', inactive: [[], []], reason: 'as decided' },
    {
      what: 'is older by its number than the newest that was decided on',
      inactive: [['web:5']],
      reason: 'as decided',
    },
    {
      what: 'was registered a millisecond before the days began',
      inactive: [['web:11']],
      former: registered(boundary - 1),
      reason: 'as decided',
    },
    {
      what: 'was registered when the days began',
      inactive: [['web:11']],
      former: registered(boundary),
      reason: since,
    },
    {
      what: 'was registered within the days, and stands behind an empty page',
      inactive: [[], ['web:11']],
      former: registered(asOf - DAY_MS),
      reason: since,
    },
    {
      what: 'has no date',
      inactive: [['web:11']],
      former: (one) => delete one['registeredAt'],
      reason: since,
    },
    {
      what: 'is of another family',
      inactive: [['api:1']],
      reason: `its family's list holds ${revisionArn('api:1')}`,
    },
    {
      what: 'is no revision',
      inactive: [['web']],
      reason: `its family's list holds ${revisionArn('web')}`,
    },
  ])('$what: $reason', async ({ inactive, former, reason }) => {
    const options = retired({ from: 2, upto: 6 });
    expect((await look({ active: [['web:6']], inactive, options, ...(former && { former }) })).reason).toBe(reason);
  });

  test('has a lower number than the newest that was decided on: it was registered before that one', async () => {
    const options = retired({ from: 2, upto: 12 });
    const listed = { active: [['web:12']], inactive: [['web:11']], options };
    expect((await look({ ...listed, former: registered(asOf) })).reason).toBe('as decided');
  });

  test('is described by an answer about nothing: its age is not known', async () => {
    const options = retired({ from: 2, upto: 6 });
    expect((await look({ active: [['web:6']], inactive: [['web:11']], options, former: 'nothing' })).reason).toBe(
      since,
    );
  });

  test('was deregistered a moment ago by this run, with the number that was decided on: its age decides', async () => {
    const options = retired({ from: 2, upto: 11 });
    const listed = { active: [['web:11']], inactive: [['web:11']], options };
    expect((await look({ ...listed, former: registered(boundary) })).reason).toBe(since);
    expect((await look({ ...listed, former: registered(boundary - 1) })).reason).toBe('as decided');
  });
});

test.each([
  { list: 'a family', status: 'ACTIVE', options: keepLatest(1) },
  { list: 'a retired family', status: 'ACTIVE', options: retired({ from: 1, upto: 10 }) },
  {
    list: 'what was deregistered of a retired family',
    status: 'INACTIVE',
    options: retired({ from: 1, upto: 10 }),
  },
])('a page of $list without its list lets nothing be concluded', async ({ status, options }) => {
  const { sandbox, hands } = await acting();
  sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'answer',
    when: ({ input }) => input['status'] === status,
    change: (output) => delete output['taskDefinitionArns'],
  });
  await expect(checkOnceMore(hands.reader, revisionOf('web:4'), { ...hands, ...options })).rejects.toThrow(
    'the answer has no list',
  );
});

describe('the age of a revision', () => {
  const registeredAt = (ms: number) => described('web:4', (one) => (one['registeredAt'] = ms / 1000));

  /** What the look at web:4 says, which was registered then. */
  async function at(ms: number, options: Partial<CheckOptions>): Promise<string> {
    const { sandbox, hands } = await acting(anAccount().family('web', '1-10'));
    sandbox.faults.add(registeredAt(ms));
    const found = await checkOnceMore(hands.reader, revisionOf('web:4'), {
      policy: policy(),
      target,
      asOf,
      ...options,
    });
    return found.is === 'skipped' ? found.reason : found.is;
  }

  test.each([
    { days: { minAgeDays: 30 }, retires: 'web', boundary: 90, reason: 'registered since 26 August 2026' },
    { days: { minAgeDays: 120 }, retires: 'web', boundary: 120, reason: 'registered since 27 July 2026' },
    { days: { minAgeDays: 30 }, retires: 'api', boundary: 30, reason: 'registered since 25 October 2026' },
  ])('with $days, where $retires is retired after 90 days: $says', async ({ days, retires, boundary, reason }) => {
    const options = {
      policy: policy({ ...days, retireFamiliesAfterDays: 90 }),
      retired: new Map([[retires, [{ from: 1, upto: 10 }]]]),
    };
    expect(await at(asOf - boundary * DAY_MS, options)).toBe(reason);
    expect(await at(asOf - boundary * DAY_MS - 1, options)).toBe('as decided');
  });
});
