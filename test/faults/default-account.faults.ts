// The night of the demonstration: the default account under its own settings, from the first reading to the report. What
// must go and what must stay was worked out by hand from the rules (sandbox/accounts/README.md says why of each), without
// the product, so that this is where a lost page, a forgotten source or a loosened rule shows first.
import { ECSClient } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { verdictsOf, withVerdict } from '../../shared/plan/verdict.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { numbersIn } from '../../shared/domain/revision.ts';
import { loadSettings } from '../../shared/settings/load.ts';
import { readAccount } from '../../sandbox/account-file.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { REGION } from '../support/account.ts';
import { aNight } from '../support/night.ts';
import { byFamily, listed } from '../support/listed.ts';

const account = readAccount('sandbox/accounts/default.json');
const settings = { ...loadSettings('sandbox/accounts/default.settings.yml') };
const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner';

const mustGo = {
  WEB: '38-41',
  'batch-nightly': '75-78',
  checkout: '40-44,46-48,50-51',
  'data-export': '1,3,5-6,8-9',
  'ml-training': '1001-1002,1004,1007-1008,1010-1015',
  'orders-api': '24-32,34-35,37-40',
  payments: '8,10-11,14,16-17',
  search: '9-10,14,16,18-19',
  'status-page': '1-3,5-7',
  web: '1-6,8-17,21-30,37-40,43-55,58-95,97-123,125-137',
  'web-admin': '9-13,17-18,20,22',
  web_admin2: '1-2,4,6',
};

const mustStay = {
  WEB: '42-46',
  bastion: '1',
  'batch-nightly': '79-104',
  checkout: '45,49,52-64',
  'data-export': '2,4,7,10-14',
  'legacy-erp': '1-30',
  'log-agent': '1-2',
  'ml-training': '1003,1009,1016-1020',
  'orders-api': '33,36,41-47',
  payments: '9,12-13,15,18-26',
  'preview-app': '311-340',
  'reports-vat': '1-12',
  search: '11-13,15,17,20-24',
  'status-page': '4,8-12',
  thumbnails: '1-18',
  web: '41-42,56-57,96,124,138-152',
  'web-admin': '14,19,21,23-30',
  web_admin2: '3,5,7-11',
};

test('deregisters exactly the revisions of the table', async () => {
  const night = await aNight(account);
  const { outcome, results } = await night.prune(settings, { topicArn });

  expect(outcome).toBe('ACTION'); // a state machine computes what it starts
  expect(byFamily(results.deregistered)).toEqual(mustGo);
  expect(results.deregistered).toHaveLength(202);
  expect(await active(night.sandbox)).toEqual(mustStay);
  expect(night.sandbox.account.published).toHaveLength(1);
  expect(night.sandbox.calls.throttled()).toBe(0);
});

test('keeps exactly the revisions of the table with any page size', async () => {
  const night = await aNight(account, { pageSize: 3, quotas: 'none' });
  await night.prune(settings, { topicArn });
  expect(await active(night.sandbox)).toEqual(mustStay);
});

