// The definitions in use: what a running definition references in its environment or command is referenced itself, is
// followed until nothing new appears, and is described once.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf } from '../../shared/domain/mentions.ts';
import { decide } from '../../shared/plan/decide.ts';
import type { Plan, Reason } from '../../shared/plan/verdict.ts';
import { revisionsInUse } from '../../shared/sources/common/revisions-in-use.ts';
import { isAmong, nameOf, numbersIn } from '../../shared/domain/revision.ts';
import { type AccountBuilder, anAccount, daysBefore, revisionArn } from '../support/account.ts';
import { aNight, duringDeregistration, deregisteredNames, type Night, skippedNames } from '../support/night.ts';
import { anAccount as anyAccount, aPolicy } from '../support/arbitrary.ts';

const settings = { keepLatest: 1 };
const planned = async (account: AccountBuilder, more: Record<string, unknown> = {}) => {
  const report = await (await aNight(account)).plan({ ...settings, ...more });
  return report.plan?.toDeregister.map(nameOf) ?? [];
};
const described = ({ sandbox }: Night) =>
  sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DescribeTaskDefinition')
    .map(({ input }) => String(input['taskDefinition']));

/** A service runs api:3, whose environment has this value. */
const running = (value: string) =>
  anAccount()
    .family('api', '1-3', { environment: { WORKER_TASK: value } })
    .family('worker', '1-6')
    .service('prod/api', 'api:3');

describe('a definition that a service runs keeps', () => {
  test.each([
    ['the revision of a whole ARN', revisionArn('worker:2')],
    ['the revision of a short name', 'worker:2'],
    ['the revision in a command line', `aws ecs run-task --task-definition ${revisionArn('worker:2')} --count 1`],
    ['the revision in JSON', JSON.stringify({ tasks: [{ def: 'worker:2' }] })],
  ])('%s', async (_, value) => {
    expect(await planned(running(value))).toEqual(['api:1', 'worker:1', 'api:2', 'worker:3', 'worker:4', 'worker:5']);
  });

  test('nothing where it references another family, number or account', async () => {
    const other = 'arn:aws:ecs:eu-west-1:210987654321:task-definition/worker:2';
    expect(await planned(running(`worker:22 my-worker:2 WORKER:2 ${other}`))).toContain('worker:2');
  });

  test('nothing where the settings leave definitions out', async () => {
    expect(await planned(running('worker:2'), { without: ['definitions'] })).toContain('worker:2');
  });
});

test('the newest revision of a family that nothing references keeps what it mentions', async () => {
  const account = anAccount()
    .family('launcher', '1-4', { environment: { T: 'worker:2' } })
    .family('worker', '1-3');
  expect(await planned(account)).toEqual(['launcher:1', 'worker:1', 'launcher:2', 'launcher:3']);
});

test('references are followed from one definition to the next, and a circle of them ends', async () => {
  const account = anAccount()
    .family('a', '1', { environment: { NEXT: 'b:1' } })
    .family('b', '1-3', { environment: { NEXT: 'c:1' } })
    .family('c', '1-3', { environment: { NEXT: 'b:2' } });
  const night = await aNight(account);
  const report = await night.plan(settings);
  expect(report.plan?.toDeregister.map(nameOf)).toEqual(['c:2']);
  const once = ['a:1', 'b:1', 'b:2', 'c:1'];
  expect(
    described(night)
      .filter((name) => once.includes(name))
      .toSorted(),
  ).toEqual(once);
});

test('a task’s override keeps what it mentions', async () => {
  const account = anAccount()
    .family('worker', '1-6')
    .task('prod', 'worker:5', {
      overrides: {
        containerOverrides: [{ name: 'app', environment: [{ name: 'THEN', value: 'worker:3' }] }],
      },
    });
  expect(await planned(account)).toEqual(['worker:1', 'worker:2', 'worker:4']);
});

