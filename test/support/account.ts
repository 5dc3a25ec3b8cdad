// Builds the account of a test from ordinary defaults.
import type { AccountFile, TaskDefinitionEntry } from '../../sandbox/account-file.ts';

export const NOW = '2026-11-24T02:30:00.000Z';
export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:pruner`;

type Service = NonNullable<AccountFile['services']>[number];
type ServiceDeployment = NonNullable<AccountFile['serviceDeployments']>[number];
type Task = NonNullable<AccountFile['tasks']>[number];
type Bucket = NonNullable<AccountFile['buckets']>[number];
type Event = NonNullable<AccountFile['events']>[number];
type Rule = NonNullable<AccountFile['rules']>[number];
type Schedule = NonNullable<AccountFile['schedules']>[number];
type Pipe = NonNullable<AccountFile['pipes']>[number];
type Application = NonNullable<AccountFile['applications']>[number];
type Stack = NonNullable<AccountFile['stacks']>[number];
type Deployment = NonNullable<Application['deployments']>[number];
type StateMachine = NonNullable<AccountFile['stateMachines']>[number];

const ecs = (path: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${path}`;
export const revisionArn = (name: string) => ecs(`task-definition/${name}`);
export const stateMachineArn = (name: string) => `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
export const daysBefore = (days: number, from = NOW) => new Date(Date.parse(from) - days * 86_400_000).toISOString();

interface FamilyOptions {
  /** Of every revision of this entry. A hundred days by default. */
  readonly daysAgo?: number;
  readonly status?: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  readonly tags?: Readonly<Record<string, string>>;
  /** A principal. A deployment's role by default. */
  readonly registeredBy?: string;
  /** Of its one container. */
  readonly environment?: Readonly<Record<string, string>>;
}

interface GroupOptions {
  /** `cluster/name`. Absent for a group without a service. */
  readonly service?: string;
  /** Oldest first. */
  readonly deployments?: readonly Deployment[];
}

export class AccountBuilder {
  readonly #families: TaskDefinitionEntry[] = [];
  readonly #clusters = new Set<string>();
  readonly #services: Service[] = [];
  readonly #serviceRevisions = new Map<string, string>();
  readonly #serviceDeployments: ServiceDeployment[] = [];
  readonly #expressServices: NonNullable<AccountFile['expressServices']>[number][] = [];
  readonly #tasks: Task[] = [];
  readonly #buckets = new Map<string, Bucket>();
  readonly #parameters: NonNullable<AccountFile['parameters']>[number][] = [];
  readonly #calendars: NonNullable<AccountFile['calendars']>[number][] = [];
  readonly #events: Event[] = [];
  readonly #buses = new Set<string>();
  readonly #rules: Rule[] = [];
  readonly #groups = new Set<string>();
  readonly #schedules: Schedule[] = [];
  readonly #pipes: Pipe[] = [];
  #applications: readonly Application[] = [];
  #deployments = 0;
  readonly #stacks: Stack[] = [];
  readonly #stateMachines: StateMachine[] = [];
  readonly #functions: NonNullable<AccountFile['functions']>[number][] = [];
  readonly #subscribers: NonNullable<AccountFile['subscribers']>[number][] = [];

  /** @param revisions `1-6,8` */
  family(
    family: string,
    revisions: string,
    {
      daysAgo = 100,
      status = 'ACTIVE',
      tags = {},
      registeredBy = `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/ci`,
      environment,
    }: FamilyOptions = {},
  ): this {
    this.#families.push({
      family,
      revisions,
      status,
      registeredAt: daysBefore(daysAgo),
      registeredBy,
      containerDefinitions: [
        {
          name: 'app',
          image: 'app:1',
          essential: true,
          ...(environment && {
            environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
          }),
        },
      ],
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    return this;
  }

  cluster(...names: string[]): this {
    for (const name of names) this.#clusters.add(name);
    return this;
  }

  /** @param path `cluster/name` */
  service(path: string, revision: string, more: Partial<Service> = {}): this {
    const [cluster = '', name = ''] = path.split('/');
    this.cluster(cluster);
    this.#services.push({
      serviceArn: ecs(`service/${cluster}/${name}`),
      serviceName: name,
      clusterArn: ecs(`cluster/${cluster}`),
      status: 'ACTIVE',
      desiredCount: 1,
      runningCount: 1,
      pendingCount: 0,
      taskDefinition: revisionArn(revision),
      deployments: [deployment(revision)],
      ...more,
    });
    return this;
  }

  /** An Express Mode service, with the revisions of its active configurations.
   *  @param path `cluster/name` */
  express(path: string, revision: string, ...active: string[]): this {
    this.service(path, revision, { resourceManagementType: 'ECS' });
    this.#expressServices.push({
      serviceArn: ecs(`service/${path}`),
      activeConfigurations: active.map((name) => ({ taskDefinitionArn: revisionArn(name) })),
    });
    return this;
  }

  /** A deployment in the history of an existing service. By default SUCCESSFUL, ten days ago and without a source.
   *  @param path `cluster/name` */
  serviceDeployment(
    path: string,
    to: string,
    {
      daysAgo = 10,
      status = 'SUCCESSFUL',
      from = [],
      backTo,
    }: {
      readonly daysAgo?: number | 'unknown';
      readonly status?: NonNullable<ServiceDeployment['status']>;
      readonly from?: readonly string[];
      readonly backTo?: string;
    } = {},
  ): this {
    const revision = (name: string) => ({ arn: this.#serviceRevision(path, name) });
    this.#serviceDeployments.push({
      serviceDeploymentArn: ecs(`service-deployment/${path}/${this.#serviceDeployments.length + 1}`),
      status,
      targetServiceRevision: revision(to),
      sourceServiceRevisions: from.map(revision),
      ...(daysAgo === 'unknown' ? {} : { createdAt: daysBefore(daysAgo) }),
      ...(backTo === undefined ? {} : { rollback: { serviceRevisionArn: revision(backTo).arn } }),
    });
    return this;
  }

  /** One service revision for each revision that a service deploys. */
  #serviceRevision(path: string, name: string): string {
    const arn = ecs(`service-revision/${path}/${name.replace(':', '-')}`);
    this.#serviceRevisions.set(arn, revisionArn(name));
    return arn;
  }

  task(cluster: string, revision: string, more: Partial<Task> = {}): this {
    this.cluster(cluster);
    const id = `${this.#tasks.length + 1}`.padStart(32, '0');
    this.#tasks.push({
      taskArn: ecs(`task/${cluster}/${id}`),
      clusterArn: ecs(`cluster/${cluster}`),
      taskDefinitionArn: revisionArn(revision),
      lastStatus: 'RUNNING',
      desiredStatus: 'RUNNING',
      ...more,
    });
    return this;
  }

  /** An application of CodeDeploy on ECS with one group.
   *  @param path `application/group` */
  codeDeploy(path: string, group: GroupOptions = {}): this {
    const [applicationName = ''] = path.split('/');
    this.#applications = [...this.#applications, { applicationName, computePlatform: 'ECS' }];
    return this.codeDeployGroup(path, group);
  }

  /** Adds a group to an application. */
  codeDeployGroup(path: string, { service, deployments = [] }: GroupOptions = {}): this {
    const [applicationName = '', deploymentGroupName = ''] = path.split('/');
    const [clusterName = '', serviceName = ''] = (service ?? '').split('/');
    const ecsServices = service === undefined ? [] : [{ clusterName, serviceName }];
    this.#applications = this.#applications.map((application) => {
      if (application.applicationName !== applicationName) return application;
      const { deploymentGroups = [], deployments: others = [] } = application;
      const numbered = deployments.map((one, index) => ({
        deploymentId: `d-${`${this.#deployments + index}`.padStart(9, '0')}`,
        deploymentGroupName,
        status: 'Succeeded' as const,
        createTime: daysBefore(90 - index),
        ...one,
      }));
      return {
        ...application,
        deploymentGroups: [...deploymentGroups, { deploymentGroupName, ecsServices }],
        deployments: [...others, ...numbered],
      };
    });
    this.#deployments += deployments.length;
    return this;
  }

  /** A Lambda function, or one of its published versions. */
  lambda(FunctionName: string, variables: Readonly<Record<string, string>>, Version = '$LATEST'): this {
    this.#functions.push({ FunctionName, Version, Environment: { Variables: variables } });
    return this;
  }

  /** A Lambda function whose environment cannot be decrypted. */
  lockedLambda(FunctionName: string): this {
    const Error = { ErrorCode: 'AccessDeniedException', Message: 'Lambda was unable to decrypt it.' };
    this.#functions.push({ FunctionName, Environment: { Error } });
    return this;
  }

  /** A subscriber of a custom event bus. */
  subscriber(name: string, properties: object): this {
    const Identifier = `arn:aws:events:${REGION}:${ACCOUNT}:subscriber/orders/${name}`;
    this.#subscribers.push({ Identifier, Properties: JSON.stringify(properties) });
    return this;
  }

  /** A stack at rest that holds these revisions, by logical id. */
  stack(name: string, revisions: Readonly<Record<string, string>>, more: Partial<Stack> = {}): this {
    this.#stacks.push({
      StackName: name,
      StackId: stackArn(name),
      CreationTime: daysBefore(200),
      StackStatus: 'CREATE_COMPLETE',
      resources: Object.entries(revisions).map(([logical, revision]) => stackResource(logical, revision)),
      ...more,
    });
    return this;
  }

  /** @param definition an object, or the text of the definition */
  stateMachine(name: string, definition: object | string, more: Partial<StateMachine> = {}): this {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    this.#stateMachines.push({ name, definition: text, creationDate: daysBefore(200), ...more });
    return this;
  }

  /** A rule with one target, which runs a task of this revision in the cluster `prod`. */
  rule(name: string, revision: string, more: Partial<Rule> = {}): this {
    if (more.EventBusName !== undefined) this.#buses.add(more.EventBusName);
    this.#rules.push({
      Name: name,
      EventPattern: '{"source":["shop"]}',
      Targets: [ruleTarget({ EcsParameters: { TaskDefinitionArn: revisionArn(revision) } })],
      ...more,
    });
    return this;
  }

  /** Runs a task of this revision in the cluster `prod` every night. */
  schedule(name: string, revision: string, more: Partial<Schedule> = {}): this {
    if (more.GroupName !== undefined) this.#groups.add(more.GroupName);
    this.#schedules.push({
      Name: name,
      ScheduleExpression: 'cron(0 3 * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      LastModificationDate: daysBefore(100),
      Target: scheduleTarget({ EcsParameters: { TaskDefinitionArn: revisionArn(revision) } }),
      ...more,
    });
    return this;
  }

  /** Runs a task of this revision in the cluster `prod` for each message of a queue. */
  pipe(name: string, revision: string, more: Partial<Pipe> = {}): this {
    this.#pipes.push({
      Name: name,
      Source: `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`,
      Target: ecs('cluster/prod'),
      TargetParameters: { EcsTaskParameters: { TaskDefinitionArn: revisionArn(revision) } },
      LastModifiedTime: daysBefore(100),
      ...more,
    });
    return this;
  }

  bucket(Name: string, more: Partial<Bucket> = {}): this {
    this.#buckets.set(Name, { Name, ...more });
    return this;
  }

  /** An object, in a new bucket where there is none yet.
   *  @param place `bucket/key` */
  object(place: string, content: string | Uint8Array): this {
    const [, Name = '', Key = ''] = /^([^/]+)\/(.*)$/s.exec(place) ?? [];
    const { objects = [], ...bucket } = this.#buckets.get(Name) ?? { Name };
    const object =
      typeof content === 'string' ? { Key, Body: content } : { Key, Base64: Buffer.from(content).toString('base64') };
    this.#buckets.set(Name, { ...bucket, objects: [...objects, object] });
    return this;
  }

  /** A change calendar; without a state, one with an entry that Systems Manager does not support. */
  calendar(Name: string, State?: 'OPEN' | 'CLOSED', NextTransitionTime?: string): this {
    this.#calendars.push({
      Name,
      ...(State === undefined ? {} : { State }),
      ...(NextTransitionTime === undefined ? {} : { NextTransitionTime }),
    });
    return this;
  }

  /** A parameter of Systems Manager, by default a String. */
  parameter(Name: string, Value: string, more: Partial<NonNullable<AccountFile['parameters']>[number]> = {}): this {
    this.#parameters.push({ Name, Value, Type: 'String', ...more });
    return this;
  }

  /** An event of CloudTrail, with the members of `record`. */
  event(EventName: string, at: string, record: Readonly<Record<string, unknown>>, more: Partial<Event> = {}): this {
    const EventId = `event-${this.#events.length + 1}`;
    const EventSource = 'ecs.amazonaws.com';
    const CloudTrailEvent = JSON.stringify({ eventSource: EventSource, eventName: EventName, ...record });
    this.#events.push({ EventId, EventName, EventTime: at, EventSource, CloudTrailEvent, ...more });
    return this;
  }

  file(): AccountFile {
    return {
      account: ACCOUNT,
      region: REGION,
      now: NOW,
      taskDefinitions: this.#families,
      clusters: [...this.#clusters].map((clusterName) => ({
        clusterName,
        clusterArn: ecs(`cluster/${clusterName}`),
        status: 'ACTIVE',
      })),
      services: this.#services,
      serviceRevisions: Array.from(this.#serviceRevisions, ([serviceRevisionArn, taskDefinition]) => ({
        serviceRevisionArn,
        taskDefinition,
      })),
      serviceDeployments: this.#serviceDeployments,
      expressServices: this.#expressServices,
      tasks: this.#tasks,
      topics: [{ TopicArn: TOPIC }],
      buckets: [...this.#buckets.values()],
      parameters: this.#parameters,
      calendars: this.#calendars,
      events: this.#events,
      eventBuses: [...this.#buses].map((Name) => ({ Name })),
      rules: this.#rules,
      scheduleGroups: [...this.#groups].map((Name) => ({ Name })),
      schedules: this.#schedules,
      pipes: this.#pipes,
      applications: this.#applications,
      stacks: this.#stacks,
      stateMachines: this.#stateMachines,
      functions: this.#functions,
      subscribers: this.#subscribers,
    };
  }
}

