// What others, or earlier nights, have left stranded is found on every run, and a run that finds it asks for a person.
import { describe, expect, test } from 'vitest';
import { openJournal } from '../../shared/state/journal.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { aNight, keepNewestThree } from '../support/night.ts';

describe('a service on a revision that is INACTIVE', () => {
  const account = () =>
    anAccount().family('web', '1-2,4-10').family('web', '3', { status: 'INACTIVE' }).service('prod/web', 'web:3');

  test('comes first in the report with the command that repairs it, and holds nothing', async () => {
    const night = await aNight(account());
    const report = await night.prune(keepNewestThree);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems[0]).toEqual({
      problem:
        'service prod/web deploys web:3, which is INACTIVE: it keeps running and scaling, but a deployment that does not change the revision fails',
      remedy:
        'Point it to web:10, the newest ACTIVE revision: `aws ecs update-service --cluster prod --service web --task-definition web:10 --region eu-west-1`',
    });
    expect(report.results.deregistered).toHaveLength(6);
    expect(report.danglingReferences).toMatchObject([{ status: 'INACTIVE', newest: 10 }]);
  });

  test('can be registered again where the journal has it', async () => {
    const night = await aNight(account());
    const web3 = { family: 'web', number: 3 };
    const evidence = { asOf: 0, settings: 'abc', newest: 10, readings: [] };
    const entry = { revision: web3, run: 'run-0', at: 0, definition: { family: 'web' }, tags: [], evidence };
    const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
    await openJournal(night.state, target).write(entry);
    const offered = (await night.prune(keepNewestThree)).actionItems[0]?.remedy;
    expect(offered).toMatch(/^If it needs web:3 itself, run `restore web:3`\. Otherwise point it to web:10/);
    // A damaged entry is not offered, and holds nothing.
    for (const key of night.state.texts.keys())
      if (key.endsWith('/3.json')) night.state.texts.set(key, { body: '{}', tag: '"x"' });
    const report = await night.prune(keepNewestThree);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems[0]?.remedy).toMatch(/^Point it to web:10/);
  });

  test('costs one call, and none once it is repaired', async () => {
    const night = await aNight(account());
    await night.plan(keepNewestThree);
    const before = night.sandbox.calls.count('DescribeTaskDefinition');
    night.sandbox.account.updateService({ cluster: 'prod', service: 'web', taskDefinition: 'web:10' });
    night.sandbox.account.finishDeployment({ cluster: 'prod', service: 'web' });
    const report = await night.plan(keepNewestThree);
    expect(report.danglingReferences).toEqual([]);
    expect(night.sandbox.calls.count('DescribeTaskDefinition') - before).toBe(before - 1);
  });
});

test.each([
  { service: 'at rest is not reported', status: 'SUCCESSFUL' as const, told: [] },
  {
    service: 'in a deployment is reported',
    status: 'IN_PROGRESS' as const,
    told: [['rolls back to', { kind: 'revision', family: 'web', number: 1 }]],
  },
])('an INACTIVE revision in the history of a service $service', async ({ status, told }) => {
  const night = await aNight(
    anAccount()
      .family('web', '2-10')
      .family('web', '1', { status: 'INACTIVE' })
      .service('prod/web', 'web:10')
      .serviceDeployment('prod/web', 'web:10', { status, from: ['web:1'], daysAgo: 1 })
      .serviceDeployment('prod/web', 'web:1', { daysAgo: 40 }),
  );
  const report = await night.plan(keepNewestThree);
  expect(report.danglingReferences.map(({ reference: { relation, target } }) => [relation, target])).toEqual(told);
});

test('a task that runs an INACTIVE revision is not reported, since nothing starts it again', async () => {
  const night = await aNight(
    anAccount().family('web', '2-10').family('web', '1', { status: 'INACTIVE' }).task('prod', 'web:1'),
  );
  const report = await night.plan(keepNewestThree);
  expect(report.danglingReferences).toEqual([]);
  expect(report.outcome).toBe('PREVIEW');
});

test('a reference to a revision that was registered during the reading is not dangling', async () => {
  const night = await aNight(anAccount().family('web', '1-10').service('prod/web', 'web:10'));
  let deployed = false;
  night.sandbox.before(({ operation }) => {
    if (operation !== 'ListServices' || deployed) return;
    deployed = true;
    night.sandbox.account.registerTaskDefinition('web');
    night.sandbox.account.updateService({ cluster: 'prod', service: 'web', taskDefinition: 'web:11' });
  });
  const report = await night.plan(keepNewestThree);
  expect(deployed).toBe(true);
  expect(report.danglingReferences).toEqual([]);
});

test('a service with a deleted revision is reported as such', async () => {
  const night = await aNight(anAccount().family('web', '2-10').service('prod/web', 'web:1'));
  const report = await night.plan(keepNewestThree);
  expect(report.actionItems[0]?.problem).toMatch(/^service prod\/web deploys web:1, which no longer exists: /);
});
