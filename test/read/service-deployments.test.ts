// The history of services, read over HTTP: what each is on its way to, what it would roll back to, and how little is asked
// for it. What follows from which state stands in history.test.ts.
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/plan/decide.ts';
import { withVerdict } from '../../shared/plan/verdict.ts';
import type { ReadContext } from '../../shared/sources/common/reader.ts';
import { byName } from '../../shared/domain/revision.ts';
import { type AccountBuilder, anAccount, deployment, revisionArn } from '../support/account.ts';
import { policy } from '../support/given.ts';
import { aReader, arn, asLines, readAll, readSource } from '../support/reader.ts';

const base = () => anAccount().family('web', '1-9').family('shop', '1-9');
const web = { cluster: 'prod', service: 'web' };

async function linesOf(account: AccountBuilder, more: Parameters<typeof aReader>[1] = {}) {
  const { reader } = await aReader(account, more);
  const { findings, problems } = await readSource(reader, 'service-deployments');
  expect(problems).toEqual([]);
  return asLines(findings).map((line) => line.replace('service/', ''));
}

describe('a service that is on its way', () => {
  test('references both sides, also of two families, and is in flight in both', async () => {
    const account = base()
      .service('prod/web', 'shop:2')
      .serviceDeployment('prod/web', 'shop:2', {
        status: 'IN_PROGRESS',
        from: ['web:7', 'web:5'],
        daysAgo: 1,
      });
    expect(await linesOf(account, { usedWithinDays: 0 })).toEqual([
      'prod/web deploys shop:2',
      'prod/web rolls back to web:7',
      'prod/web rolls back to web:5',
      'prod/web in flight from shop:2, web:5',
    ]);
  });

  test('is in flight in bake time, when its deployments look finished', async () => {
    const account = base()
      .service('prod/web', 'web:8', { deployments: [deployment('web:8')] })
      .serviceDeployment('prod/web', 'web:8', { status: 'IN_PROGRESS', from: ['web:4'], daysAgo: 0 });
    const { reader } = await aReader(account);
    const plan = decide(await readAll(reader), policy({ keepLatest: 1, minAgeDays: 0 }));
    expect(withVerdict(plan, 'deregister')).toEqual([
      { family: 'shop', ranges: [{ from: 1, upto: 8 }] },
      { family: 'web', ranges: [{ from: 1, upto: 3 }] },
    ]);
  });

  test('is in flight from the lowest that it shows, also where its history is above that', async () => {
    const account = base()
      .service('prod/web', 'web:8', {
        deployments: [deployment('web:8'), deployment('web:3', { status: 'ACTIVE' })],
      })
      .serviceDeployment('prod/web', 'web:8', { status: 'IN_PROGRESS', from: ['web:6'], daysAgo: 0 });
    expect(await linesOf(account, { usedWithinDays: 0 })).toContain('prod/web in flight from web:3');
  });
});

describe('a service whose newest deployment has failed', () => {
  const failed = () =>
    base().service('prod/web', 'web:8', {
      deployments: [
        deployment('web:8', { rolloutState: 'FAILED', runningCount: 0 }),
        deployment('web:5', { status: 'ACTIVE' }),
      ],
    });
  const goingOf = async (account: AccountBuilder) => {
    const { reader } = await aReader(account);
    return withVerdict(decide(await readAll(reader), policy({ keepLatest: 1, minAgeDays: 0 })), 'deregister')
      .filter(({ family }) => family === 'web')
      .flatMap(({ ranges }) => ranges.map(({ from, upto }) => `${from}-${upto}`));
  };

  test('keeps what its deployments name, and lets go what is above and between', async () => {
    const account = failed()
      .serviceDeployment('prod/web', 'web:8', { status: 'STOPPED', from: ['web:5'], daysAgo: 60 })
      .serviceDeployment('prod/web', 'web:5', { daysAgo: 80, from: ['web:2'] });
    expect(await goingOf(account)).toEqual(['1-1', '3-4', '6-7']);
  });

  test.each(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'] as const)(
    'is in flight from its lowest upwards while a service deployment is %s',
    async (status) => {
      const account = failed().serviceDeployment('prod/web', 'web:8', {
        status,
        from: ['web:5'],
        daysAgo: 0,
        backTo: 'web:5',
      });
      expect(await goingOf(account)).toEqual(['1-4']);
    },
  );
});

