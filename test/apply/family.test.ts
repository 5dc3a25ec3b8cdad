// The final check of a revision's family: the lists that allow the deregistration, and the lists that prevent it.
import { describe, expect, test } from 'vitest';
import { checkOnceMore } from '../../shared/apply/final-check.ts';
import type { CheckOptions } from '../../shared/apply/family-check.ts';
import { nameOf, type Ranges } from '../../shared/domain/revision.ts';
import { anAccount, revisionArn } from '../support/account.ts';
import { asOf, policy, target } from '../support/given.ts';
import { startApply, changeDescription, revisionOf } from '../support/acting.ts';

const DAY_MS = 86_400_000;

interface Listed {
  /** The pages of ListTaskDefinitions: `web:10`, or a whole ARN. */
  readonly active: readonly (readonly string[])[];
  readonly inactive?: readonly (readonly string[])[];
  readonly options?: Partial<CheckOptions>;
  /** Changes how AWS describes web:11. */
  readonly former?: 'nothing' | ((one: Record<string, unknown>) => void);
}

/** Runs the final check of web:4. The sandbox has enough pages to replace them with the given ones. */
async function checkFamily({ active, inactive = [[]], options, former = () => undefined }: Listed) {
  const account = anAccount().family('web', '1-10').family('web', '11-15', { status: 'INACTIVE' });
  const { sandbox, context } = await startApply(account, { pageSize: 1 });
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
  if (former !== 'nothing') sandbox.faults.add(changeDescription('web:11', former));
  else
    sandbox.faults.add({
      ...changeDescription('web:11', () => undefined),
      kind: 'answer',
      change: (output) => delete output['taskDefinition'],
    });
  const newest: string[] = [];
  const found = await checkOnceMore(context.reader, revisionOf('web:4'), {
    policy: policy(),
    target,
    asOf,
    onNewest: (one) => newest.push(nameOf(one)),
    ...options,
  });
  return {
    reason: found.is === 'skipped' ? found.reason : found.is,
    newest,
    calls: sandbox.calls
      .list()
      .filter(({ operation }) => operation === 'ListTaskDefinitions')
      .map(({ input }) => input),
  };
}

const keepLatest = (count: number) => ({ policy: policy({ keepLatest: count }) });

