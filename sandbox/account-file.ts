/**
 * An account as a JSON file: objects in the exact shapes of AWS's answers, times as ISO strings relative to the file's
 * own `now`. Everything is checked against the SDK's schemas here, so that a slip in a file is named with its path
 * instead of surfacing as a strange answer later.
 */
import { readFileSync } from 'node:fs';
import { Event$, type Event } from '@aws-sdk/client-cloudtrail';
import {
  DescribeChangeSetOutput$,
  type DescribeChangeSetOutput,
  Stack$,
  StackEvent$,
  StackResourceSummary$,
  type Stack,
  type StackEvent,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import {
  ApplicationInfo$,
  DeploymentGroupInfo$,
  DeploymentInfo$,
  type ApplicationInfo,
  type DeploymentGroupInfo,
  type DeploymentInfo,
} from '@aws-sdk/client-codedeploy';
import {
  Cluster$,
  ECSExpressGatewayService$,
  Service$,
  ServiceDeployment$,
  ServiceRevision$,
  Task$,
  TaskDefinition$,
  type Cluster,
  type ECSExpressGatewayService,
  type Service,
  type ServiceDeployment,
  type ServiceRevision,
  type Tag,
  type Task,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import {
  EventBus$,
  Rule$,
  Target$,
  type EventBus,
  type Rule,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { ResourceDescription$, type ResourceDescription } from '@aws-sdk/client-cloudcontrol';
import { FunctionConfiguration$, type FunctionConfiguration } from '@aws-sdk/client-lambda';
import { DescribePipeResponse$, type DescribePipeResponse } from '@aws-sdk/client-pipes';
import { Parameter$, type Parameter } from '@aws-sdk/client-ssm';
import {
  GetScheduleOutput$,
  ScheduleGroupSummary$,
  type GetScheduleOutput,
  type ScheduleGroupSummary,
} from '@aws-sdk/client-scheduler';
import { Bucket$, type Bucket } from '@aws-sdk/client-s3';
import { Topic$, type Topic } from '@aws-sdk/client-sns';
import { isBucketName, type Quotas } from './buckets.ts';
import { convert, isRecord, misfits } from './check.ts';
import { structureOf, type Member, type Structure } from './shapes.ts';
import { stateMachineInFile, type FileMachine } from './states/in-file.ts';

/** A type of the SDK as JSON has it. */
export type Json<Value> = Value extends Date
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Json<Item>[]
    : Value extends object
      ? { readonly [Name in keyof Value]: Json<Value[Name]> }
      : Value;

export interface AccountFile {
  readonly account: string;
  readonly region: string;
  readonly partition?: string;
  /** The moment at which the account is as the file says; every time in the file is as far from it as from the clock. */
  readonly now: string;
  /** Buckets that AWS has raised for this account. */
  readonly quotas?: Quotas;
  readonly taskDefinitions?: readonly TaskDefinitionEntry[];
  readonly clusters?: readonly Json<Cluster>[];
  readonly services?: readonly Json<Service>[];
  /** Of services that ECS rolls; what is left out of a service follows from its `deployments[]`. */
  readonly serviceRevisions?: readonly Json<ServiceRevision>[];
  readonly serviceDeployments?: readonly Json<ServiceDeployment>[];
  /** What Express Mode says of a service; what is left out follows from the service. */
  readonly expressServices?: readonly Json<ECSExpressGatewayService>[];
  readonly tasks?: readonly Json<Task>[];
  readonly topics?: readonly Json<Topic>[];
  readonly buckets?: readonly Json<BucketEntry>[];
  /** CloudTrail's history; what the sandbox is asked for is added to it. */
  readonly events?: readonly Json<Event>[];
  readonly applications?: readonly Json<ApplicationEntry>[];
  readonly stacks?: readonly Json<StackEntry>[];
  readonly stateMachines?: readonly Json<FileMachine>[];
  readonly eventBuses?: readonly Json<EventBus>[];
  readonly rules?: readonly Json<RuleEntry>[];
  readonly scheduleGroups?: readonly Json<ScheduleGroupSummary>[];
  readonly schedules?: readonly Json<GetScheduleOutput>[];
  readonly pipes?: readonly Json<DescribePipeResponse>[];
  /** A line a version; one without a version is $LATEST. */
  readonly functions?: readonly Json<FunctionConfiguration>[];
  /** Subscribers of custom event buses, as Cloud Control shows them. */
  readonly subscribers?: readonly Json<ResourceDescription>[];
  readonly parameters?: readonly Json<Parameter>[];
  /** Families with the highest number they ever had, for revisions that AWS has deleted. */
  readonly deletedTaskDefinitions?: Readonly<Record<string, number>>;
}

export type TaskDefinitionEntry = Json<TaskDefinition> & {
  readonly tags?: readonly Json<Tag>[];
  /** Stands for many revisions that differ in number and age alone: `1-6,8,10-140`. */
  readonly revisions?: string;
  /** `registeredAt` is the last one's; each earlier one is so many days older than the next. */
  readonly registeredEveryDays?: number;
};

/** An application of CodeDeploy with what is in it. */
export type ApplicationEntry = ApplicationInfo & {
  readonly deploymentGroups?: readonly DeploymentGroupInfo[];
  readonly deployments?: readonly DeploymentInfo[];
};

/** A stack with its resources, its change sets with their templates, and what happened to it, newest first. Events need not say again which stack's they are. */
export type StackEntry = Stack & {
  readonly changeSets?: readonly (DescribeChangeSetOutput & { readonly TemplateBody?: string })[];
  readonly resources?: readonly StackResourceSummary[];
  readonly events?: readonly (Omit<StackEvent, OfTheStack> & Partial<Pick<StackEvent, OfTheStack>>)[];
};
type OfTheStack = 'StackId' | 'StackName' | 'EventId';
/** A bucket with what lies in it. */
export type BucketEntry = Bucket & { readonly objects?: readonly ObjectEntry[] };
/** An object's content, as text or, where it is none, in base64. */
export interface ObjectEntry {
  readonly Key: string;
  readonly Body?: string;
  readonly Base64?: string;
}

/** A rule with what it starts, which AWS lists by itself. */
export type RuleEntry = Rule & { readonly Targets?: readonly Target[] };

export interface Contents {
  readonly taskDefinitions: readonly (TaskDefinition & Compact)[];
  readonly clusters: readonly Cluster[];
  readonly services: readonly Service[];
  readonly serviceRevisions: readonly ServiceRevision[];
  readonly serviceDeployments: readonly ServiceDeployment[];
  readonly expressServices: readonly ECSExpressGatewayService[];
  readonly tasks: readonly Task[];
  readonly topics: readonly Topic[];
  readonly buckets: readonly BucketEntry[];
  readonly events: readonly Event[];
  readonly applications: readonly ApplicationEntry[];
  readonly stacks: readonly StackEntry[];
  readonly stateMachines: readonly FileMachine[];
  readonly eventBuses: readonly EventBus[];
  readonly rules: readonly RuleEntry[];
  readonly scheduleGroups: readonly ScheduleGroupSummary[];
  readonly schedules: readonly GetScheduleOutput[];
  readonly pipes: readonly DescribePipeResponse[];
  readonly functions: readonly FunctionConfiguration[];
  readonly subscribers: readonly ResourceDescription[];
  readonly parameters: readonly Parameter[];
}

export interface Compact {
  readonly tags?: readonly Tag[];
  readonly revisions?: string;
  readonly registeredEveryDays?: number;
}

export function readAccount(path: string): AccountFile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`The account file ${path} cannot be read: ${String(cause)}`, { cause });
  }
  const problems = headProblems(parsed);
  if (problems.length === 0 && isRecord(parsed)) problems.push(...converted(parsed, 0).problems);
  if (isAccountFile(parsed, problems)) return parsed;
  throw misfit(path, problems);
}