test('explain says which definition mentions it, where, and never the value', async () => {
  const night = await aNight(running(`secret-prefix ${revisionArn('worker:2')}`));
  const report = await night.plan(settings);
  const family = report.plan?.families.find((one) => one.family === 'worker');
  const span = family?.spans.find(({ ranges }) => isAmong(2, ranges));
  expect(span?.verdict).toMatchObject({
    verdict: 'keep',
    reasons: [
      {
        text: 'task-definition api:3 mentions it',
        by: [{ referrer: revisionArn('api:3'), via: ['container app', 'environment WORKER_TASK'] }],
      },
    ],
  });
  expect(JSON.stringify(report)).not.toContain('secret-prefix');
});

describe('what a definition references is remembered', () => {
  test('so that a second night describes only what is new, and the state holds names alone', async () => {
    const night = await aNight(running('token-4711 worker:2'));
    const first = await night.prune({ ...settings, minAgeDays: 0, maxDeregistrations: 1 });
    expect(deregisteredNames(first)).toEqual(['api:1']);
    const kept = await Promise.all((await night.state.list('')).map(async (key) => night.state.get(key)));
    const memory = kept.map((one) => one?.body ?? '').filter((body) => body.includes('"members"'));
    expect(memory.join()).toContain('definitions api:3');
    expect(memory.join()).not.toContain('token-4711');

    night.sandbox.calls.clear();
    night.clock.advance(86_400_000);
    const second = await night.prune({ ...settings, minAgeDays: 0, maxDeregistrations: 1 });
    expect(deregisteredNames(second)).toEqual(['api:2']);
    // The final check of what goes, and nothing else.
    expect(described(night)).toEqual(['api:2']);
  });

  test('a revision that has become ACTIVE’s newest since is described the next night', async () => {
    const night = await aNight(running('worker:2'));
    await night.prune({ ...settings, maxDeregistrations: 1 });
    night.sandbox.calls.clear();
    night.sandbox.account.registerTaskDefinition('worker');
    await night.prune({ ...settings, maxDeregistrations: 1 });
    expect(described(night).filter((name) => name === 'worker:7')).toEqual(['worker:7']);
  });
});

describe('a short name of a family that has no ACTIVE revision yet', () => {
  const twoNights = async (account: AccountBuilder) => {
    const night = await aNight(account.family('old', '1-3'));
    const few = { ...settings, minAgeDays: 0, maxDeregistrations: 1 };
    await night.prune(few);
    for (let number = 1; number <= 3; number++) night.sandbox.account.registerTaskDefinition('newcomer');
    night.clock.advance(86_400_000);
    night.sandbox.calls.clear();
    return { night, remedy: async () => deregisteredNames(await night.prune({ ...few, maxDeregistrations: 100 })) };
  };

  test('in a definition that is remembered is found once it has one, and nothing else is described again', async () => {
    const { night, remedy: next } = await twoNights(
      anAccount()
        .family('api', '1', { environment: { NEXT: 'newcomer:1', PORT: 'redis:6379' } })
        .family('web', '1', { environment: { PORT: 'redis:6379' } })
        .service('prod/api', 'api:1'),
    );
    expect(await next()).not.toContain('newcomer:1');
    expect(described(night)).toContain('api:1');
    expect(described(night)).not.toContain('web:1');
  });

  test('in a published version of a state machine is found once it has one', async () => {
    const pass = (Result: string) => ({ StartAt: 'A', States: { A: { Type: 'Pass', Result, End: true } } });
    const version = { definition: JSON.stringify(pass('newcomer:1')), creationDate: daysBefore(90) };
    const { remedy: next } = await twoNights(anAccount().stateMachine('m', pass('none'), { versions: [version] }));
    expect(await next()).toEqual(['newcomer:2', 'old:2']);
  });

  test('leaves 32 bits of the family in the state, and nothing of its name', async () => {
    const { night } = await twoNights(
      anAccount().family('api', '1', { environment: { DATABASE: 'postgres://hunter:4711@db' } }),
    );
    const kept = await Promise.all((await night.state.list('')).map(async (key) => night.state.get(key)));
    const memory = kept.map((one) => one?.body ?? '').filter((body) => body.includes('"members"'));
    expect(memory.join()).toContain(`${digestOf('hunter')}`);
    expect(memory.join()).not.toContain('hunter');
  });
});

