// A snapshot rehearses what the account would do: taken from one sandbox and loaded into another, the plan is the same. And
// nothing of what is in containers leaves the account.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadSettings } from '../../shared/settings/load.ts';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { readAccount } from '../../sandbox/account-file.ts';
import { anAccount, daysBefore, revisionArn } from '../support/account.ts';
import { pruner } from '../support/pruner.ts';
import { aNight, asText } from '../support/night.ts';
import { aReader } from '../support/reader.ts';
import { takeSnapshot } from '../../shared/snapshot/snapshot.ts';
import { accountIn, ordinary } from '../support/snapshots.ts';

const accounts = fileURLToPath(new URL('../../sandbox/accounts/', import.meta.url));

/** Each verdict with all its reasons and texts, and the unresolved references. */
async function planOf(account: AccountFile, settings: Record<string, unknown>) {
  const night = await aNight(account, { quotas: 'none' });
  const { plan, danglingReferences } = await night.plan(settings, { topicArn: undefined });
  if (plan === undefined) throw new Error('no plan');
  return { text: asText(plan), families: plan.families, hold: plan.hold, stranded: danglingReferences };
}

test('the plan for a snapshot is the plan for the account', async () => {
  const account = readAccount(`${accounts}default.json`);
  const settings = { ...loadSettings(`${accounts}default.settings.yml`) };
  const taken = await pruner(`snapshot --settings ${accounts}default.settings.yml`, {
    account: { file: () => account },
  });
  expect(taken.code).toBe(0);
  expect(await planOf(accountIn(taken.out), settings)).toEqual(await planOf(account, settings));
});

test.each([
  { family: 'one day apart, with the boundary in the middle', every: 1, newest: 2.5 },
  { family: 'all old', every: 3, newest: 60 },
  { family: 'all young', every: 0.1, newest: 1 },
])('a family $family needs the ages of few revisions', async ({ every, newest }) => {
  const file: AccountFile = {
    ...anAccount().cluster('prod').file(),
    taskDefinitions: [
      {
        family: 'web',
        revisions: '1-40,43-90',
        registeredAt: daysBefore(newest),
        registeredEveryDays: every,
        containerDefinitions: [{ name: 'app', image: 'app:1', memory: 128 }],
      },
    ],
  };
  const taken = await pruner('snapshot', { account: { file: () => file } });
  expect(await planOf(accountIn(taken.out), {})).toEqual(await planOf(file, {}));
  // The newest, the oldest, and seven steps of a binary search in 88.
  expect(taken.sandbox.calls.count('DescribeTaskDefinition')).toBeLessThanOrEqual(9);
});

test('requested ages are exact, and ages between them are spread evenly', async () => {
  const at = (days: number) => daysBefore(days);
  const account = anAccount()
    .family('web', '1', { daysAgo: 90 })
    .family('web', '2', { daysAgo: 89 })
    .family('web', '3', { daysAgo: 40 })
    .family('web', '4', { daysAgo: 10 })
    .family('web', '5', { daysAgo: 4 });
  const few = accountIn((await pruner('snapshot', { account })).out);
  expect(few.taskDefinitions?.map(({ revisions, registeredAt }) => [revisions, registeredAt])).toEqual([
    ['1', at(90)],
    ['2-3', at(40)],
    ['4', at(10)],
    ['5', at(4)],
  ]);
  const full = accountIn((await pruner('snapshot --full', { account })).out);
  expect(full.taskDefinitions?.map(({ revisions, registeredAt }) => [revisions, registeredAt])).toEqual([
    ['1', at(90)],
    ['2', at(89)],
    ['3', at(40)],
    ['4', at(10)],
    ['5', at(4)],
  ]);
});

