/** Express Mode services are ordinary services with an additional description. */
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

test('an Express Mode service with a given revision is described as both kinds of service', async () => {
  const { ecs } = await start(account());
  const input = { cluster: 'prod', serviceName: 'shop', infrastructureRoleArn, taskDefinitionArn: web(2) };
  const made = await ecs.send(new CreateExpressGatewayServiceCommand(input));
  expect(made.service).toMatchObject({ serviceArn, activeConfigurations: [{ taskDefinitionArn: web(2) }] });
  expect((await ecs.send(describe())).service).toEqual(made.service);
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: ['shop'] }));
  expect(services).toMatchObject([{ taskDefinition: web(2), resourceManagementType: 'ECS' }]);
});

test('an Express Mode service without a revision registers one as the caller', async () => {
  const { ecs } = await start(account());
  const input = { cluster: 'prod', serviceName: 'shop', infrastructureRoleArn };
  const { service } = await ecs.send(new CreateExpressGatewayServiceCommand(input));
  const taskDefinition = service?.activeConfigurations?.[0]?.taskDefinitionArn;
  const registered = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  expect(registered.taskDefinition?.registeredBy).toBe('arn:aws:iam::123456789012:user/AKIDTEST');
});

test('both revisions are active during a deployment', async () => {
  const { ecs, sandbox } = await start(account({ resourceManagementType: 'ECS' }));
  sandbox.account.updateService({ cluster: 'prod', service: 'shop', taskDefinition: 'web:3' });
  const { service } = await ecs.send(describe());
  expect(service?.activeConfigurations?.map((one) => one.taskDefinitionArn)).toEqual([web(3), web(2)]);
});

test('an account file can add members to an Express Mode service', async () => {
  const { ecs } = await start({
    ...account({ resourceManagementType: 'ECS' }),
    expressServices: [{ serviceArn, activeConfigurations: [{ taskDefinitionArn: web(1) }] }],
  });
  expect((await ecs.send(describe())).service?.activeConfigurations).toEqual([{ taskDefinitionArn: web(1) }]);
});

test.each([
  ['an ordinary service', serviceArn],
  ['an unknown service', `${prefix}service/prod/none`],
])('DescribeExpressGatewayService refuses %s', async (_, arn) => {
  const { ecs } = await start(account({}));
  expect((await refusal(ecs.send(describe(arn)))).name).toBe('ResourceNotFoundException');
});
