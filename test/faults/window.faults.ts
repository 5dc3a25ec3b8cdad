// AWS accepts a revision for ten minutes after its deregistration. A late reference of any kind and at any
// minute is in the report of the same run, or of the next run if the run does not wait. Once a reading of the run has
// found one, the run aborts.
import { describe, expect, test } from 'vitest';
import type { Account } from '../../sandbox/account.ts';
import { ACCOUNT, REGION, revisionArn } from '../support/account.ts';
import { aNight, goesFirst, kept, type Night } from './durable/night.ts';
import { deregisteredIn, type Told } from './durable/witness.ts';

const TAKEN = 'web:1';

/** The input of a rule or a schedule. */
const starts = {
  Arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`,
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/start`,
  EcsParameters: { TaskDefinitionArn: revisionArn(TAKEN) },
};

/** The late referrers, with their names in the report. */
const users: readonly {
  readonly user: string;
  readonly who: RegExp;
  /** Whether AWS refuses the reference once the window is over. */
  readonly isRefused: boolean;
  readonly takesUp: (account: Account) => unknown;
}[] = [
  {
    user: 'a service is updated to it',
    who: /:service\/prod\/web$/,
    isRefused: true,
    takesUp: (account) => account.updateService({ cluster: 'prod', service: 'web', taskDefinition: TAKEN }),
  },
  {
    user: 'a service is created with it',
    who: /:service\/prod\/new$/,
    isRefused: true,
    takesUp: (account) =>
      account.createService({ cluster: 'prod', serviceName: 'new', taskDefinition: TAKEN, desiredCount: 1 }),
  },
  {
    user: 'a task is run from it',
    who: /:task\/prod\//,
    isRefused: true,
    takesUp: (account) => account.runTask({ cluster: 'prod', taskDefinition: TAKEN }),
  },
  {
    user: 'a rule gets a target',
    who: /:rule\/late$/,
    isRefused: false,
    takesUp: (account) =>
      account.rules.add({ Name: 'late', EventPattern: '{"source":["shop"]}', State: 'ENABLED' }, [
        { Id: 'task', ...starts },
      ]),
  },
  {
    user: 'a schedule is made',
    who: /:schedule\/default\/late$/,
    isRefused: false,
    takesUp: (account) =>
      account.schedules.create({
        Name: 'late',
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: starts,
        ClientToken: 'late',
      }),
  },
];

const MINUTE_MS = 60_000;
const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9.999];

function strandedIn(report: Told | undefined): string[] {
  return (report?.lateReferences ?? []).map(({ revision, referrer }) => `${revision} by ${referrer}`);
}

/** The late referrer, with the commands for its repair. */
function expectTold(night: Night, who: RegExp): void {
  const [mail] = night.witness.mails();
  expect(night.witness.mails()).toHaveLength(1);
  expect(night.witness.wrong({ kept, cap: 5 })).toEqual([]);
  const users = new Set(strandedIn(mail?.report));
  expect([...users].some((one) => one.startsWith(`${TAKEN} by `) && who.test(one))).toBe(true);
  expect([...users].every((one) => one.startsWith(`${TAKEN} by `))).toBe(true);
  expect(mail?.Subject).toMatch(/\] (ACTION|FAILED: aborted)/);
  const asked = mail?.report.attention.find(({ problem }) => problem.includes(TAKEN));
  expect(asked?.remedy).toMatch(/`[^`]*web:1[^`]*`$/);
}

