/**
 * Validates a task definition and fills in ECS's defaults. Filling in twice changes nothing, so a described
 * definition can be registered again unchanged.
 */
import type {
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionRequest,
  Tag,
  TaskDefinition,
  Volume,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { OperationContext } from '../operation.ts';

type Registration = RegisterTaskDefinitionRequest & {
  readonly family: string;
  readonly containerDefinitions: ContainerDefinition[];
};

/** Developer guide, "Amazon ECS service quotas". */
const MAX_CONTAINERS = 10;
const MAX_BYTES = 64 * 1024;
const MAX_TAGS = 50;

export function validateRegistration(input: RegisterTaskDefinitionRequest): Registration {
  const { family, containerDefinitions = [], tags = [], ...rest } = input;
  if (family === undefined || !/^[\w-]{1,255}$/.test(family)) throw refusal('Family contains invalid characters.');
  if (containerDefinitions.length === 0) throw refusal('Container list cannot be empty.');
  if (containerDefinitions.length > MAX_CONTAINERS)
    throw refusal(`Too many containers: a task definition has at most ${MAX_CONTAINERS}.`);
  const names = containerDefinitions.map(({ name }) => name ?? '');
  if (names.includes('')) throw refusal('Container.name should not be null or empty.');
  if (new Set(names).size < names.length) throw refusal('Container names must be unique.');
  const size = Buffer.byteLength(JSON.stringify({ family, containerDefinitions, ...rest }));
  if (size > MAX_BYTES) throw refusal(`Actual length: '${size}'. Max allowed length is '${MAX_BYTES}' bytes.`);
  validateFargateSize(input);
  validateTags(tags);
  return { ...input, family, containerDefinitions };
}

/** The permitted memory in MiB for each number of CPU units (developer guide, "Task size"). */
const fargateSizes: readonly (readonly [cpu: number, from: number, upto: number, step: number])[] = [
  [256, 1024, 2048, 1024],
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

function validateFargateSize({ requiresCompatibilities = [], ...definition }: RegisterTaskDefinitionRequest): void {
  if (!requiresCompatibilities.includes('FARGATE')) return;
  for (const name of ['cpu', 'memory'] as const)
    if (definition[name] === undefined) throw refusal(`Fargate requires that '${name}' be defined at the task level.`);
  if (definition.networkMode !== 'awsvpc') throw refusal('Fargate only supports network mode awsvpc.');
  const [cpu, memory] = [parseUnits(definition.cpu), parseUnits(definition.memory)];
  const isKnown =
    (cpu === 256 && memory === 512) ||
    fargateSizes.some(
      ([units, from, upto, step]) => cpu === units && memory >= from && memory <= upto && memory % step === 0,
    );
  if (!isKnown) throw refusal('No Fargate configuration exists for given values.');
}

/** Tag keys with the prefix `aws:` are reserved (API reference, Tag). */
function validateTags(tags: readonly Tag[]): void {
  const invalid = (message: string) => new AwsError('InvalidParameterException', message);
  const keys = tags.map(({ key = '' }) => key);
  if (keys.length > MAX_TAGS) throw invalid(`Too many tags: a resource has at most ${MAX_TAGS}.`);
  if (new Set(keys).size < keys.length) throw invalid('Duplicate tag keys found.');
  for (const { key = '', value = '' } of tags) {
    if (/^aws:/i.test(key)) throw invalid(`Tag keys must not begin with aws:, which is reserved: ${key}`);
    if (key === '' || key.length > 128 || value.length > 256) throw invalid(`Invalid tag: ${key}`);
  }
}

/**
 * The other permissions that a registration needs: developer guide, "Grant permission to tag resources on creation";
 * IAM guide, "Pass a role".
 */
export function authorizeRegistration(
  { family = '', tags = [], taskRoleArn, executionRoleArn }: RegisterTaskDefinitionRequest,
  { arns }: AccountStores,
  authorize: OperationContext['authorize'],
): void {
  if (tags.length > 0) authorize('ecs:TagResource', arns.taskDefinition(family, '*'));
  for (const role of [taskRoleArn, executionRoleArn])
    if (role !== undefined && role !== '')
      authorize('iam:PassRole', role, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' });
}

/** Fills in the members that ECS adds when they are absent. */
export function withDefaults<Definition extends Pick<TaskDefinition, DefaultedMember>>(definition: Definition) {
  const { containerDefinitions = [], volumes = [], placementConstraints = [], cpu, memory } = definition;
  return {
    ...definition,
    ...(cpu === undefined ? {} : { cpu: `${parseUnits(cpu)}` }),
    ...(memory === undefined ? {} : { memory: `${parseUnits(memory)}` }),
    containerDefinitions: containerDefinitions.map((one) => withContainerDefaults(one, definition.networkMode)),
    volumes: volumes.map(withVolumeDefaults),
    placementConstraints,
  };
}

type DefaultedMember = 'containerDefinitions' | 'volumes' | 'placementConstraints' | 'cpu' | 'memory' | 'networkMode';

export function withContainerDefaults(
  definition: ContainerDefinition,
  networkMode: string | undefined,
): ContainerDefinition {
  const empty = { environment: [], mountPoints: [], volumesFrom: [], systemControls: [] };
  const portMappings = (definition.portMappings ?? []).map((one) => withPortDefaults(one, networkMode));
  return { cpu: 0, essential: true, ...empty, ...definition, portMappings };
}

/** The host port equals the container port, except in bridge mode: there Docker chooses one (0). */
function withPortDefaults(definition: PortMapping, networkMode = 'bridge'): PortMapping {
  const { containerPort } = definition;
  const hostPort = networkMode === 'bridge' ? 0 : containerPort;
  return { ...(containerPort === undefined ? {} : { hostPort }), protocol: 'tcp', ...definition };
}

/** A volume without any configuration is an empty host volume. */
function withVolumeDefaults(definition: Volume): Volume {
  return Object.keys(definition).some((name) => name !== 'name') ? definition : { ...definition, host: {} };
}

/** Parses `1 vCPU` as 1024 and `2 GB` as 2048. */
function parseUnits(text = ''): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(vcpu|gb)?\s*$/i.exec(text) ?? [];
  if (number === '') throw refusal('Invalid cpu or memory setting for task.');
  return unit === '' ? Number(number) : Math.round(Number(number) * 1024);
}

function refusal(message: string): AwsError {
  return new AwsError('ClientException', message);
}