describe('a service at rest', () => {
  test('would roll back to the last two that were deployed with success', async () => {
    const account = base()
      .service('prod/web', 'web:8')
      .serviceDeployment('prod/web', 'web:8', { daysAgo: 40 })
      .serviceDeployment('prod/web', 'web:7', { status: 'STOPPED', daysAgo: 45 })
      .serviceDeployment('prod/web', 'shop:3', { daysAgo: 50 })
      .serviceDeployment('prod/web', 'web:2', { daysAgo: 60 });
    expect(await linesOf(account)).toEqual(['prod/web rolls back to web:8', 'prod/web rolls back to shop:3']);
  });

  test('that was deployed once in 90 days would roll back to what it had before', async () => {
    const account = base()
      .service('prod/web', 'web:8')
      .serviceDeployment('prod/web', 'web:8', { daysAgo: 40, from: ['web:3'] })
      .serviceDeployment('prod/web', 'web:3', { daysAgo: 120 });
    const expected = ['prod/web rolls back to web:8', 'prod/web rolls back to web:3'];
    expect(await linesOf(account)).toEqual(expected);
    // From before the history: ECS may not know it, and then no run waits for it.
    for (const operation of ['DescribeServiceDeployments', 'DescribeServiceRevisions']) {
      const { reader, sandbox } = await aReader(account);
      const when = ({ input }: { input: Record<string, unknown> }) => JSON.stringify(input).includes('web-3');
      const always = () => true;
      sandbox.faults.add({
        operation,
        kind: 'failures',
        reason: 'MISSING',
        when: operation === 'DescribeServiceRevisions' ? when : always,
      });
      const { findings, problems } = await readSource(reader, 'service-deployments');
      expect(problems).toEqual([]);
      expect(asLines(findings)).toEqual(['service/prod/web rolls back to web:8']);
    }
  });

  test('that was rolled back would go back there again', async () => {
    const account = base()
      .service('prod/web', 'web:5')
      .serviceDeployment('prod/web', 'web:8', { status: 'ROLLBACK_SUCCESSFUL', backTo: 'web:5', daysAgo: 40 })
      .serviceDeployment('prod/web', 'web:3', { daysAgo: 50 });
    expect(await linesOf(account)).toEqual(['prod/web rolls back to web:5', 'prod/web rolls back to web:3']);
  });

  test('has used what it deployed within the days, and no more', async () => {
    const account = base()
      .service('prod/web', 'web:8')
      .serviceDeployment('prod/web', 'web:8', { daysAgo: 1 })
      .serviceDeployment('prod/web', 'web:7', { daysAgo: 8 })
      .serviceDeployment('prod/web', 'web:6', { daysAgo: 29, status: 'STOPPED' })
      .serviceDeployment('prod/web', 'web:5', { daysAgo: 31 });
    const picks = ['prod/web rolls back to web:8', 'prod/web rolls back to web:7'];
    expect(await linesOf(account)).toEqual([
      ...picks,
      'prod/web used web:8',
      'prod/web used web:7',
      'prod/web used web:6',
    ]);
    expect(await linesOf(account, { usedWithinDays: 7 })).toEqual([...picks, 'prod/web used web:8']);
    expect(await linesOf(account, { usedWithinDays: 0 })).toEqual(picks);
  });

  test('of which nothing was deployed in 90 days has no history, and that is no problem', async () => {
    const account = base().service('prod/web', 'web:8').serviceDeployment('prod/web', 'web:8', { daysAgo: 91 });
    expect(await linesOf(account)).toEqual([]);
  });

  test('that has a service revision beside those that it shows references that as well', async () => {
    const account = base()
      .service('prod/web', 'web:8', {
        currentServiceRevisions: [
          { arn: arn('service-revision/prod/web/web-8') },
          { arn: arn('service-revision/prod/web/web-1') },
        ],
      })
      .serviceDeployment('prod/web', 'web:8', { daysAgo: 91, from: ['web:1'] });
    expect(await linesOf(account)).toEqual(['prod/web deploys web:8', 'prod/web deploys web:1']);
  });

  test('of another account or Region is nothing of ours', async () => {
    const { reader, sandbox } = await aReader(
      base().service('prod/web', 'web:8').serviceDeployment('prod/web', 'web:8'),
    );
    const elsewhere = revisionArn('web:8').replace('eu-west-1', 'eu-west-2');
    sandbox.faults.add({
      operation: 'DescribeServiceRevisions',
      kind: 'answer',
      change: (output) => {
        const all: unknown = output['serviceRevisions'];
        if (Array.isArray(all))
          output['serviceRevisions'] = all.map((one: object) => ({ ...one, taskDefinition: elsewhere }));
      },
    });
    const { findings, problems } = await readSource(reader, 'service-deployments');
    expect([findings, problems]).toEqual([[], []]);
  });
});