describe.each(users)('$user', ({ who, isRefused, takesUp }) => {
  test.each(minutes)('is in the report of the run %d minutes after the last deregistration', async (after) => {
    const night = await aNight();
    const ended = await night.durable(
      {},
      {
        meanwhile: (name) => {
          if (name !== 'window') return;
          // The oldest was deregistered a moment before the wait began.
          const { deregisteredAt } = night.sandbox.account.revisions.find(TAKEN) ?? {};
          const at = (deregisteredAt?.getTime() ?? NaN) + after * MINUTE_MS;
          night.clock.advance(Math.max(0, at - night.clock.now()));
          takesUp(night.sandbox.account);
        },
      },
    );
    expect(ended.status).toBe('SUCCEEDED');
    expectTold(night, who);
    expect(deregisteredIn(night.witness.mails()[0]?.report ?? neverSent())).toEqual(goesFirst);
  });

  test('is refused by AWS ten minutes after the deregistration, if it ever is', async () => {
    const night = await aNight();
    const refused: boolean[] = [];
    await night.durable(
      {},
      {
        meanwhile: (name) => {
          if (name !== 'window') return;
          night.clock.advance(10 * MINUTE_MS);
          refused.push(isThrown(() => takesUp(night.sandbox.account)));
        },
      },
    );
    expect(refused).toEqual([isRefused]);
    const [mail] = night.witness.mails();
    const names = strandedIn(mail?.report).filter((one) => who.test(one));
    expect(names).toHaveLength(isRefused ? 0 : 1);
  });

  test.each([1, 2, 3])('aborts the run %i deregistrations later', async (later) => {
    const night = await aNight();
    let sinceTaken: number | undefined;
    let gone = 0;
    await night.durable(
      {},
      {
        at: ({ when, what }) => {
          if (when !== 'after' || what !== 'ecs DeregisterTaskDefinition') return;
          if (night.sandbox.account.revisions.find(TAKEN)?.status === 'INACTIVE') {
            sinceTaken = (sinceTaken ?? 0) + 1;
            if (sinceTaken !== later) return;
            takesUp(night.sandbox.account);
            gone = night.witness.gone().length;
            // Longer than any evidence may age.
            night.clock.advance(301_000);
          }
        },
      },
    );
    expectTold(night, who);
    expect(night.witness.gone()).toHaveLength(gone);
    expect(night.witness.mails()[0]?.report.stop?.by ?? 'nothing was left').toBe(
      gone === goesFirst.length ? 'nothing was left' : 'abort',
    );
  });

  test('aborts the run between two passes', async () => {
    const night = await aNight();
    await night.durable(
      { actsALife: 2 },
      { meanwhile: (name) => (name === 'after pass 1' ? takesUp(night.sandbox.account) : undefined) },
    );
    expectTold(night, who);
    expect(night.witness.gone()).toEqual(['batch:1', 'web:1']);
    expect(night.witness.mails()[0]?.report.stop?.by).toBe('abort');
  });

  test.each(['plain', 'commandLine'] as const)(
    'is in the report of the next run after a %s run, which does not wait',
    async (how) => {
      const night = await aNight();
      await night[how](how === 'commandLine' ? { more: { skipWindowReason: () => 'no-wait' } } : {});
      night.clock.advance(5 * MINUTE_MS);
      takesUp(night.sandbox.account);
      night.clock.advance(86_400_000);
      await night.durable();
      const [, next] = night.witness.mails();
      const before = next?.report.danglingReferences.map(({ revision, referrer: by }) => `${revision} by ${by}`) ?? [];
      expect(before.some((one) => one.startsWith(`${TAKEN} by `) && who.test(one))).toBe(true);
      expect(next?.Subject).toMatch(/\] ACTION: /);
    },
  );
});

describe('the invocation with the last reading is killed', () => {
  const kills = Array.from({ length: 60 }, (_, index) => index);
  test.each(kills)('at its moment %i', async (index) => {
    const night = await aNight();
    let seen = 0;
    await night.durable(
      {},
      {
        meanwhile: (name) => {
          if (name === 'window') night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: TAKEN });
        },
        at: ({ when }, life) => {
          if (night.sandbox.account.tasks.in(clusterIn(night)).length < 2 || when !== 'before') return;
          if (seen++ === index) life.kill();
        },
      },
    );
    const mails = night.witness.mails();
    expect(new Set(mails.map(({ text }) => text)).size).toBe(1);
    night.sandbox.account.topics.published.splice(1);
    expectTold(night, /:task\/prod\//);
  });
});

function clusterIn({ sandbox }: Night): string {
  return sandbox.account.clusters.find('prod')?.clusterArn ?? '';
}

function isThrown(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}

function neverSent(): never {
  throw new Error('no report was sent');
}