export const stackArn = (name: string) =>
  `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/00000000-0000-4000-8000-000000000000`;
export const changeSetArn = (name: string) =>
  `arn:aws:cloudformation:${REGION}:${ACCOUNT}:changeSet/${name}/00000000-0000-4000-8000-000000000000`;
export const groupArn = (path: string) => `arn:aws:codedeploy:${REGION}:${ACCOUNT}:deploymentgroup:${path}`;

export function stackResource(
  logical: string,
  revision: string,
  more: Partial<NonNullable<Stack['resources']>[number]> = {},
): NonNullable<Stack['resources']>[number] {
  return {
    LogicalResourceId: logical,
    PhysicalResourceId: revisionArn(revision),
    ResourceType: 'AWS::ECS::TaskDefinition',
    LastUpdatedTimestamp: daysBefore(100),
    ResourceStatus: 'CREATE_COMPLETE',
    ...more,
  };
}

/** An AppSpec for ECS in the request to CodeDeploy, as YAML. */
export function appSpec(revision: string) {
  const content = [
    'version: 0.0',
    'Resources:',
    '  - TargetService:',
    '      Type: AWS::ECS::Service',
    '      Properties:',
    `        TaskDefinition: "${revisionArn(revision)}"`,
    '        LoadBalancerInfo: { ContainerName: app, ContainerPort: 80 }',
  ].join('\n');
  return { revisionType: 'AppSpecContent' as const, appSpecContent: { content } };
}