describe('whose history is read', () => {
  test('is every service that ECS rolls, by its controller and not by an error', async () => {
    const account = base()
      .service('prod/silent', 'web:1')
      .service('prod/ecs', 'web:2', { deploymentController: { type: 'ECS' } })
      .service('prod/codedeploy', 'web:3', { deploymentController: { type: 'CODE_DEPLOY' }, deployments: [] })
      .service('prod/external', 'web:4', {
        deploymentController: { type: 'EXTERNAL' },
        deployments: [],
        taskDefinition: undefined,
      });
    const { reader, sandbox } = await aReader(account);
    expect((await readSource(reader, 'service-deployments')).problems).toEqual([]);
    const asked = sandbox.calls
      .list()
      .filter(({ operation }) => operation === 'ListServiceDeployments')
      .map(({ input }) => `${String(input['cluster'])} ${String(input['service'])}`)
      .toSorted(byName);
    expect(asked).toEqual([`${arn('cluster/prod')} ecs`, `${arn('cluster/prod')} silent`]);
  });

  test('an ECS service whose history AWS refuses holds the run', async () => {
    const { reader, sandbox } = await aReader(base().service('prod/web', 'web:8'));
    const refusal = { code: 'UnsupportedFeatureException', status: 400 };
    sandbox.faults.add({ operation: 'ListServiceDeployments', kind: 'error', ...refusal });
    const { problems } = await readSource(reader, 'service-deployments');
    expect(problems).toMatchObject([
      {
        kind: 'incomplete',
        operation: `reading service-deployments: ListServiceDeployments (${arn('service/prod/web')})`,
      },
    ]);
    expect(problems[0]?.remedy).toContain('`without: [service-deployments]`');
  });

  test('a deployment that the settings leave out is as if it had not been', async () => {
    const account = base().service('prod/web', 'web:8');
    for (const [number, daysAgo] of [
      [8, 40],
      [7, 50],
      [6, 60],
    ] as const)
      account.serviceDeployment('prod/web', `web:${number}`, { daysAgo });
    const without = [arn('service-deployment/prod/web/2')];
    expect(await linesOf(account, { without })).toEqual([
      'prod/web rolls back to web:8',
      'prod/web rolls back to web:6',
    ]);
  });
});

