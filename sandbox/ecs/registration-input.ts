/**
 * What ECS refuses in a registration, and what it writes into one that leaves something out. What it has answered once it
 * answers again when that is registered: filling in twice changes nothing.
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
import type { Surroundings } from '../operation.ts';

type Acceptable = RegisterTaskDefinitionRequest & {
  readonly family: string;
  readonly containerDefinitions: ContainerDefinition[];
};

/** Quotas of the developer guide, "Amazon ECS service quotas". */
const MOST_CONTAINERS = 10;
const MOST_BYTES = 64 * 1024;
const MOST_TAGS = 50;

export function demandAcceptable(input: RegisterTaskDefinitionRequest): Acceptable {
  const { family, containerDefinitions = [], tags = [], ...rest } = input;
  if (family === undefined || !/^[\w-]{1,255}$/.test(family))
    throw refused('Family contains invalid characters.');
  if (containerDefinitions.length === 0) throw refused('Container list cannot be empty.');
  if (containerDefinitions.length > MOST_CONTAINERS)
    throw refused(`Too many containers: a task definition has at most ${MOST_CONTAINERS}.`);
  const names = containerDefinitions.map(({ name }) => name ?? '');
  if (names.includes('')) throw refused('Container.name should not be null or empty.');
  if (new Set(names).size < names.length) throw refused('Container names must be unique.');
  const size = Buffer.byteLength(JSON.stringify({ family, containerDefinitions, ...rest }));
  if (size > MOST_BYTES)
    throw refused(`Actual length: '${size}'. Max allowed length is '${MOST_BYTES}' bytes.`);
  demandFargate(input);
  demandTags(tags);
  return { ...input, family, containerDefinitions };
}

/** The memory in MiB that goes with the CPU units of a task [developer guide, "Task size"]. */
const fargate: readonly (readonly [cpu: number, from: number, upto: number, step: number])[] = [
  [256, 1024, 2048, 1024],
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

function demandFargate({ requiresCompatibilities = [], ...given }: RegisterTaskDefinitionRequest): void {
  if (!requiresCompatibilities.includes('FARGATE')) return;
  for (const name of ['cpu', 'memory'] as const)
    if (given[name] === undefined)
      throw refused(`Fargate requires that '${name}' be defined at the task level.`);
  if (given.networkMode !== 'awsvpc') throw refused('Fargate only supports network mode awsvpc.');
  const [cpu, memory] = [unitsOf(given.cpu), unitsOf(given.memory)];
  const isKnown =
    (cpu === 256 && memory === 512) ||
    fargate.some(
      ([units, from, upto, step]) => cpu === units && memory >= from && memory <= upto && memory % step === 0,
    );
  if (!isKnown) throw refused('No Fargate configuration exists for given values.');
}

/** Keys that begin with aws: are AWS's own [API reference, Tag]. */
function demandTags(tags: readonly Tag[]): void {
  const invalid = (said: string) => new AwsError('InvalidParameterException', said);
  const keys = tags.map(({ key = '' }) => key);
  if (keys.length > MOST_TAGS) throw invalid(`Too many tags: a resource has at most ${MOST_TAGS}.`);
  if (new Set(keys).size < keys.length) throw invalid('Duplicate tag keys found.');
  for (const { key = '', value = '' } of tags) {
    if (/^aws:/i.test(key)) throw invalid(`Tag keys must not begin with aws:, which is reserved: ${key}`);
    if (key === '' || key.length > 128 || value.length > 256) throw invalid(`Invalid tag: ${key}`);
  }
}

/** What else IAM is asked [developer guide, "Grant permission to tag resources on creation"; IAM guide, "Pass a role"]. */
export function demandWithIt(
  { family = '', tags = [], taskRoleArn, executionRoleArn }: RegisterTaskDefinitionRequest,
  { arns }: AccountStores,
  demand: Surroundings['demand'],
): void {
  if (tags.length > 0) demand('ecs:TagResource', arns.taskDefinition(family, '*'));
  for (const role of [taskRoleArn, executionRoleArn])
    if (role !== undefined && role !== '')
      demand('iam:PassRole', role, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' });
}

/** What ECS writes where something is left out. */
export function filledIn<Definition extends Pick<TaskDefinition, Filled>>(definition: Definition) {
  const { containerDefinitions = [], volumes = [], placementConstraints = [], cpu, memory } = definition;
  return {
    ...definition,
    ...(cpu === undefined ? {} : { cpu: `${unitsOf(cpu)}` }),
    ...(memory === undefined ? {} : { memory: `${unitsOf(memory)}` }),
    containerDefinitions: containerDefinitions.map((one) =>
      withContainerDefaults(one, definition.networkMode),
    ),
    volumes: volumes.map(volume),
    placementConstraints,
  };
}

type Filled = 'containerDefinitions' | 'volumes' | 'placementConstraints' | 'cpu' | 'memory' | 'networkMode';

export function withContainerDefaults(
  given: ContainerDefinition,
  networkMode: string | undefined,
): ContainerDefinition {
  const empty = { environment: [], mountPoints: [], volumesFrom: [], systemControls: [] };
  const portMappings = (given.portMappings ?? []).map((one) => portMapping(one, networkMode));
  return { cpu: 0, essential: true, ...empty, ...given, portMappings };
}

/** A container's port is the host's own where the network is, and one that Docker chooses (0) where there is a bridge. */
function portMapping(given: PortMapping, networkMode = 'bridge'): PortMapping {
  const { containerPort } = given;
  const hostPort = networkMode === 'bridge' ? 0 : containerPort;
  return { ...(containerPort === undefined ? {} : { hostPort }), protocol: 'tcp', ...given };
}

/** A volume that says nothing of itself is an empty one of the host. */
function volume(given: Volume): Volume {
  return Object.keys(given).some((name) => name !== 'name') ? given : { ...given, host: {} };
}

/** `1024` of `1 vCPU`, `2048` of `2 GB`. */
function unitsOf(text = ''): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(vcpu|gb)?\s*$/i.exec(text) ?? [];
  if (number === '') throw refused('Invalid cpu or memory setting for task.');
  return unit === '' ? Number(number) : Math.round(Number(number) * 1024);
}

function refused(said: string): AwsError {
  return new AwsError('ClientException', said);
}
