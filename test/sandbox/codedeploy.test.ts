/** CodeDeploy's applications, groups and deployments, called through the SDK. */
import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  BatchGetDeploymentsCommand,
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  ListApplicationsCommand,
  ListDeploymentGroupsCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, onTestFinished, test } from 'vitest';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { appSpec, anAccount } from '../support/account.ts';
import { refusal, start } from '../support/sandbox.ts';

const shop = () =>
  anAccount()
    .family('web', '1-9')
    .codeDeploy('shop/blue', {
      service: 'prod/web',
      deployments: [
        { revision: appSpec('web:1') },
        { revision: appSpec('web:2'), status: 'Failed' },
        { revision: appSpec('web:3'), previousRevision: appSpec('web:1') },
      ],
    });

async function startCodeDeploy(account = shop(), options: Partial<SandboxOptions> & { accessKeyId?: string } = {}) {
  const { sandbox } = await start(account.file(), options);
  const { accessKeyId = 'AKIDTEST' } = options;
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const client = new CodeDeployClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  onTestFinished(() => {
    client.destroy();
  });
  return { sandbox, client };
}

test('the SDK reads a deployment through its application and group', async () => {
  const { client } = await startCodeDeploy();
  const { applications } = await client.send(new ListApplicationsCommand());
  expect(applications).toEqual(['shop']);
  const { applicationsInfo } = await client.send(new BatchGetApplicationsCommand({ applicationNames: ['shop'] }));
  expect(applicationsInfo).toMatchObject([{ applicationName: 'shop', computePlatform: 'ECS' }]);
  const { deploymentGroups } = await client.send(new ListDeploymentGroupsCommand({ applicationName: 'shop' }));
  expect(deploymentGroups).toEqual(['blue']);
  const { deploymentGroupsInfo, errorMessage } = await client.send(
    new BatchGetDeploymentGroupsCommand({ applicationName: 'shop', deploymentGroupNames: ['blue'] }),
  );
  expect(errorMessage).toBeUndefined();
  expect(deploymentGroupsInfo).toMatchObject([
    {
      applicationName: 'shop',
      deploymentGroupName: 'blue',
      computePlatform: 'ECS',
      ecsServices: [{ clusterName: 'prod', serviceName: 'web' }],
      targetRevision: appSpec('web:3'),
      lastSuccessfulDeployment: { deploymentId: 'd-000000002', status: 'Succeeded' },
      lastAttemptedDeployment: { deploymentId: 'd-000000002', status: 'Succeeded' },
    },
  ]);
  const { deploymentsInfo } = await client.send(
    new BatchGetDeploymentsCommand({ deploymentIds: ['d-000000002', 'd-999999999'] }),
  );
  expect(deploymentsInfo).toMatchObject([
    { deploymentId: 'd-000000002', revision: appSpec('web:3'), previousRevision: appSpec('web:1') },
  ]);
});

test('ListDeployments lists newest first, by status, for a group or the account', async () => {
  const { client } = await startCodeDeploy();
  const all = await client.send(new ListDeploymentsCommand());
  expect(all.deployments).toEqual(['d-000000002', 'd-000000001', 'd-000000000']);
  const failed = await client.send(
    new ListDeploymentsCommand({
      applicationName: 'shop',
      deploymentGroupName: 'blue',
      includeOnlyStatuses: ['Failed', 'Baking'],
    }),
  );
  expect(failed.deployments).toEqual(['d-000000001']);
});

test('ListDeployments has pages and rejects a foreign token', async () => {
  const { client } = await startCodeDeploy(shop(), { pageSize: 2 });
  const first = await client.send(new ListDeploymentsCommand());
  expect(first.deployments).toHaveLength(2);
  const { nextToken = '' } = first;
  const second = await client.send(new ListDeploymentsCommand({ nextToken }));
  expect(second.deployments).toEqual(['d-000000000']);
  expect(second.nextToken).toBeUndefined();
  const refused = await refusal(client.send(new ListDeploymentsCommand({ nextToken: 'x' })));
  expect(refused.name).toBe('InvalidNextTokenException');
});

test('a deployment lasts until a test moves it, then it is the last successful one', async () => {
  const { client, sandbox } = await startCodeDeploy();
  const { deploymentId = '' } = await client.send(
    new CreateDeploymentCommand({
      applicationName: 'shop',
      deploymentGroupName: 'blue',
      revision: appSpec('web:9'),
    }),
  );
  expect(deploymentId).toMatch(/^d-[A-Z0-9]{9}$/);
  expect(sandbox.account.deployments.find(deploymentId)).toMatchObject({
    status: 'InProgress',
    previousRevision: appSpec('web:3'),
  });
  expect(sandbox.account.applications.group('shop', 'blue')).toMatchObject({
    targetRevision: appSpec('web:9'),
    lastAttemptedDeployment: { deploymentId },
    lastSuccessfulDeployment: { deploymentId: 'd-000000002' },
  });
  sandbox.account.moveDeployment(deploymentId, 'Succeeded');
  expect(sandbox.account.applications.group('shop', 'blue')).toMatchObject({
    lastSuccessfulDeployment: { deploymentId },
  });
});