describe('how much is asked', () => {
  const many = () => {
    const account = base();
    for (const name of ['a', 'b', 'c'])
      account
        .service(`prod/${name}`, 'web:9')
        .serviceDeployment(`prod/${name}`, 'web:9', { daysAgo: 3 })
        .serviceDeployment(`prod/${name}`, 'web:8', { daysAgo: 4 })
        .serviceDeployment(`prod/${name}`, 'web:7', { daysAgo: 5 });
    return account;
  };
  const deployments = ['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions'];

  async function counted(reader: ReadContext, sandbox: Awaited<ReturnType<typeof aReader>>['sandbox']) {
    sandbox.calls.clear();
    const { findings, problems } = await readSource(reader, 'service-deployments');
    expect(problems).toEqual([]);
    return {
      lines: asLines(findings),
      calls: deployments.map((operation) => sandbox.calls.count(operation)),
    };
  }

  test('one listing a service, one description of twenty service revisions, and nothing again in the same run', async () => {
    const { reader, sandbox } = await aReader(many());
    const first = await counted(reader, sandbox);
    expect(first.calls).toEqual([3, 0, 3]);
    const second = await counted(reader, sandbox);
    expect(second.calls).toEqual([0, 0, 0]);
    expect(second.lines.toSorted()).toEqual(first.lines.toSorted());
  });

  test('again only where a service looks different, and what is immutable never', async () => {
    const { reader, sandbox } = await aReader(many());
    await counted(reader, sandbox);
    const b = { cluster: 'prod', service: 'b' };
    sandbox.account.updateService({ ...b, taskDefinition: 'web:2' });
    const moving = await counted(reader, sandbox);
    expect(moving.calls).toEqual([1, 1, 1]);
    expect(moving.lines).toContain('service/prod/b deploys web:2');
    expect(moving.lines).toContain('service/prod/b in flight from web:2');
    // As long as it is under way it may change without looking different.
    expect((await counted(reader, sandbox)).calls).toEqual([1, 1, 0]);
    sandbox.account.rollBack(b);
    sandbox.account.finishDeployment(b);
    const back = await counted(reader, sandbox);
    expect(back.calls).toEqual([1, 1, 0]);
    expect(back.lines.filter((line) => line.startsWith('service/prod/b rolls back'))).toEqual([
      'service/prod/b rolls back to web:9',
      'service/prod/b rolls back to web:8',
    ]);
    expect((await counted(reader, sandbox)).calls).toEqual([0, 0, 0]);
  });

  test('again in bake time, when the service looks finished, and while its history lags behind', async () => {
    const bake = base()
      .service('prod/web', 'web:8')
      .serviceDeployment('prod/web', 'web:8', { status: 'IN_PROGRESS', from: ['web:7'], daysAgo: 0 })
      .serviceDeployment('prod/web', 'web:7');
    const lag = base()
      .service('prod/web', 'web:8', {
        deployments: [deployment('web:8'), deployment('web:7', { status: 'ACTIVE' })],
      })
      .serviceDeployment('prod/web', 'web:7')
      .serviceDeployment('prod/web', 'web:6');
    for (const account of [bake, lag]) {
      const { reader, sandbox } = await aReader(account);
      await counted(reader, sandbox);
      expect((await counted(reader, sandbox)).calls[0]).toBe(1);
    }
  });

  test('a service that scales looks the same', async () => {
    const { reader, sandbox } = await aReader(many());
    await counted(reader, sandbox);
    sandbox.account.updateService({ cluster: 'prod', service: 'b', desiredCount: 2 });
    expect((await counted(reader, sandbox)).calls[0]).toBe(0);
  });

  test('twenty-one at once are two calls', async () => {
    const account = anAccount().family('web', '1-30').service('prod/web', 'web:30');
    for (let number = 1; number <= 21; number++)
      account.serviceDeployment('prod/web', `web:${number}`, { daysAgo: number });
    const { reader, sandbox } = await aReader(account);
    expect((await counted(reader, sandbox)).calls).toEqual([1, 0, 2]);
  });

  test('a long history is read to its end', async () => {
    const account = anAccount().family('web', '1-200').service('prod/web', 'web:200');
    for (let number = 1; number <= 130; number++)
      account.serviceDeployment('prod/web', `web:${number}`, { daysAgo: 40 + number / 10 });
    const { reader, sandbox } = await aReader(account);
    const { lines, calls } = await counted(reader, sandbox);
    expect(calls[0]).toBe(2);
    expect(lines).toEqual(['service/prod/web rolls back to web:1', 'service/prod/web rolls back to web:2']);
  });

  test('a run that is out of time says so', async () => {
    let over = false;
    const { reader, sandbox } = await aReader(many(), { outOfTime: () => over });
    sandbox.after(({ operation }) => {
      if (operation === 'DescribeServiceRevisions') over = true;
    });
    const { problems } = await readSource(reader, 'service-deployments');
    expect(problems[0]?.reason).toMatch(/^Incomplete: the run ran out of time/);
  });
});

