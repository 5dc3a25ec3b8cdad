/** Loads account files: optional members, times relative to the clock, and errors with the path of the mistake. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAccount, type AccountFile } from '../../sandbox/account-file.ts';
import { Account } from '../../sandbox/account.ts';
import { ManualClock } from '../../sandbox/clock.ts';
import { anAccount, family, now, prefix } from '../support/sandbox.ts';

const load = (contents: Partial<AccountFile>, at = now) => new Account(anAccount(contents), new ManualClock(at));
const cluster = `${prefix}cluster/prod`;

function writeAccount(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'account-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'mine.json');
  writeFileSync(path, content);
  return path;
}

test('one entry describes many revisions at a regular distance in days', () => {
  const entry = family('web', '1-2, 5,9-10', { registeredEveryDays: 7, tags: [{ key: 'k', value: 'v' }] });
  const { revisions, tags } = load({ taskDefinitions: [entry] });
  const all = [...revisions.all()];
  expect(all.map(({ revision, registeredAt }) => [revision, registeredAt?.toISOString().slice(0, 10)])).toEqual([
    [1, '2026-10-23'],
    [2, '2026-10-30'],
    [5, '2026-11-06'],
    [9, '2026-11-13'],
    [10, '2026-11-20'],
  ]);
  expect(all[0]).toMatchObject({
    taskDefinitionArn: `${prefix}task-definition/web:1`,
    status: 'ACTIVE',
    family: 'web',
  });
  expect(Object.keys(all[0] ?? {})).not.toContain('registeredEveryDays');
  expect(tags.of(`${prefix}task-definition/web:5`)).toEqual([{ key: 'k', value: 'v' }]);
});

test('times keep their distance from the file’s now', () => {
  const later = now + 400 * 86_400_000 + 5_000;
  const { revisions, services } = load(
    {
      taskDefinitions: [family('web', '1', { status: 'INACTIVE', deregisteredAt: '2026-11-24T02:29:00Z' })],
      clusters: [{ clusterName: 'prod' }],
      services: [{ clusterArn: cluster, serviceName: 's', events: [{ createdAt: '2026-11-24T02:30:01Z' }] }],
    },
    later,
  );
  expect(revisions.find('web:1')?.deregisteredAt).toEqual(new Date(later - 60_000));
  expect(services.find(cluster, 's')?.events?.[0]?.createdAt).toEqual(new Date(later + 1_000));
});

test('members that follow from others may be left out', () => {
  const web = `${prefix}task-definition/web:1`;
  const account = load({
    clusters: [{ clusterArn: cluster }],
    services: [{ serviceArn: `${prefix}service/prod/s`, taskDefinition: web, desiredCount: 2, runningCount: 2 }],
    tasks: [{ taskArn: `${prefix}task/prod/1`, lastStatus: 'STOPPING' }, { taskArn: `${prefix}task/prod/2` }],
  });
  expect(account.clusters.find('prod')).toMatchObject({ clusterName: 'prod', status: 'ACTIVE' });
  expect(account.services.find(cluster, 's')).toMatchObject({
    status: 'ACTIVE',
    clusterArn: cluster,
    deployments: [{ status: 'PRIMARY', taskDefinition: web, rolloutState: 'COMPLETED', runningCount: 2 }],
  });
  expect(account.tasks.in(cluster)).toMatchObject([
    { lastStatus: 'STOPPING', desiredStatus: 'STOPPED' },
    { lastStatus: 'RUNNING', desiredStatus: 'RUNNING' },
  ]);
});

describe('errors in account files', () => {
  const slips: [string, object, string][] = [
    ['a misspelt member', { services: [{ launchTipe: 'EC2' }] }, '.services[0].launchTipe: Service has no such member'],
    ['a wrong type', { clusters: [{ clusterName: 7 }] }, '.clusters[0].clusterName: expected a string, not 7'],
    [
      'a bad time',
      { tasks: [{ taskArn: 'x', startedAt: 'noon' }] },
      '.tasks[0].startedAt: expected a time, not "noon"',
    ],
    [
      'a misspelt member of a target',
      { rules: [{ Targets: [{ Id: '1', Arn: 'x', EcsParameter: {} }] }] },
      '.rules[0].Targets[0].EcsParameter: Target has no such member',
    ],
    ['a value that is not a list', { tasks: {} }, '.tasks: expected a list, not {}'],
    ['an unknown list', { timers: [] }, '.timers: an account has no such member'],
    ['an invalid account', { account: '12' }, '.account: expected twelve digits'],
    ['an invalid Region', { region: 'Ireland' }, '.region: expected a Region such as eu-west-1'],
    ['an invalid now', { now: 'now' }, '.now: expected an ISO time'],
    ['an unknown bucket', { quotas: { reads: { burst: 1, perSecond: 1 } } }, '.quotas.reads: there is no such bucket'],
    ['an incomplete bucket', { quotas: { tagging: { burst: 1 } } }, '.quotas.tagging: expected { burst, perSecond }'],
  ];

  test.each(slips)('readAccount reports %s with its path', (_, change, message) => {
    const path = writeAccount(JSON.stringify({ ...anAccount(), ...change }));
    expect(() => readAccount(path)).toThrow(`The account file ${path} does not fit:\n  ${message}`);
  });

  test('readAccount reports a file that is not JSON or does not exist', () => {
    const path = writeAccount('{');
    expect(() => readAccount(path)).toThrow(`The account file ${path} cannot be read: SyntaxError`);
    expect(() => readAccount(`${path}.gone`)).toThrow(`The account file ${path}.gone cannot be read: Error: ENOENT`);
  });

  const contradictions: [string, Partial<AccountFile>, string][] = [
    [
      'a repeated revision',
      { taskDefinitions: [family('web', '1-3'), family('web', '3')] },
      '.taskDefinitions[1]: web:3 exists twice',
    ],
    [
      'an invalid range',
      { taskDefinitions: [family('web', '3-1')] },
      '.taskDefinitions[0]: revisions: "3-1" is not a number or a range',
    ],
    [
      'a missing revision number',
      { taskDefinitions: [{ family: 'web' }] },
      '.taskDefinitions[0]: revision or revisions is missing',
    ],
    [
      'an ARN that does not match',
      { taskDefinitions: [{ family: 'web', revision: 1, taskDefinitionArn: 'x' }] },
      `.taskDefinitions[0]: taskDefinitionArn is not ${prefix}task-definition/web:1`,
    ],
    [
      'an unknown cluster',
      { services: [{ clusterArn: cluster, serviceName: 's' }] },
      `.services[0]: ${cluster} is not among the clusters`,
    ],
    [
      'a rule on an unknown bus',
      { rules: [{ Name: 'r', EventBusName: 'orders' }] },
      '.rules[0]: Event bus orders does not exist.',
    ],
    [
      'a schedule in an unknown group',
      { schedules: [{ Name: 's', GroupName: 'night' }] },
      '.schedules[0]: Schedule group night does not exist.',
    ],
    ['a pipe without a name', { pipes: [{}] }, '.pipes[0]: Name is missing'],
    [
      'a task of an unknown cluster',
      { tasks: [{ taskArn: `${prefix}task/prod/1` }] },
      `.tasks[0]: ${cluster} is not among the clusters`,
    ],
    [
      'an EXTERNAL service with a revision',
      {
        clusters: [{ clusterName: 'prod' }],
        services: [
          {
            clusterArn: cluster,
            serviceName: 's',
            taskDefinition: 'x',
            deploymentController: { type: 'EXTERNAL' },
          },
        ],
      },
      '.services[0]: an EXTERNAL service has no taskDefinition',
    ],
    [
      'a CODE_DEPLOY service with deployments',
      {
        clusters: [{ clusterName: 'prod' }],
        services: [
          {
            clusterArn: cluster,
            serviceName: 's',
            deployments: [{}],
            deploymentController: { type: 'CODE_DEPLOY' },
          },
        ],
      },
      '.services[0]: a CODE_DEPLOY service has taskSets instead of deployments',
    ],
  ];

  test.each(contradictions)('loading an account reports %s with its path', (_, change, message) => {
    expect(() => load(change)).toThrow(`The account does not fit: ${message}`);
  });

  test('an error shows at most twenty problems', () => {
    const services = Array.from({ length: 25 }, () => ({ colour: 'red' }));
    const path = writeAccount(JSON.stringify({ ...anAccount(), services }));
    expect(() => readAccount(path)).toThrow(/services\[19\].*\n {2}and 5 more$/);
  });
});

const accounts = new URL('../../sandbox/accounts/', import.meta.url);
test.each(readdirSync(accounts).filter((name) => name.endsWith('.json')))('the account %s loads', (name) => {
  const path = new URL(name, accounts).pathname;
  expect(() => new Account(readAccount(path), new ManualClock(now))).not.toThrow();
});