test('the snapshot has names and ARNs, but no values, secrets, commands, options or texts', async () => {
  const secret = 'CANARY';
  const own = revisionArn('web:1');
  const account: AccountFile = {
    ...anAccount()
      .service('prod/web', 'web:2', {
        events: [{ id: 'e1', message: secret }],
        deployments: [
          {
            id: 'ecs-svc/1',
            status: 'PRIMARY',
            taskDefinition: revisionArn('web:2'),
            desiredCount: 1,
            runningCount: 1,
            rolloutState: 'COMPLETED',
            rolloutStateReason: secret,
            serviceConnectConfiguration: {
              enabled: true,
              logConfiguration: {
                logDriver: 'awslogs',
                options: { token: secret },
                secretOptions: [{ name: 'key', valueFrom: secret }],
              },
            },
          },
        ],
      })
      .task('prod', 'web:2', {
        stoppedReason: secret,
        overrides: {
          containerOverrides: [
            {
              name: 'app',
              command: [secret],
              environment: [
                { name: 'NEXT', value: own },
                { name: 'PASSWORD', value: secret },
              ],
            },
          ],
        },
      })
      .file(),
    taskDefinitions: [
      {
        family: 'web',
        revisions: '1-2',
        registeredAt: daysBefore(50),
        executionRoleArn: 'arn:aws:iam::123456789012:role/start',
        containerDefinitions: [
          {
            name: 'app',
            image: 'registry.example.com/shop/web:1',
            memory: 128,
            repositoryCredentials: {
              credentialsParameter: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${secret}`,
            },
            command: ['run', secret],
            entryPoint: [secret],
            environment: [{ name: 'PASSWORD', value: secret }],
            environmentFiles: [{ type: 's3', value: `arn:aws:s3:::${secret}/app.env` }],
            secrets: [{ name: 'KEY', valueFrom: `arn:aws:ssm:eu-west-1:123456789012:parameter/${secret}` }],
            dockerLabels: { owner: secret },
            logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': secret } },
            healthCheck: { command: ['CMD', secret] },
            firelensConfiguration: { type: 'fluentbit', options: { key: secret } },
            hostname: secret,
          },
        ],
        volumes: [
          {
            name: 'data',
            dockerVolumeConfiguration: { driverOpts: { password: secret }, labels: { a: secret } },
          },
        ],
      },
    ],
  };
  const { out, err, code } = await pruner('snapshot', { account: { file: () => account } });
  expect(code).toBe(0);
  expect(`${out}${err}`).not.toContain(secret);
  for (const name of ['KEY', 'registry.example.com/shop/web:1', 'role/start', own]) expect(out).toContain(name);
});

test('the snapshot makes only reading calls and reports their number', async () => {
  const { sandbox, err, code } = await pruner('snapshot');
  expect(code).toBe(0);
  const operations = Object.keys(sandbox.calls.byOperation());
  expect(operations.filter((name) => !/^(Get|List|Describe|Lookup)/.test(name))).toEqual([]);
  // All calls but GetCallerIdentity.
  expect(err).toMatch(new RegExp(`^1 families, 1 services and 0 tasks in ${sandbox.calls.count() - 1} calls\\.`));
});

test.each(['ListTaskDefinitions', 'GetResources', 'DescribeTaskDefinition', 'DescribeServices', 'ListTasks'])(
  'with %s denied nothing is written, and the permission is named',
  async (operation) => {
    const { out, err, code } = await pruner('snapshot', {
      prepare: ({ faults }) => void faults.add({ operation, kind: 'deny' }),
    });
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain(`Allow ${operation === 'GetResources' ? 'tag' : 'ecs'}:${operation}`);
    expect(err).toContain('Nothing was written');
  },
);

test('an account of many families needs no more calls than the bound, and the rest counts as young as its newest', async () => {
  const account = anAccount();
  for (const name of ['a', 'b', 'c', 'd'])
    account.family(name, '1', { daysAgo: 90 }).family(name, '2-9', { daysAgo: 10 });
  const { reader, sandbox } = await aReader(account);
  const { snapshot, notes } = await takeSnapshot(reader, { ...ordinary, mostDescribes: 5 });
  // Two families: the newest, the oldest and three steps of a binary search each. The other two: the newest.
  expect(sandbox.calls.count('DescribeTaskDefinition')).toBe(12);
  expect(snapshot.taskDefinitions.map(({ family, revisions }) => `${family}:${revisions}`)).toEqual([
    'a:1',
    'a:2',
    'a:3',
    'a:4-5',
    'a:6-9',
    'b:1',
    'b:2',
    'b:3',
    'b:4-5',
    'b:6-9',
    'c:1-9',
    'd:1-9',
  ]);
  expect(notes).toEqual([expect.stringContaining('The ages of 2 families were not asked for')]);
});
