/** RegisterTaskDefinition: validation, permissions and defaults, as the SDK's client observes them. */
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { prefix, refusal, start } from '../support/sandbox.ts';

const app = { name: 'app', image: 'app:2', memory: 128 };
const input = { family: 'web', containerDefinitions: [app] };
const fargateInput = (cpu: string, memory: string) => ({
  ...input,
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  cpu,
  memory,
});
const tags = (...keys: string[]) => keys.map((key) => ({ key, value: 'x' }));
const containers = (count: number) => Array.from({ length: count }, (_, index) => ({ ...app, name: `c${index}` }));

const register = async (request: RegisterTaskDefinitionCommandInput) => {
  const { ecs } = await start();
  return ecs.send(new RegisterTaskDefinitionCommand(request));
};

describe('validation', () => {
  const client = 'ClientException';
  const invalid = 'InvalidParameterException';
  test.each<{ subject: string; given: RegisterTaskDefinitionCommandInput; code: string; message: string }>([
    {
      subject: 'no container',
      given: { ...input, containerDefinitions: [] },
      code: client,
      message: 'empty',
    },
    {
      subject: 'eleven containers',
      given: { ...input, containerDefinitions: containers(11) },
      code: client,
      message: 'at most 10',
    },
    {
      subject: 'a container without a name',
      given: { ...input, containerDefinitions: [{ image: 'app:2' }] },
      code: client,
      message: 'Container.name',
    },
    {
      subject: 'two containers with one name',
      given: { ...input, containerDefinitions: [app, app] },
      code: client,
      message: 'unique',
    },
    {
      subject: 'more than 64 KiB',
      given: { ...input, containerDefinitions: [{ ...app, command: ['x'.repeat(65_536)] }] },
      code: client,
      message: "Max allowed length is '65536' bytes",
    },
    {
      subject: 'a size that Fargate does not have',
      given: fargateInput('256', '4096'),
      code: client,
      message: 'No Fargate',
    },
    {
      subject: 'a size between two steps',
      given: fargateInput('8192', '18432'),
      code: client,
      message: 'No Fargate',
    },
    {
      subject: 'Fargate on a bridge',
      given: { ...fargateInput('256', '512'), networkMode: 'bridge' },
      code: client,
      message: 'awsvpc',
    },
    {
      subject: 'Fargate without a size',
      given: { ...fargateInput('256', ''), memory: undefined },
      code: client,
      message: "'memory'",
    },
    { subject: 'a size in words', given: fargateInput('one', '512'), code: client, message: 'Invalid cpu' },
    {
      subject: 'a reserved tag',
      given: { ...input, tags: tags('aws:x') },
      code: invalid,
      message: 'reserved',
    },
    {
      subject: 'a reserved tag in capitals',
      given: { ...input, tags: tags('AWS:x') },
      code: invalid,
      message: 'reserved',
    },
    {
      subject: 'a repeated tag key',
      given: { ...input, tags: tags('a', 'a') },
      code: invalid,
      message: 'Duplicate',
    },
    {
      subject: 'more than fifty tags',
      given: { ...input, tags: tags(...Array.from({ length: 51 }, (_, index) => `t${index}`)) },
      code: invalid,
      message: 'at most 50',
    },
  ])('RegisterTaskDefinition refuses $subject', async ({ given, code, message }) => {
    const error = await refusal(register(given));
    expect(error).toMatchObject({ name: code, status: 400 });
    expect(error.message).toContain(message);
  });
});

test.each([
  ['256', '512'],
  ['512', '4096'],
  ['8192', '20480'],
  ['1 vCPU', '2 GB'],
])('Fargate accepts %s CPU with %s memory', async (cpu, memory) => {
  const { taskDefinition } = await register(fargateInput(cpu, memory));
  expect(taskDefinition?.cpu).toMatch(/^\d+$/);
  expect(taskDefinition?.memory).toMatch(/^\d+$/);
});