describe('until every definition in use is known', () => {
  const many = () => {
    const account = anAccount().cluster('prod');
    for (let index = 0; index < 30; index++) account.family(`f${index}`, '1-3');
    return account;
  };

  test('nothing is deregistered, and the hold says how far it is', async () => {
    const night = await aNight(many());
    let calls = 0;
    night.sandbox.before(({ operation }) => void (operation === 'DescribeTaskDefinition' && calls++));
    const report = await night.prune(settings, { outOfTime: () => calls >= 8 });
    expect(deregisteredNames(report)).toEqual([]);
    expect(report).toMatchObject({ outcome: 'HELD' });
    const fault = report.plan?.hold?.problems.find(({ part }) => part === 'definitions');
    expect(fault?.reason).toMatch(/the run ran out of time after \d+ of 30; all of them take about \d+ seconds$/);
    expect(fault?.remedy).toContain('continues from there');
  });

  test('the next run continues where the last one stopped', async () => {
    const night = await aNight(many());
    let calls = 0;
    night.sandbox.before(({ operation }) => void (operation === 'DescribeTaskDefinition' && calls++));
    await night.prune(settings, { outOfTime: () => calls >= 8 });
    const before = described(night).length;
    night.sandbox.calls.clear();
    const report = await night.prune({ ...settings, maxDeregistrations: 1 });
    expect(deregisteredNames(report)).toHaveLength(1);
    const newest = described(night).filter((name) => name.endsWith(':3'));
    expect(newest).toHaveLength(30 - before);
  });

  test('a later pass of the same run continues as well', async () => {
    const night = await aNight(many());
    let calls = 0;
    night.sandbox.before(({ operation }) => void (operation === 'DescribeTaskDefinition' && calls++));
    let passes = 0;
    const report = await night.prune(
      { ...settings, maxDeregistrations: 1 },
      {
        allowsMorePasses: true,
        outOfTime: () => calls >= 8 && passes < 1,
        onReading: ({ part }) => void (part === 'state' && passes++),
      },
    );
    expect(deregisteredNames(report)).toHaveLength(1);
    expect(described(night).filter((name) => name.endsWith(':3'))).toHaveLength(30);
  });
});

test('a definition that comes into use while revisions are deregistered keeps what it mentions', async () => {
  const account = anAccount()
    .family('api', '1', { environment: { T: 'none' } })
    .family('worker', '1-8')
    .service('prod/api', 'api:1');
  const night = await aNight(account);
  let seen = 0;
  night.sandbox.before(({ operation }) => {
    if (operation !== 'DeregisterTaskDefinition' || ++seen !== 2) return;
    const environment = [{ name: 'T', value: 'worker:5' }];
    night.sandbox.account.registerTaskDefinition({
      family: 'api',
      containerDefinitions: [{ name: 'app', image: 'app:2', environment }],
    });
    night.sandbox.account.updateService({ cluster: 'prod', service: 'api', taskDefinition: 'api:2' });
    night.clock.advance(120_000);
  });
  const report = await night.prune(settings);
  expect(deregisteredNames(report)).not.toContain('worker:5');
  expect(skippedNames(report)).toEqual(['worker:5: task-definition api:2 mentions it']);
});

describe('a definition that AWS does not describe', () => {
  const refusal = {
    operation: 'DescribeTaskDefinition',
    kind: 'error',
    code: 'ClientException',
    status: 400,
    message: 'Unable to describe task definition.',
  } as const;

  test('although it is listed holds the run', async () => {
    const night = await aNight(running('worker:2'));
    night.sandbox.faults.add({ ...refusal, when: ({ input }) => input['taskDefinition'] === 'api:3' });
    const report = await night.plan(settings);
    expect(report.plan?.hold?.problems.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('api:3 is listed, but AWS does not describe it'),
    ]);
  });

  test('because it was deleted while a task still runs it is reported, and holds nothing', async () => {
    const night = await aNight(anAccount().family('web', '2-4').task('prod', 'web:1'));
    const report = await night.plan(settings);
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(['web:2', 'web:3']);
    expect(report.notes).toEqual([
      'Not checked: task-definition web:1: in use, but deleted: what its definition references is not known.',
    ]);
  });

  test('since that is denied holds the run', async () => {
    const night = await aNight(running('worker:2'));
    night.sandbox.faults.add({ operation: 'DescribeTaskDefinition', kind: 'deny' });
    const report = await night.plan(settings);
    expect(report.plan?.hold?.problems.map(({ part }) => part)).toEqual(['definitions']);
    expect(report.plan?.toDeregister).toEqual([]);
  });
});