describe('what does not come back', () => {
  const inFlight = () =>
    base()
      .service('prod/web', 'web:8')
      .serviceDeployment('prod/web', 'web:8', { status: 'IN_PROGRESS', from: ['web:7'], daysAgo: 0 });
  const untold =
    'prod/web has a deployment whose revisions ECS does not all describe (families of arn:aws:ecs:eu-west-1:123456789012:service/prod/web)';

  test('of a service that was deleted meanwhile is no problem', async () => {
    for (const operation of ['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions']) {
      const { reader, sandbox } = await aReader(inFlight());
      const remove = sandbox.before((call) => {
        if (call.operation !== operation) return;
        remove();
        sandbox.account.deleteService({ ...web, force: true });
      });
      const { findings, problems } = await readSource(reader, 'service-deployments');
      expect(problems).toEqual([]);
      expect(asLines(findings).filter((line) => line.includes('does not tell'))).toEqual([]);
    }
  });

  test('of a cluster that was deleted meanwhile is no problem', async () => {
    const { reader, sandbox } = await aReader(inFlight());
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'ListServiceDeployments') return;
      remove();
      sandbox.account.deleteService({ ...web, force: true });
      sandbox.account.deleteCluster('prod');
    });
    expect((await readSource(reader, 'service-deployments')).problems).toEqual([]);
  });

  test('of a service that is there is a problem', async () => {
    const { reader, sandbox } = await aReader(inFlight());
    const gone = { code: 'ServiceNotFoundException', status: 400 };
    sandbox.faults.add({ operation: 'ListServiceDeployments', kind: 'error', ...gone });
    const { problems } = await readSource(reader, 'service-deployments');
    expect(problems).toMatchObject([
      {
        kind: 'incomplete',
        reason: `Incomplete: ${arn('service/prod/web')} exists, but AWS says that it does not`,
      },
    ]);
  });

  test.each([
    { what: 'is still listed: a fault', listed: ['service/prod/web'], problems: 1 },
    { what: 'has left the listing: it was deleted', listed: [], problems: 0 },
  ])('of a service that is not found, is MISSING, and $what', async ({ listed, problems }) => {
    const { reader, sandbox } = await aReader(base().service('prod/web', 'web:8'));
    const notFound = { kind: 'error' as const, code: 'ServiceNotFoundException', status: 400 };
    sandbox.faults.add({ operation: 'ListServiceDeployments', ...notFound });
    // The services are read once more before their history; only what comes after that is of a deleted one.
    sandbox.faults.add({ operation: 'DescribeServices', kind: 'failures', reason: 'MISSING', skip: 1 });
    sandbox.faults.add({
      operation: 'ListServices',
      kind: 'answer',
      skip: 1,
      change: (output) => Object.assign(output, { serviceArns: listed.map(arn) }),
    });
    const reading = await readSource(reader, 'service-deployments');
    expect(reading.problems).toHaveLength(problems);
  });

  test.each(['DescribeServiceDeployments', 'DescribeServiceRevisions'])(
    '%s with anything but MISSING is a problem',
    async (operation) => {
      const { reader, sandbox } = await aReader(inFlight());
      sandbox.faults.add({ operation, kind: 'failures', reason: 'ACCESS_DENIED' });
      expect((await readSource(reader, 'service-deployments')).problems).toMatchObject([
        {
          kind: 'incomplete',
          operation: `reading service-deployments: ${operation} (${arn('service/prod/web')})`,
        },
      ]);
    },
  );

  test.each(['DescribeServiceDeployments', 'DescribeServiceRevisions'])(
    '%s with MISSING, of a service that is there, holds the families of that service',
    async (operation) => {
      const { reader, sandbox } = await aReader(inFlight());
      sandbox.faults.add({ operation, kind: 'failures', reason: 'MISSING' });
      const { findings, problems } = await readSource(reader, 'service-deployments');
      expect(problems).toEqual([]);
      expect(asLines(findings).map((line) => line.replace('service/', ''))).toContain(untold);
    },
  );

  test('because a service revision is older than the history holds the families of that service', async () => {
    const { reader, sandbox } = await aReader(inFlight());
    sandbox.faults.add({
      operation: 'DescribeServiceDeployments',
      kind: 'answer',
      change: (answer) => {
        answer['serviceDeployments'] = [];
        answer['failures'] = [{ arn: arn('service-revision/prod/web/1'), reason: 'MISSING' }];
      },
    });
    const plan = decide(await readAll(reader), policy({ keepLatest: 1, minAgeDays: 0 }));
    expect(plan.toDeregister.map(({ family }) => family)).toEqual(Array.from({ length: 8 }, () => 'shop'));
    expect(withVerdict(plan, 'hold').map(({ family }) => family)).toEqual(['web']);
  });

  test('and is neither described nor missing is a problem', async () => {
    const { reader, sandbox } = await aReader(inFlight());
    sandbox.faults.add({
      operation: 'DescribeServiceDeployments',
      kind: 'answer',
      change: (answer) => {
        answer['serviceDeployments'] = [];
      },
    });
    expect((await readSource(reader, 'service-deployments')).problems[0]?.reason).toContain(
      'neither described nor missing',
    );
  });

  test('a service revision that holds no task definition is a problem', async () => {
    const { reader, sandbox } = await aReader(inFlight());
    sandbox.faults.add({
      operation: 'DescribeServiceRevisions',
      kind: 'answer',
      change: (output) => {
        const all: unknown = output['serviceRevisions'];
        if (Array.isArray(all))
          output['serviceRevisions'] = all.map((one: object) => ({ ...one, taskDefinition: undefined }));
      },
    });
    expect((await readSource(reader, 'service-deployments')).problems[0]?.reason).toContain(
      'holds "", which is not a task definition',
    );
  });
});

