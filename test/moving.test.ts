// A whole run that writes, while a name moves between two places that one reading passes one after the other and that have
// no tasks to betray it: a service that is scaled to nought moves to another cluster, or two services change revisions. At
// every moment something names web:3; a run that has read the account only once, at the wrong moment, would not know.
import { describe, expect, test } from 'vitest';
import type { Account } from '../sandbox/account.ts';
import { anAccount } from './account.ts';
import { aNight } from './night.ts';

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

describe.each([
  ['prod', 'dev'],
  ['dev', 'prod'],
] as const)('from %s to %s', (from, to) => {
  test.each([
    {
      what: 'an idle service that moves',
      account: base().service(`${from}/idle`, 'web:3', idle),
      move: transfer,
    },
    {
      what: 'a revision that one idle service takes over from another',
      account: base().service(`${from}/idle`, 'web:3', idle).service(`${to}/idle`, 'web:4', idle),
      move: exchange,
    },
  ])('$what keeps its revision, at whichever call it moves', async ({ account, move }) => {
    let calls = Infinity;
    for (let at = 0; at <= calls; at++) {
      const night = await aNight(account);
      const { sandbox } = night;
      sandbox.before(() => {
        if (sandbox.calls.count() === at) move(sandbox.account, from, to);
      });
      await night.prune({ keepLatest: 1, without: ['tags'] });
      calls = sandbox.calls.list().findIndex(({ operation }) => operation === 'DeregisterTaskDefinition');
      const left = sandbox.account.revisions.families().map(({ active }) => active);
      expect({ at, left, isKept: sandbox.account.revisions.find('web:3')?.status }).toEqual({
        at,
        left: [2],
        isKept: 'ACTIVE',
      });
      await sandbox.close();
    }
    expect(calls).toBeGreaterThan(10);
  });
});