test('RegisterTaskDefinition fills in absent members', async () => {
  const { taskDefinition } = await register({
    ...fargateInput('0.25 vCPU', '1 GB'),
    containerDefinitions: [{ ...app, portMappings: [{ containerPort: 80 }] }],
    volumes: [{ name: 'scratch' }, { name: 'shared', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
  });
  expect(taskDefinition).toMatchObject({
    cpu: '256',
    memory: '1024',
    placementConstraints: [],
    volumes: [
      { name: 'scratch', host: {} },
      { name: 'shared', efsVolumeConfiguration: { fileSystemId: 'fs-1' } },
    ],
    containerDefinitions: [
      {
        ...app,
        cpu: 0,
        essential: true,
        environment: [],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      },
    ],
  });
});

test('registering a described definition again returns the same definition', async () => {
  const { ecs } = await start();
  const containerDefinitions = [{ ...app, portMappings: [{ containerPort: 80 }] }];
  const send = async (request: RegisterTaskDefinitionCommandInput) => {
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(request));
    const { family, containerDefinitions, cpu, memory, volumes, placementConstraints } = taskDefinition ?? {};
    return { family, containerDefinitions, cpu, memory, volumes, placementConstraints };
  };
  const first = await send({ ...input, containerDefinitions, cpu: '1 vCPU', volumes: [{ name: 'scratch' }] });
  expect(await send(first)).toEqual(first);
});

describe('permissions', () => {
  const role = 'arn:aws:iam::123456789012:role/web-task';
  const allow = (Action: string, Resource = '*', Condition = {}) => ({
    Statement: { Effect: 'Allow' as const, Action, Resource, Condition },
  });
  const registers = allow('ecs:RegisterTaskDefinition');
  const passes = allow('iam:PassRole', role, {
    StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
  });
  const toLambda = allow('iam:PassRole', role, {
    StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
  });
  const withRole = { ...input, taskRoleArn: role };
  const withTag = { ...input, tags: tags('team') };

  test.each([
    {
      subject: 'a plain definition: only the call itself',
      given: input,
      policies: [registers],
      denied: undefined,
    },
    {
      subject: 'its task role: iam:PassRole',
      given: withRole,
      policies: [registers],
      denied: `iam:PassRole on resource: ${role}`,
    },
    {
      subject: 'its execution role: iam:PassRole',
      given: { ...input, executionRoleArn: role },
      policies: [registers],
      denied: `iam:PassRole on resource: ${role}`,
    },
    {
      subject: 'a role for tasks: iam:PassedToService',
      given: withRole,
      policies: [registers, toLambda],
      denied: 'iam:PassRole',
    },
    { subject: 'a role: granted', given: withRole, policies: [registers, passes], denied: undefined },
    {
      subject: 'tags: ecs:TagResource',
      given: withTag,
      policies: [registers],
      denied: `ecs:TagResource on resource: ${prefix}task-definition/web:*`,
    },
    {
      subject: 'tags: granted',
      given: withTag,
      policies: [registers, allow('ecs:TagResource')],
      denied: undefined,
    },
    {
      subject: 'the call itself: ecs:RegisterTaskDefinition',
      given: withRole,
      policies: [passes],
      denied: 'ecs:RegisterTaskDefinition',
    },
  ])('IAM evaluates $subject', async ({ given, policies, denied }) => {
    const { ecs, sandbox } = await start({}, { roles: { OPERATOR: policies }, accessKeyId: 'OPERATOR' });
    const message = await ecs.send(new RegisterTaskDefinitionCommand(given)).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect(message?.includes(denied ?? '') ?? 'allowed').toBe(denied === undefined ? 'allowed' : true);
    expect(sandbox.account.revisions.families()).toHaveLength(denied === undefined ? 1 : 0);
  });
});

test('DescribeTaskDefinition fills in the absent members of an account file', async () => {
  const containerDefinitions = [{ name: 'app', image: 'app:1' }];
  const { ecs } = await start({
    taskDefinitions: [{ family: 'web', revisions: '1', containerDefinitions }],
  });
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:1' }));
  expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
    cpu: 0,
    essential: true,
    portMappings: [],
  });
});