describe('the newest N of a family', () => {
  test.each<{ what: string; keep: number; active: readonly (readonly string[])[]; reason: string }>([
    { what: 'one newer revision', keep: 1, active: [['web:5']], reason: 'as decided' },
    {
      what: 'no newer revision',
      keep: 1,
      active: [['web:4']],
      reason: 'no longer older than the newest 1 of its family',
    },
    { what: 'no revision', keep: 1, active: [[]], reason: 'no longer older than the newest 1 of its family' },
    {
      what: 'no newer revision, where keepLatest is 0',
      keep: 0,
      active: [['web:4', 'web:3']],
      reason: 'no longer older than the newest 1 of its family',
    },
    { what: 'three newer revisions', keep: 3, active: [['web:10', 'web:9', 'web:8']], reason: 'as decided' },
    {
      what: 'two newer revisions',
      keep: 3,
      active: [['web:10', 'web:9', 'web:4']],
      reason: 'no longer older than the newest 3 of its family',
    },
    {
      what: 'the same revision three times',
      keep: 3,
      active: [['web:10', 'web:10', 'web:10']],
      reason: 'no longer older than the newest 3 of its family',
    },
    {
      what: 'three older revisions',
      keep: 3,
      active: [['web:3', 'web:2', 'web:1']],
      reason: 'no longer older than the newest 3 of its family',
    },
    { what: 'newer revisions on the second page', keep: 2, active: [['web:10'], ['web:9']], reason: 'as decided' },
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
  ])('with keepLatest $keep and a list of $what: $reason', async ({ keep, active, reason }) => {
    expect((await checkFamily({ active, options: keepLatest(keep) })).reason).toBe(reason);
  });

  test('are read from a list of this family only, newest first and no longer than needed', async () => {
    const { calls } = await checkFamily({ active: [['web:10', 'web:9']], options: keepLatest(2) });
    expect(calls).toEqual([{ familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 2 }]);
  });

  test('are read with at most a hundred results', async () => {
    const { calls } = await checkFamily({ active: [[]], options: keepLatest(150) });
    expect(calls).toEqual([{ familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 100 }]);
  });

  test.each([
    { active: [['web:10', 'web:9'], ['web:8']], newest: ['web:10'] },
    { active: [['web:4', 'web:3', 'web:2']], newest: [] },
  ])('reports $newest as the newest of $active', async ({ active, newest }) => {
    expect((await checkFamily({ active, options: keepLatest(3) })).newest).toEqual(newest);
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
      what: 'equals the planned list',
      active: [['web:6', 'web:4', 'web:3', 'web:2']],
      reason: 'as decided',
    },
    { what: 'equals the planned list after an empty page', active: [[], ['web:6', 'web:4']], reason: 'as decided' },
    {
      what: 'lacks a planned revision other than the newest',
      active: [['web:6', 'web:3']],
      reason: 'as decided',
    },
    { what: 'is empty', active: [[]], reason: "its family's list is empty" },
    {
      what: 'has a new revision',
      active: [['web:7', 'web:6']],
      reason: `${alive}: web:7 was registered meanwhile`,
    },
    {
      what: 'has a new revision further down',
      active: [['web:6', 'web:7']],
      reason: `${alive}: web:7 was registered meanwhile`,
    },
    {
      what: 'lacks the planned newest revision',
      active: [['web:4', 'web:3']],
      reason: `${changed}: web:6 is not in it`,
    },
    {
      what: 'has a revision that was not ACTIVE in the plan',
      active: [['web:6', 'web:5']],
      reason: `${changed}: it holds web:5`,
    },
    {
      what: 'begins with a revision that was not ACTIVE in the plan',
      active: [['web:5', 'web:4']],
      reason: `${changed}: it holds web:5`,
    },
    { what: 'has a revision twice', active: [['web:6', 'web:6']], reason: `${changed}: it holds web:6` },
    {
      what: 'has another order',
      active: [['web:6', 'web:2', 'web:3']],
      reason: `${changed}: it holds web:3`,
    },
    {
      what: 'has another family',
      active: [['web:6', 'api:4']],
      reason: `its family's list holds ${revisionArn('api:4')}`,
    },
    {
      what: 'has a family without a revision',
      active: [['web']],
      reason: `its family's list holds ${revisionArn('web')}`,
    },
  ])('with a list that $what: $reason', async ({ active, reason }) => {
    expect((await checkFamily({ active, options: decided })).reason).toBe(reason);
  });

  test('is checked by both lists of the family, newest first', async () => {
    const { calls, newest } = await checkFamily({ active: [['web:6', 'web:4', 'web:3']], options: decided });
    expect(calls).toEqual([
      { familyPrefix: 'web', status: 'ACTIVE', sort: 'DESC', maxResults: 100 },
      { familyPrefix: 'web', status: 'INACTIVE', sort: 'DESC', maxResults: 1 },
    ]);
    expect(newest).toEqual(['web:6']);
  });

  test('is kept where the plan had no ACTIVE revision of it', async () => {
    const { reason } = await checkFamily({ active: [['web:6']], options: retired() });
    expect(reason).toBe(`${alive}: web:6 was registered meanwhile`);
  });

  test('is checked like any other where only another family is retired', async () => {
    const options = { policy: days, retired: new Map([['api', [{ from: 1, upto: 1 }]]]) };
    expect((await checkFamily({ active: [['web:10']], options })).reason).toBe('as decided');
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
    { what: 'does not exist', inactive: [[]], reason: 'as decided' },
    { what: 'does not exist on two pages', inactive: [[], []], reason: 'as decided' },
    {
      what: 'has a lower number than the planned newest revision',
      inactive: [['web:5']],
      reason: 'as decided',
    },
    {
      what: 'was registered a millisecond before the boundary',
      inactive: [['web:11']],
      former: registered(boundary - 1),
      reason: 'as decided',
    },
    {
      what: 'was registered at the boundary',
      inactive: [['web:11']],
      former: registered(boundary),
      reason: since,
    },
    {
      what: 'was registered after the boundary and follows an empty page',
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
    expect((await checkFamily({ active: [['web:6']], inactive, options, ...(former && { former }) })).reason).toBe(
      reason,
    );
  });

  test('has no effect with a lower number than the planned newest revision', async () => {
    const options = retired({ from: 2, upto: 12 });
    const listed = { active: [['web:12']], inactive: [['web:11']], options };
    expect((await checkFamily({ ...listed, former: registered(asOf) })).reason).toBe('as decided');
  });

  test('keeps the family where its description is empty', async () => {
    const options = retired({ from: 2, upto: 6 });
    expect(
      (await checkFamily({ active: [['web:6']], inactive: [['web:11']], options, former: 'nothing' })).reason,
    ).toBe(since);
  });

  test('has an effect by its age where this run deregistered it', async () => {
    const options = retired({ from: 2, upto: 11 });
    const listed = { active: [['web:11']], inactive: [['web:11']], options };
    expect((await checkFamily({ ...listed, former: registered(boundary) })).reason).toBe(since);
    expect((await checkFamily({ ...listed, former: registered(boundary - 1) })).reason).toBe('as decided');
  });
});

test.each([
  { list: 'a family', status: 'ACTIVE', options: keepLatest(1) },
  { list: 'a retired family', status: 'ACTIVE', options: retired({ from: 1, upto: 10 }) },
  {
    list: 'the INACTIVE revisions of a retired family',
    status: 'INACTIVE',
    options: retired({ from: 1, upto: 10 }),
  },
])('the final check fails on a page of $list without a list', async ({ status, options }) => {
  const { sandbox, context } = await startApply();
  sandbox.faults.add({
    operation: 'ListTaskDefinitions',
    kind: 'answer',
    when: ({ input }) => input['status'] === status,
    change: (output) => delete output['taskDefinitionArns'],
  });
  await expect(checkOnceMore(context.reader, revisionOf('web:4'), { ...context, ...options })).rejects.toThrow(
    'the answer has no list',
  );
});

describe('the age of a revision', () => {
  const registeredAt = (ms: number) => changeDescription('web:4', (one) => (one['registeredAt'] = ms / 1000));

  /** The result of the final check of web:4 with this registration time. */
  async function at(ms: number, options: Partial<CheckOptions>): Promise<string> {
    const { sandbox, context } = await startApply(anAccount().family('web', '1-10'));
    sandbox.faults.add(registeredAt(ms));
    const found = await checkOnceMore(context.reader, revisionOf('web:4'), {
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
  ])(
    'is compared with $boundary days under $days, where $retires is retired after 90 days',
    async ({ days, retires, boundary, reason }) => {
      const options = {
        policy: policy({ ...days, retireFamiliesAfterDays: 90 }),
        retired: new Map([[retires, [{ from: 1, upto: 10 }]]]),
      };
      expect(await at(asOf - boundary * DAY_MS, options)).toBe(reason);
      expect(await at(asOf - boundary * DAY_MS - 1, options)).toBe('as decided');
    },
  );
});
