/** Express Mode services in the sandbox are ordinary services that are shown once more. */
import {
  CreateExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { family, prefix, refusal, start } from '../support/sandbox.ts';

const infrastructureRoleArn = 'arn:aws:iam::123456789012:role/express';
const web = (revision: number) => `${prefix}task-definition/web:${revision}`;
const serviceArn = `${prefix}service/prod/shop`;
const account = (...services: object[]) => ({
  taskDefinitions: [family('web', '1-3')],
  clusters: [{ clusterName: 'prod' }],
  services: services.map((more) => ({ serviceArn, taskDefinition: web(2), ...more })),
});
const describe = (arn = serviceArn) => new DescribeExpressGatewayServiceCommand({ serviceArn: arn });

test('one is created with a given revision, and described as both kinds', async () => {
  const { ecs } = await start(account());
  const input = { cluster: 'prod', serviceName: 'shop', infrastructureRoleArn, taskDefinitionArn: web(2) };
  const made = await ecs.send(new CreateExpressGatewayServiceCommand(input));
  expect(made.service).toMatchObject({ serviceArn, activeConfigurations: [{ taskDefinitionArn: web(2) }] });
  expect((await ecs.send(describe())).service).toEqual(made.service);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop'] }));
  expect(services).toMatchObject([{ taskDefinition: web(2), resourceManagementType: 'ECS' }]);
});

test('one that is given none has one registered in the name of the caller', async () => {
  const { ecs } = await start(account());
  const input = { cluster: 'prod', serviceName: 'shop', infrastructureRoleArn };
  const { service } = await ecs.send(new CreateExpressGatewayServiceCommand(input));
  const taskDefinition = service?.activeConfigurations?.[0]?.taskDefinitionArn;
  const registered = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  expect(registered.taskDefinition?.registeredBy).toBe('arn:aws:iam::123456789012:user/AKIDTEST');
});

test('during a deployment both sides are active', async () => {
  const { ecs, sandbox } = await start(account({ resourceManagementType: 'ECS' }));
  sandbox.account.updateService({ cluster: 'prod', service: 'shop', taskDefinition: 'web:3' });
  const { service } = await ecs.send(describe());
  expect(service?.activeConfigurations?.map((one) => one.taskDefinitionArn)).toEqual([web(3), web(2)]);
});

test('an account file can say more than the service shows', async () => {
  const { ecs } = await start({
    ...account({ resourceManagementType: 'ECS' }),
    expressServices: [{ serviceArn, activeConfigurations: [{ taskDefinitionArn: web(1) }] }],
  });
  expect((await ecs.send(describe())).service?.activeConfigurations).toEqual([{ taskDefinitionArn: web(1) }]);
});

test.each([
  ['an ordinary service', serviceArn],
  ['a service that is not there', `${prefix}service/prod/none`],
])('%s is none', async (_, arn) => {
  const { ecs } = await start(account({}));
  expect((await refusal(ecs.send(describe(arn)))).name).toBe('ResourceNotFoundException');
});