test('a revision in a field that is unknown is remembered with the service that it came with', async () => {
  const { reader, sandbox } = await aReader(base().service('prod/web', 'web:8'));
  sandbox.faults.add({
    operation: 'ListServiceDeployments',
    kind: 'answer',
    times: 1,
    change: (answer) => {
      answer['aFieldOfTomorrow'] = revisionArn('web:1');
    },
  });
  for (let reading = 1; reading <= 2; reading++)
    expect(asLines((await readSource(reader, 'service-deployments')).findings)).toEqual([
      'service/prod/web mentions web:1',
    ]);
  expect(sandbox.calls.count('ListServiceDeployments')).toBe(1);
});

test('a revision in a field that is unknown is remembered with the service revision that it came with', async () => {
  const { reader, sandbox } = await aReader(
    base().service('prod/web', 'web:8').serviceDeployment('prod/web', 'web:8', { daysAgo: 40 }),
  );
  sandbox.faults.add({
    operation: 'DescribeServiceRevisions',
    kind: 'answer',
    times: 1,
    change: (answer) => {
      answer['aFieldOfTomorrow'] = revisionArn('web:1');
    },
  });
  const lines = ['service/prod/web rolls back to web:8', 'service/prod/web mentions web:1'];
  expect(asLines((await readSource(reader, 'service-deployments')).findings)).toEqual(lines);
  reader.memory.ofServices.clear();
  expect(asLines((await readSource(reader, 'service-deployments')).findings)).toEqual(lines);
  expect(sandbox.calls.count('DescribeServiceRevisions')).toBe(1);
});
