// A complete run during which a reference moves between two places that one reading visits in turn and that have
// no tasks: a service with 0 tasks moves to another cluster, or two services exchange revisions. At
// every moment something references web:3, but a run with one reading at the wrong moment would miss it.
import { describe, expect, test } from 'vitest';
import { sources } from '../../shared/sources/readers.ts';
import type { Account } from '../../sandbox/account.ts';
import { anAccount, deployment } from '../support/account.ts';
import { aNight } from '../support/night.ts';

const idle = { desiredCount: 0, runningCount: 0 };
const base = () => anAccount().family('web', '1-4', { daysAgo: 100 }).cluster('dev', 'prod');

function transfer(account: Account, from: string, to: string): void {
  account.createService({ cluster: to, serviceName: 'idle', taskDefinition: 'web:3', desiredCount: 0 });
  account.finishDeployment({ cluster: to, service: 'idle' });
  account.deleteService({ cluster: from, service: 'idle' });
}

function exchange(account: Account, from: string, to: string): void {
  for (const [cluster, taskDefinition] of [
    [to, 'web:3'],
    [from, 'web:4'],
  ] as const) {
    account.updateService({ cluster, service: 'idle', taskDefinition });
    account.finishDeployment({ cluster, service: 'idle' });
  }
}

/** These are read first: a reference that moves meanwhile has moved before the first service is read. */
const starters = sources.filter(({ wave }) => wave === 'starters').map(({ name }) => name);

describe.each([
  ['prod', 'dev'],
  ['dev', 'prod'],
] as const)('from %s to %s', (from, to) => {
  test.each([
    {
      what: 'an idle service moves',
      account: base().service(`${from}/idle`, 'web:3', idle),
      move: transfer,
    },
    {
      what: 'one idle service gets the revision of another',
      account: base().service(`${from}/idle`, 'web:3', idle).service(`${to}/idle`, 'web:4', idle),
      move: exchange,
    },
  ])('keeps web:3 when $what at any call of the first reading', async ({ account, move }) => {
    const run = async (at: number) => {
      const night = await aNight(account);
      const { calls, account: live } = night.sandbox;
      night.sandbox.before(() => {
        if (calls.count() === at) move(live, from, to);
      });
      await night.prune({ keepLatest: 1, without: ['tags', ...starters] });
      const operations = calls.list().map(({ operation }) => operation);
      await night.sandbox.close();
      return {
        operations,
        status: [1, 2, 3, 4].map((number) => live.revisions.find(`web:${number}`)?.status),
      };
    };
    const { operations } = await run(Infinity);
    const [begins, ends] = [operations.indexOf('ListClusters'), operations.indexOf('ListTasks')];
    expect(ends - begins).toBeGreaterThan(4);
    for (let at = begins; at <= ends + 1; at++)
      expect({ at, ...(await run(at)) }).toMatchObject({
        at,
        status: ['INACTIVE', 'INACTIVE', 'ACTIVE', 'ACTIVE'],
      });
  });
});

// Only the history of a service references its previous revision, and a rollback deploys it again during the reading.
describe('between a service and its history', () => {
  const settled = { ...idle, deployments: [deployment('web:4', { desiredCount: 0, runningCount: 0 })] };
  const baking = () =>
    base()
      .service('prod/idle', 'web:4', settled)
      .serviceDeployment('prod/idle', 'web:4', { status: 'IN_PROGRESS', from: ['web:3'], daysAgo: 0 })
      .serviceDeployment('prod/idle', 'web:3', { daysAgo: 40 });

  test.each([
    {
      what: 'a rollback happens in bake time',
      account: baking,
      move: (account: Account) => {
        account.rollBack({ cluster: 'prod', service: 'idle' });
        account.finishDeployment({ cluster: 'prod', service: 'idle' });
      },
    },
    {
      what: 'a deployment begins and ends',
      account: () => base().service('prod/idle', 'web:3', idle),
      move: (account: Account) => {
        account.updateService({ cluster: 'prod', service: 'idle', taskDefinition: 'web:4' });
        account.finishDeployment({ cluster: 'prod', service: 'idle' });
      },
    },
  ])('keeps web:3 when $what at any call of the first reading', async ({ account, move }) => {
    const run = async (at: number) => {
      const night = await aNight(account());
      const { calls, account: live } = night.sandbox;
      night.sandbox.before(() => {
        if (calls.count() === at) move(live);
      });
      await night.prune({ keepLatest: 1, without: ['tags', ...starters] });
      const operations = calls.list().map(({ operation }) => operation);
      await night.sandbox.close();
      return {
        operations,
        status: [1, 2, 3, 4].map((number) => live.revisions.find(`web:${number}`)?.status),
      };
    };
    const { operations } = await run(Infinity);
    const [begins, ends] = [operations.indexOf('ListServices'), operations.indexOf('ListTasks')];
    expect(operations.slice(begins, ends)).toContain('ListServiceDeployments');
    for (let at = begins; at <= ends + 1; at++)
      expect({ at, ...(await run(at)) }).toMatchObject({
        at,
        status: ['INACTIVE', 'INACTIVE', 'ACTIVE', 'ACTIVE'],
      });
  });
});