/** The account's objects with times as Date, moved so that the file's `now` is the clock's. */
export function contents(file: AccountFile, now: number): Contents {
  const problems = headProblems(file);
  const { read, problems: inside } = converted({ ...file }, now - Date.parse(file.now));
  problems.push(...inside);
  if (isContents(read, problems)) return read;
  throw misfit('given', problems);
}

/** Where the schemas have found no problem, a value has the type that they describe. */
const isAccountFile = (_: unknown, problems: readonly string[]): _ is AccountFile => problems.length === 0;
const isContents = (_: object, problems: readonly string[]): _ is Contents => problems.length === 0;

function misfit(name: string, problems: readonly string[]): Error {
  const told = firstOf(problems).map((one) => `  ${one}`);
  return new Error([`The account file ${name} does not fit:`, ...told].join('\n'));
}

/** A slip that is repeated in each of a thousand entries is told twenty times. */
function firstOf(problems: readonly string[]): readonly string[] {
  const most = 20;
  if (problems.length <= most) return problems;
  return [...problems.slice(0, most), `and ${problems.length - most} more`];
}

const compactMembers: [string, Member][] = [
  ['tags', memberOf(structureOf(Task$), 'tags')],
  ['revisions', { shape: { kind: 'string' }, required: false, tag: 'revisions' }],
  ['registeredEveryDays', { shape: { kind: 'number' }, required: false, tag: 'registeredEveryDays' }],
];
const taskDefinition = structureOf(TaskDefinition$);
const rule = structureOf(Rule$);
const targets: Member = {
  shape: { kind: 'list', of: structureOf(Target$), tag: 'member' },
  required: false,
  tag: 'Targets',
};

const listOf = (of: Structure): Member => ({
  shape: { kind: 'list', of, tag: 'member' },
  required: false,
  tag: 'member',
});