describe('a definition that is described', () => {
  const night = async (change: (answer: Record<string, unknown>) => void) => {
    const one = await aNight(running('worker:2'));
    const when = ({ input }: { input: Record<string, unknown> }) => input['taskDefinition'] === 'api:3';
    one.sandbox.faults.add({ operation: 'DescribeTaskDefinition', kind: 'answer', change, when });
    return one;
  };
  const put = (more: object) => (answer: Record<string, unknown>) => {
    answer['taskDefinition'] = Object.assign({}, answer['taskDefinition'], more);
  };

  test.each([
    {
      what: 'as another one',
      change: put({ taskDefinitionArn: revisionArn('other:9'), containerDefinitions: [] }),
      reason: `the answer describes ${revisionArn('other:9')}`,
    },
    {
      what: 'without its containers',
      change: put({ containerDefinitions: undefined }),
      reason: 'the answer has no container definitions',
    },
  ])('$what holds the run, and is not remembered', async ({ change, reason: said }) => {
    const one = await night(change);
    const report = await one.prune(settings);
    expect(deregisteredNames(report)).toEqual([]);
    expect(report.plan?.hold?.problems.map((fault) => fault.reason)).toEqual([`Incomplete: ${said}`]);
    one.sandbox.faults.clear();
    expect(deregisteredNames(await one.prune({ ...settings, minAgeDays: 0 }))).not.toContain('worker:2');
  });

  test('with a member that is unknown keeps what that mentions', async () => {
    const one = await night(put({ successor: { 'worker:3': 1 } }));
    const report = await one.plan(settings);
    expect(report.plan?.toDeregister.map(nameOf)).not.toContain('worker:3');
  });
});

describe('a short name that may be a host and its port', () => {
  const account = () =>
    anAccount()
      .family('db', '1-3')
      .family('db', '4', { status: 'INACTIVE', environment: { T: 'worker:2' } })
      .family('db', '5')
      .family('worker', '1-3')
      .family('api', '1', { environment: { DATABASE: 'db:5432', STANDBY: 'db:4' } })
      .service('prod/api', 'api:1');

  test('reports neither an unreadable definition nor a dangling reference', async () => {
    const night = await aNight(account());
    const report = await night.plan(settings);
    expect(report).toMatchObject({ outcome: 'PREVIEW', notes: [], actionItems: [] });
    // Nothing can start what is not ACTIVE, so what its definition mentions is not followed.
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(['db:1', 'worker:1', 'db:2', 'worker:2', 'db:3']);
  });

  test('is asked about once a run', async () => {
    const asked = async (go: (night: Night) => Promise<unknown>) => {
      const night = await aNight(account());
      await go(night);
      // The SDK may repeat a refused call at once, where its clock and that of the answers differ by minutes.
      const names = described(night).filter((name, at, all) => name !== all[at - 1]);
      return names.filter((name) => name === 'db:5432').length;
    };
    const once = await asked((night) => night.plan(settings));
    expect(once).toBeGreaterThan(0);
    expect(await asked((night) => night.prune({ ...settings, minAgeDays: 0 }))).toBe(once);
  });

  test('is followed where it is a revision that was registered since the inventory was read', async () => {
    const night = await aNight(
      anAccount()
        .family('api', '1', { environment: { NEXT: 'job:2' } })
        .family('job', '1')
        .family('worker', '1-3')
        .service('prod/api', 'api:1'),
    );
    night.sandbox.before(({ operation }) => {
      if (operation !== 'ListClusters' || night.sandbox.account.exists(revisionArn('job:2'))) return;
      const environment = [{ name: 'T', value: 'worker:2' }];
      const containerDefinitions = [{ name: 'app', image: 'app:2', environment }];
      night.sandbox.account.registerTaskDefinition({ family: 'job', containerDefinitions });
    });
    const report = await night.plan(settings);
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(['worker:1']);
  });
});