test('StopDeployment with rollback starts another deployment', async () => {
  const { client, sandbox } = await startCodeDeploy();
  const { deploymentId } = sandbox.account.createDeployment({
    applicationName: 'shop',
    deploymentGroupName: 'blue',
    revision: appSpec('web:9'),
  });
  await client.send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }));
  const stopped = sandbox.account.deployments.find(deploymentId);
  expect(stopped?.status).toBe('Stopped');
  const rollback = sandbox.account.deployments.find(stopped?.rollbackInfo?.rollbackDeploymentId);
  expect(rollback).toMatchObject({
    revision: appSpec('web:3'),
    status: 'InProgress',
    creator: 'codeDeployRollback',
    rollbackInfo: { rollbackTriggeringDeploymentId: deploymentId },
  });
});

test('CreateDeploymentGroup on ECS requires one service', async () => {
  const { client, sandbox } = await startCodeDeploy();
  await client.send(new CreateApplicationCommand({ applicationName: 'api', computePlatform: 'ECS' }));
  await client.send(
    new CreateDeploymentGroupCommand({
      applicationName: 'api',
      deploymentGroupName: 'green',
      serviceRoleArn: 'arn:aws:iam::123456789012:role/deploy',
      ecsServices: [{ clusterName: 'prod', serviceName: 'api' }],
    }),
  );
  expect(sandbox.account.applications.group('api', 'green').computePlatform).toBe('ECS');
});

const both = { applicationName: 'shop', deploymentGroupName: 'blue' };
const refusals: [string, (client: CodeDeployClient) => Promise<unknown>, string][] = [
  [
    'an application that does not exist',
    (client) => client.send(new ListDeploymentGroupsCommand({ applicationName: 'none' })),
    'ApplicationDoesNotExistException',
  ],
  [
    'several applications if one does not exist',
    (client) => client.send(new BatchGetApplicationsCommand({ applicationNames: ['shop', 'none'] })),
    'ApplicationDoesNotExistException',
  ],
  [
    'a group that does not exist',
    (client) => client.send(new ListDeploymentsCommand({ ...both, deploymentGroupName: 'red' })),
    'DeploymentGroupDoesNotExistException',
  ],
  [
    'deployments of an application without a group',
    (client) => client.send(new ListDeploymentsCommand({ applicationName: 'shop' })),
    'DeploymentGroupNameRequiredException',
  ],
  [
    'deployments of a group without an application',
    (client) => client.send(new ListDeploymentsCommand({ deploymentGroupName: 'blue' })),
    'ApplicationNameRequiredException',
  ],
  [
    'twenty-six deployments at once',
    (client) =>
      client.send(new BatchGetDeploymentsCommand({ deploymentIds: Array.from({ length: 26 }, () => 'd-000000001') })),
    'BatchLimitExceededException',
  ],
  [
    'an invalid id',
    (client) => client.send(new BatchGetDeploymentsCommand({ deploymentIds: ['blue'] })),
    'InvalidDeploymentIdException',
  ],
  [
    'a second deployment beside an unfinished one',
    async (client) => {
      await client.send(new CreateDeploymentCommand({ ...both, revision: appSpec('web:8') }));
      await client.send(new CreateDeploymentCommand({ ...both, revision: appSpec('web:9') }));
    },
    'DeploymentLimitExceededException',
  ],
  [
    'stopping a finished deployment',
    (client) => client.send(new StopDeploymentCommand({ deploymentId: 'd-000000002' })),
    'DeploymentAlreadyCompletedException',
  ],
];
test.each(refusals)('CodeDeploy refuses %s', async (_, call, name) => {
  const { client } = await startCodeDeploy();
  expect(await refusal(call(client))).toMatchObject({ name, status: 400 });
});

test('BatchGetDeploymentGroups omits an unknown group and reports it in errorMessage', async () => {
  const { client } = await startCodeDeploy();
  const { deploymentGroupsInfo, errorMessage } = await client.send(
    new BatchGetDeploymentGroupsCommand({ applicationName: 'shop', deploymentGroupNames: ['red', 'blue'] }),
  );
  expect(deploymentGroupsInfo).toHaveLength(1);
  expect(errorMessage).toContain('red');
});

test('IAM evaluates the application, the group or * of a CodeDeploy call', async () => {
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow' as const, Action, Resource });
  const prefix = 'arn:aws:codedeploy:eu-west-1:123456789012';
  const Statement = [
    allow('codedeploy:ListDeploymentGroups', `${prefix}:application:shop`),
    allow('codedeploy:BatchGetDeployments', `${prefix}:deploymentgroup:shop/*`),
    allow('codedeploy:ListDeployments', `${prefix}:deploymentgroup:*`),
  ];
  const { client } = await startCodeDeploy(shop(), {
    accessKeyId: 'READER',
    roles: { READER: [{ Statement }] },
  });
  await client.send(new ListDeploymentGroupsCommand({ applicationName: 'shop' }));
  await client.send(new BatchGetDeploymentsCommand({ deploymentIds: ['d-000000001'] }));
  await client.send(new ListDeploymentsCommand(both));
  const denied = await refusal(client.send(new ListDeploymentsCommand()));
  expect(denied).toMatchObject({ name: 'AccessDeniedException', status: 400 });
});