/** Every list of the file with the shape of its items. A further resource adds its line here. */
const lists = {
  taskDefinitions: {
    ...taskDefinition,
    members: new Map<string, Member>([...taskDefinition.members, ...compactMembers]),
  },
  clusters: structureOf(Cluster$),
  services: structureOf(Service$),
  serviceRevisions: structureOf(ServiceRevision$),
  serviceDeployments: structureOf(ServiceDeployment$),
  expressServices: structureOf(ECSExpressGatewayService$),
  tasks: structureOf(Task$),
  topics: structureOf(Topic$),
  buckets: extended(structureOf(Bucket$), {
    objects: listOf({
      kind: 'structure',
      name: 'Object',
      members: new Map(
        ['Key', 'Body', 'Base64'].map((tag) => [
          tag,
          { shape: { kind: 'string' }, required: tag === 'Key', tag },
        ]),
      ),
    }),
  }),
  events: structureOf(Event$),
  applications: extended(structureOf(ApplicationInfo$), {
    deploymentGroups: listOf(structureOf(DeploymentGroupInfo$)),
    deployments: listOf(structureOf(DeploymentInfo$)),
  }),
  stacks: extended(structureOf(Stack$), {
    changeSets: listOf(
      extended(structureOf(DescribeChangeSetOutput$), {
        TemplateBody: { shape: { kind: 'string' }, required: false, tag: 'TemplateBody' },
      }),
    ),
    resources: listOf(structureOf(StackResourceSummary$)),
    events: listOf(lenient(structureOf(StackEvent$), ['StackId', 'StackName', 'EventId'])),
  }),
  stateMachines: stateMachineInFile,
  eventBuses: structureOf(EventBus$),
  rules: { ...rule, members: new Map<string, Member>([...rule.members, ['Targets', targets]]) },
  scheduleGroups: structureOf(ScheduleGroupSummary$),
  schedules: structureOf(GetScheduleOutput$),
  pipes: structureOf(DescribePipeResponse$),
  functions: structureOf(FunctionConfiguration$),
  subscribers: structureOf(ResourceDescription$),
  parameters: structureOf(Parameter$),
} satisfies Record<keyof Contents, Structure>;

const heads = new Set(['account', 'region', 'partition', 'now', 'quotas', 'deletedTaskDefinitions']);

function headProblems(file: unknown): string[] {
  if (!isRecord(file)) return ['it is not a JSON object'];
  const problems = Object.keys(file)
    .filter((key) => !heads.has(key) && !Object.hasOwn(lists, key))
    .map((key) => `.${key}: an account has no such member`);
  if (typeof file['account'] !== 'string' || !/^\d{12}$/.test(file['account']))
    problems.push('.account: twelve digits are wanted');
  if (typeof file['region'] !== 'string' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(file['region']))
    problems.push('.region: a Region such as eu-west-1 is wanted');
  if (typeof file['now'] !== 'string' || Number.isNaN(Date.parse(file['now'])))
    problems.push('.now: an ISO time is wanted');
  for (const [bucket, size] of Object.entries(isRecord(file['quotas']) ? file['quotas'] : {})) {
    const isSize =
      isRecord(size) && typeof size['burst'] === 'number' && typeof size['perSecond'] === 'number';
    if (!isBucketName(bucket)) problems.push(`.quotas.${bucket}: there is no such bucket`);
    else if (!isSize) problems.push(`.quotas.${bucket}: { burst, perSecond } is wanted`);
  }
  return problems;
}

function converted(file: Record<string, unknown>, shiftMs: number): { read: object; problems: string[] } {
  const problems: string[] = [];
  const read: Record<string, unknown> = {};
  for (const [list, of] of Object.entries(lists)) {
    const shape = { kind: 'list', of, tag: 'member' } as const;
    read[list] = convert(shape, file[list] ?? [], (kind, value) =>
      kind === 'timestamp' ? moved(value, shiftMs) : value,
    );
    problems.push(...misfits(shape, read[list], `.${list}`));
  }
  return { read, problems };
}

function moved(value: unknown, byMs: number): unknown {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? value : new Date(at + byMs);
}

function extended(shape: Structure, more: Readonly<Record<string, Member>>): Structure {
  return { ...shape, members: new Map([...shape.members, ...Object.entries(more)]) };
}

/** A shape of which these members may be left out. */
function lenient(shape: Structure, names: readonly string[]): Structure {
  const members = [...shape.members].map(([name, member]): [string, Member] => [
    name,
    names.includes(name) ? { ...member, required: false } : member,
  ]);
  return { ...shape, members: new Map(members) };
}

function memberOf(shape: Structure, name: string): Member {
  const member = shape.members.get(name);
  if (member === undefined) throw new TypeError(`${shape.name} has no ${name}`);
  return member;
}