describe('a revision that is mentioned by its short name just after it was deregistered', () => {
  const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:start';
  const input = JSON.stringify({ odd: 'worker:1' });

  test.each<{ by: string; who: string; appear: (account: Night['sandbox']['account']) => void }>([
    {
      by: 'schedule',
      who: 'schedule default/late',
      appear: (account) =>
        account.schedules.create({
          Name: 'late',
          ScheduleExpression: 'rate(1 day)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: lambda, RoleArn: 'arn:aws:iam::123456789012:role/start', Input: input },
        }),
    },
    {
      by: 'function',
      who: 'function late:$LATEST',
      appear: ({ functions }) => functions.add({ FunctionName: 'late', Environment: { Variables: { T: input } } }),
    },
    {
      by: 'subscriber of a custom bus',
      who: 'subscriber orders/late',
      appear: ({ subscribers }) =>
        subscribers.put({
          Identifier: 'arn:aws:events:eu-west-1:123456789012:subscriber/orders/late',
          Properties: JSON.stringify({ Target: { Arn: lambda, Input: input } }),
        }),
    },
  ])('by a $by is reported with what to do', async ({ who, appear }) => {
    const night = await aNight(anAccount().family('worker', '1-6').cluster('prod'));
    duringDeregistration(night, 2, () => {
      appear(night.sandbox.account);
    });
    const report = await night.prune(settings);
    expect(deregisteredNames(report)).toContain('worker:1');
    expect(report).toMatchObject({
      outcome: 'ACTION',
      actionItems: [
        { problem: `This run deregistered worker:1, but ${who} mentions it: nothing can be started with it` },
      ],
    });
  });
});

describe('a mention of an INACTIVE revision', () => {
  const account = (by: AccountBuilder) => by.family('worker', '1-2', { status: 'INACTIVE' }).family('worker', '3-4');

  test('by ARN in the definition of a running service is a dangling reference', async () => {
    const night = await aNight(
      account(
        anAccount()
          .family('api', '1', { environment: { T: revisionArn('worker:2') } })
          .service('prod/api', 'api:1'),
      ),
    );
    const report = await night.plan(settings);
    expect(report.danglingReferences.map(({ reference }) => reference.referrer)).toEqual([revisionArn('api:1')]);
  });

  test('by short name, or in a definition that nothing references, is none', async () => {
    const short = anAccount()
      .family('api', '1', { environment: { T: 'worker:2' } })
      .service('prod/api', 'api:1');
    const unused = anAccount().family('old', '1', { environment: { T: revisionArn('worker:2') } });
    for (const one of [short, unused]) {
      const report = await (await aNight(account(one))).plan(settings);
      expect(report.danglingReferences).toEqual([]);
    }
  });
});

/** The revisions that a rule keeps for being used. */
function keptForUse({ families }: Plan): string[] {
  return families.flatMap(({ family, spans }) =>
    spans.flatMap(({ ranges, verdict }) =>
      verdict.verdict === 'keep' && verdict.reasons.some(isUse)
        ? Array.from(numbersIn(ranges), (number) => nameOf({ family, number }))
        : [],
    ),
  );
}

function isUse({ rule, text }: Reason): boolean {
  return ['referenced', 'in-flight', 'newest'].includes(rule) || text.startsWith('used since');
}

test('what is in use is what a rule keeps for being used, in any evidence', () => {
  fc.assert(
    fc.property(anyAccount, aPolicy, (evidence, policy) => {
      const { readings, inventory, usage, asOf } = evidence;
      const days = policy.usedWithinDays;
      const inUse = revisionsInUse({
        findings: readings.flatMap(({ findings }) => findings),
        inventory,
        lastUsed: usage?.lastUsed,
        usedSince: days === 0 ? Infinity : asOf - days * 86_400_000,
      }).map(nameOf);
      const kept = keptForUse(decide(evidence, policy));
      expect(new Set(kept).difference(new Set(inUse))).toEqual(new Set());
    }),
    { seed: 4, numRuns: 200 },
  );
});
