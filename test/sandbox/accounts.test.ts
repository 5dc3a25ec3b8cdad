/**
 * Compares the accounts in sandbox/accounts with their README. The scenarios' expected values were worked out by
 * hand from these facts, so an edit of a file must not change them unnoticed.
 */
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  paginateListClusters,
  paginateListTasks,
} from '@aws-sdk/client-ecs';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { DescribeStateMachineCommand, DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { readAccount } from '../../sandbox/account-file.ts';
import { listed } from '../support/listed.ts';
import { start } from '../support/sandbox.ts';

const readNamed = (name: string) => readAccount(`sandbox/accounts/${name}.json`);

describe('default.json', () => {
  test('default.json has the revisions that its README lists', async () => {
    const { ecs } = await start(readNamed('default'));
    expect(await listed(ecs)).toEqual({
      WEB: '38-46',
      bastion: '1',
      'batch-nightly': '75-104',
      checkout: '40-64',
      'data-export': '1-14',
      'legacy-erp': '1-30',
      'log-agent': '1-2',
      'ml-training': '1001-1004,1007-1020',
      'orders-api': '24-47',
      payments: '8-26',
      'preview-app': '311-340',
      'reports-vat': '1-12',
      search: '9-24',
      'status-page': '1-12',
      thumbnails: '1-18',
      web: '1-6,8-17,21-30,37-152',
      'web-admin': '9-14,17-30',
      web_admin2: '1-11',
    });
    expect(await listed(ecs, 'INACTIVE')).toEqual({
      checkout: '31-39',
      'ml-training': '1005-1006,1021-1026',
      'old-crm': '1-6',
      'preview-app': '301-310',
      web: '31-36',
    });
    expect(await listed(ecs, 'DELETE_IN_PROGRESS')).toEqual({ 'ml-training': '1000' });
  });

  test('default.json has tasks in every status that ECS lists, and an empty cluster', async () => {
    const account = readNamed('default');
    const { ecs } = await start(account);
    const tasks: Record<string, number> = {};
    for await (const { clusterArns = [] } of paginateListClusters({ client: ecs }, {}))
      for (const cluster of clusterArns) {
        const name = cluster.split('/')[1] ?? '';
        tasks[name] = 0;
        for (const desiredStatus of ['RUNNING', 'STOPPED'] as const)
          for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, { cluster, desiredStatus }))
            tasks[name] += taskArns.length;
      }
    expect(tasks).toEqual({ batch: 5, playground: 0, prod: 39, staging: 6 });
    expect(new Set(account.tasks?.map(({ lastStatus }) => lastStatus))).toEqual(
      new Set(['RUNNING', 'PENDING', 'PROVISIONING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']),
    );
  });

  test('default.json has a state machine for each place of a reference, and one with a computed reference', async () => {
    const account = readNamed('default');
    const { states } = await start(account);
    const of = async (stateMachineArn: string) =>
      (await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition ?? '';
    const prefix = 'arn:aws:states:eu-west-1:123456789012:';
    expect(await of(`${prefix}stateMachine:search-reindex`)).toContain('task-definition/search:15"');
    expect(await of(`${prefix}stateMachine:payout`)).toContain('task-definition/payments:26"');
    expect(await of(`${prefix}stateMachine:payout:live`)).toContain('task-definition/payments:12"');
    const executionArn = `${prefix}execution:payout:october`;
    const began = await states.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(began.definition).toContain('task-definition/payments:18"');
    expect(await of(`${prefix}stateMachine:reports`)).toContain("task-definition/reports-' & ");
    expect(JSON.stringify([account.services, account.tasks])).not.toMatch(/search:15|payments:1[28]\b/);
  });

  test('default.json has two services on old revisions on the second page, and an unlisted draining one', async () => {
    const { ecs } = await start(readNamed('default'));
    const first = await ecs.send(new ListServicesCommand({ cluster: 'prod' }));
    const second = await ecs.send(new ListServicesCommand({ cluster: 'prod', nextToken: first.nextToken }));
    expect(first.serviceArns).toHaveLength(10);
    expect(second.serviceArns?.map((arn) => arn.split('/').at(-1))).toEqual(['web-worker', 'web_admin2']);
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['payments-v1'] }));
    expect(services?.map(({ status, taskDefinition }) => [status, taskDefinition?.split('/')[1]])).toEqual([
      ['DRAINING', 'payments:15'],
    ]);
    expect([...(first.serviceArns ?? []), ...(second.serviceArns ?? [])].join(' ')).not.toContain('payments-v1');
  });

  test('default.json has tagged revisions on two pages of a tag query, and two protected ones', async () => {
    const { tagging } = await start(readNamed('default'));
    const tagged: string[] = [];
    const kept: string[] = [];
    const ResourceTypeFilters = ['ecs:task-definition'];
    for await (const page of paginateGetResources({ client: tagging }, { ResourceTypeFilters }))
      for (const { ResourceARN = '', Tags = [] } of page.ResourceTagMappingList ?? []) {
        tagged.push(ResourceARN);
        if (Tags.some(({ Key }) => Key === 'ecs-revision-pruner:keep')) kept.push(ResourceARN.split('/')[1] ?? '');
      }
    expect(tagged).toHaveLength(172);
    expect(kept.sort()).toEqual(['data-export:4', 'data-export:7']);
  });

  test('default.json has no revision near an age at which a verdict changes', async () => {
    const { ecs, clock } = await start(readNamed('default'));
    const near: string[] = [];
    for (const [family, ranges] of Object.entries(await listed(ecs)))
      for (const number of ranges.split(',').flatMap(numbersIn)) {
        const taskDefinition = `${family}:${number}`;
        const { taskDefinition: about } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        const ageDays = (clock.now() - (about?.registeredAt?.getTime() ?? 0)) / 86_400_000;
        const boundary = family === 'batch-nightly' ? 90 : 30;
        if (Math.abs(ageDays - boundary) < 1.5) near.push(taskDefinition);
      }
    expect(near).toEqual([]);
  });
});

function numbersIn(range: string): number[] {
  const [from = 0, upto = from] = range.split('-').map(Number);
  return Array.from({ length: upto - from + 1 }, (_, index) => from + index);
}

test('backlog.json has 4,520 ACTIVE revisions and the published quotas', async () => {
  const account = readNamed('backlog');
  const { ecs } = await start(account);
  expect(await listed(ecs)).toEqual({
    api: '1-2400',
    nightly: '1-300',
    site: '1-200,301-740',
    worker: '1-1180',
  });
  expect(account.quotas).toBeUndefined();
});

test('empty.json has a topic and nothing of ECS', async () => {
  const { ecs, sandbox } = await start(readNamed('empty'));
  expect(await listed(ecs)).toEqual({});
  expect(sandbox.account.topics.has('arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner')).toBe(true);
});
