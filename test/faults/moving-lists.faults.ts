// A reading finds a reference that moves during the reading: between any two calls and
// between any two sources. At every moment something mentions web:3, so no reading may miss it.
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/plan/decide.ts';
import { sources } from '../../shared/sources/readers.ts';
import type { Account } from '../../sandbox/account.ts';
import { type AccountBuilder, anAccount, deployment, revisionArn } from '../support/account.ts';
import { policy } from '../support/given.ts';
import { aReader, arn, readAll } from '../support/reader.ts';

interface Move {
  readonly from: string;
  readonly to: string;
  readonly account: () => AccountBuilder;
  readonly move: (account: Account) => void;
}

const base = () => anAccount().family('web', '1-9').cluster('dev', 'prod');
const firstTask = (cluster: string) => arn(`task/${cluster}/${'0'.repeat(31)}1`);
const ofService = (revision: string, id = `ecs-svc/${revision}`) => ({ group: 'service:web', startedBy: id });
const restart = (account: Account, from: string, to: string) => {
  account.runTask({ cluster: to, taskDefinition: 'web:3' });
  account.moveTask(firstTask(from), 'STOPPED');
};
const transfer = (account: Account, from: string, to: string) => {
  account.createService({ cluster: to, serviceName: 'web', taskDefinition: 'web:3', desiredCount: 1 });
  account.deleteService({ cluster: from, service: 'web', force: true });
};

const moves: readonly Move[] = [
  {
    from: 'a service',
    to: 'a task',
    account: () => base().service('prod/web', 'web:3', { desiredCount: 0, runningCount: 0 }),
    move: (account) => {
      account.runTask({ cluster: 'prod', taskDefinition: 'web:3' });
      account.deleteService({ cluster: 'prod', service: 'web' });
    },
  },
  {
    from: 'a service',
    to: 'a task of another cluster',
    account: () => base().service('prod/web', 'web:3', { desiredCount: 0, runningCount: 0 }),
    move: (account) => {
      account.runTask({ cluster: 'dev', taskDefinition: 'web:3' });
      account.updateService({ cluster: 'prod', service: 'web', taskDefinition: 'web:9' });
      account.finishDeployment({ cluster: 'prod', service: 'web' });
    },
  },
  {
    from: 'a task',
    to: 'a service',
    account: () => base().task('prod', 'web:3'),
    move: (account) => {
      account.createService({
        cluster: 'prod',
        serviceName: 'web',
        taskDefinition: 'web:3',
        desiredCount: 1,
      });
      account.moveTask(firstTask('prod'), 'STOPPED');
    },
  },
  {
    from: 'a running task',
    to: 'a stopped task',
    account: () => base().task('prod', 'web:3'),
    move: (account) => account.moveTask(firstTask('prod'), 'STOPPED'),
  },
  {
    from: 'a task of the last cluster',
    to: 'a task of the first',
    account: () => base().task('prod', 'web:3'),
    move: (account) => {
      restart(account, 'prod', 'dev');
    },
  },
  {
    from: 'a task of the first cluster',
    to: 'a task of the last',
    account: () => base().task('dev', 'web:3'),
    move: (account) => {
      restart(account, 'dev', 'prod');
    },
  },
  {
    from: 'a service of the last cluster',
    to: 'a service of the first',
    account: () => base().service('prod/web', 'web:3').task('prod', 'web:3', ofService('web:3')),
    move: (account) => {
      transfer(account, 'prod', 'dev');
    },
  },
  {
    from: 'a service of the first cluster',
    to: 'a service of the last',
    account: () => base().service('dev/web', 'web:3').task('dev', 'web:3', ofService('web:3')),
    move: (account) => {
      transfer(account, 'dev', 'prod');
    },
  },
  {
    from: 'the new side of a deployment',
    to: 'the only side: it came to its end',
    account: () =>
      base()
        .service('prod/web', 'web:3', {
          deployments: [
            deployment('web:3', { rolloutState: 'IN_PROGRESS' }),
            deployment('web:9', { status: 'ACTIVE' }),
          ],
        })
        .task('prod', 'web:3', ofService('web:3')),
    move: (account) => account.finishDeployment({ cluster: 'prod', service: 'web' }),
  },
  {
    from: 'a task set',
    to: 'a task set beside it',
    account: () =>
      base()
        .service('prod/web', 'web:9', {
          deploymentController: { type: 'CODE_DEPLOY' },
          deployments: [],
          taskSets: [
            {
              id: 'ecs-svc/1',
              status: 'PRIMARY',
              stabilityStatus: 'STEADY_STATE',
              taskDefinition: revisionArn('web:3'),
            },
          ],
        })
        .task('prod', 'web:3', ofService('web:3', 'ecs-svc/1')),
    move: (account) => {
      account.createTaskSet({ cluster: 'prod', service: 'web', taskDefinition: 'web:3' });
      account.finishDeployment({ cluster: 'prod', service: 'web' });
    },
  },
];

/** These are read first: a reference that moves meanwhile has moved before the first service is read. */
const starters = sources.filter(({ wave }) => wave === 'starters').map(({ name }) => name);

describe.each(moves)('from $from to $to', ({ account, move }) => {
  test('keeps web:3 when its reference moves at any call', async () => {
    let calls = Infinity;
    for (let at = 0; at <= calls; at++) {
      const { reader, sandbox, aws } = await aReader(account());
      sandbox.before(() => {
        if (sandbox.calls.count() === at) move(sandbox.account);
      });
      const evidence = await readAll(reader, ['tags', ...starters]);
      calls = sandbox.calls.count();
      const { toDeregister, hold } = decide(evidence, policy());
      expect({ at, hold }).toEqual({ at, hold: undefined });
      const gone = new Set(toDeregister.map(({ number }) => number));
      expect({ at, isKept: !gone.has(3), takes: gone.has(1) }).toEqual({
        at,
        isKept: true,
        takes: true,
      });
      aws.close();
      await sandbox.close();
    }
    expect(calls).toBeGreaterThan(7);
  });
});