export function anAccount(): AccountBuilder {
  return new AccountBuilder();
}

export function deployment(revision: string, more: Partial<NonNullable<Service['deployments']>[number]> = {}) {
  return {
    id: `ecs-svc/${revision}`,
    status: 'PRIMARY',
    taskDefinition: revisionArn(revision),
    desiredCount: 1,
    runningCount: 1,
    pendingCount: 0,
    rolloutState: 'COMPLETED' as const,
    ...more,
  };
}

/** By default an ECS cluster. */
export function ruleTarget(more: Partial<NonNullable<Rule['Targets']>[number]>) {
  return { Id: 'task', Arn: ecs('cluster/prod'), RoleArn: startRole, ...more };
}

export function scheduleTarget(more: Partial<NonNullable<Schedule['Target']>>) {
  return { Arn: ecs('cluster/prod'), RoleArn: startRole, ...more };
}

const startRole = `arn:aws:iam::${ACCOUNT}:role/start`;

/** A change set that was not executed yet. */
export function changeSet(
  ChangeSetName: string,
  more: Partial<NonNullable<Stack['changeSets']>[number]> = {},
): NonNullable<Stack['changeSets']>[number] {
  return {
    ChangeSetName,
    ChangeSetId: changeSetArn(ChangeSetName),
    CreationTime: daysBefore(20),
    ...more,
  };
}