test('plans the same in a dry run and changes nothing', async () => {
  const night = await aNight(account);
  const before = await active(night.sandbox);
  const { outcome, plan, results } = await night.plan(settings, { topicArn });

  expect(outcome).toBe('ACTION');
  expect(planned(plan, 'deregister')).toEqual(mustGo);
  expect(planned(plan, 'hold')).toEqual({ 'reports-vat': '1-7' });
  expect(planned(plan, 'keep')).toEqual({ ...mustStay, 'reports-vat': '8-12' });
  expect(results.deregistered).toEqual([]);
  expect(await active(night.sandbox)).toEqual(before);
  expect(night.sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
});

test('deregisters nothing in the second night', async () => {
  const night = await aNight(account);
  await night.prune(settings, { topicArn });
  const { outcome, results } = await night.prune(settings, { topicArn });
  expect({ outcome, deregistered: results.deregistered }).toEqual({ outcome: 'ACTION', deregistered: [] });
});

let plan: Report['plan'];

test.each([
  { name: 'web:41', rules: ['referenced'], who: 'a console session' },
  { name: 'web:57', rules: ['referenced'], who: 'a task that has stopped' },
  { name: 'web:124', rules: ['referenced'], who: 'a service on the second page' },
  { name: 'web:139', rules: ['in-flight'], who: 'a deployment from 138 to 152' },
  { name: 'search:11', rules: ['referenced'], who: 'a task that waits for capacity' },
  { name: 'search:13', rules: ['referenced'], who: 'a task set without tasks' },
  { name: 'payments:15', rules: ['referenced'], who: 'the tasks of a draining service' },
  { name: 'payments:9', rules: ['referenced'], who: 'what a service was rolled back to once' },
  { name: 'status-page:4', rules: ['referenced'], who: 'an active configuration of Express Mode' },
  { name: 'thumbnails:4', rules: ['protected'], who: 'AWS Batch' },
  { name: 'web-admin:25', rules: ['in-flight', 'keep-latest'], who: 'a deployment in bake time' },
  { name: 'batch-nightly:81', rules: ['referenced', 'keep-latest'], who: "an ARN in a task's overrides" },
  { name: 'batch-nightly:84', rules: ['referenced', 'keep-latest'], who: 'a task in DEPROVISIONING' },
  { name: 'batch-nightly:92', rules: ['min-age'], who: 'the longer age of its override' },
  { name: 'data-export:7', rules: ['protected'], who: 'a tag whose value is false' },
  { name: 'legacy-erp:9', rules: ['protected'], who: 'the settings' },
  { name: 'search:15', rules: ['referenced'], who: 'a state inside a Map' },
  { name: 'payments:12', rules: ['referenced'], who: 'a published version behind an alias' },
  { name: 'payments:18', rules: ['referenced'], who: 'an execution that began before an update' },
  { name: 'data-export:2', rules: ['referenced'], who: 'a rule' },
  { name: 'orders-api:36', rules: ['referenced'], who: 'a disabled rule on a bus of its own' },
  { name: 'batch-nightly:83', rules: ['referenced', 'keep-latest'], who: 'a monthly schedule' },
  { name: 'payments:20', rules: ['referenced', 'keep-latest'], who: 'a disabled schedule' },
  { name: 'search:12', rules: ['referenced'], who: 'a schedule that calls RunTask itself' },
  { name: 'web-admin:19', rules: ['referenced'], who: 'a stopped pipe' },
  { name: 'web_admin2:3', rules: ['referenced'], who: 'a service that wants no tasks' },
  { name: 'web_admin2:5', rules: ['referenced'], who: 'the AppSpec that CodeDeploy deployed last' },
  { name: 'checkout:49', rules: ['referenced'], who: 'the AppSpec before the last' },
  { name: 'web:42', rules: ['referenced'], who: 'a stack' },
  { name: 'web:56', rules: ['referenced'], who: 'the events of a stack that is stuck' },
])('keeps $name by $rules alone, because of $who', async ({ name, rules }) => {
  // One plan serves all rows.
  plan ??= (await (await aNight(account)).plan(settings, { topicArn })).plan;
  const [family = '', number] = name.split(':');
  const verdict = plan && verdictsOf(plan)({ family, number: Number(number) });
  expect(verdict?.verdict === 'keep' ? verdict.reasons.map(({ rule }) => rule) : verdict).toEqual(rules);
});

/** The revisions that an operator would list, by a separate client. */
async function active(sandbox: Sandbox) {
  const credentials = { accessKeyId: 'OPERATOR', secretAccessKey: 'secret' };
  const client = new ECSClient({ endpoint: sandbox.url, region: REGION, credentials });
  const found = await listed(client);
  client.destroy();
  return found;
}

function planned(plan: Report['plan'], verdict: 'keep' | 'hold' | 'deregister') {
  const families = plan === undefined ? [] : withVerdict(plan, verdict);
  return byFamily(
    families.flatMap(({ family, ranges }) => [...numbersIn(ranges)].map((number) => ({ family, number }))),
  );
}
