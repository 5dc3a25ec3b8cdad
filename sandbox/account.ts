/**
 * The live state of one AWS account in one Region. The API changes it, and so do tests, by the methods below: each does
 * what AWS would do, at once and as often as it takes, also from a hook in the middle of somebody's run.
 */
import type { StackStatus } from '@aws-sdk/client-cloudformation';
import type {
  CreateDeploymentInput,
  DeploymentStatus,
  StopDeploymentInput,
} from '@aws-sdk/client-codedeploy';
import type {
  CreateExpressGatewayServiceRequest,
  CreateServiceRequest,
  CreateTaskSetRequest,
  DeleteServiceRequest,
  RegisterTaskDefinitionRequest,
  RunTaskRequest,
  TaskSet,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type {
  CreateStateMachineAliasInput,
  CreateStateMachineInput,
  PublishStateMachineVersionInput,
  StartExecutionInput,
  UpdateStateMachineInput,
} from '@aws-sdk/client-sfn';
import type { AccountFile } from './account-file.ts';
import { Trail } from './cloudtrail/trail.ts';
import type { Clock } from './clock.ts';
import { beginStackUpdate, createStack, deleteStack, endStackUpdate } from './cloudformation/changes.ts';
import { Stacks, type KnownStack } from './cloudformation/known-stacks.ts';
import { Applications } from './codedeploy/known-applications.ts';
import {
  createDeployment,
  Deployments,
  moveDeployment,
  stopDeployment,
  type KnownDeployment,
} from './codedeploy/known-deployments.ts';
import { Arns, type Place } from './ecs/arns.ts';
import { Clusters, deleteCluster, type KnownCluster } from './ecs/clusters.ts';
import {
  createService,
  deleteService,
  failDeployment,
  finishDeployment,
  rollBackDeployment,
  updateService,
} from './ecs/deployments.ts';
import { createExpress, ExpressServices } from './ecs/express.ts';
import { deregister, finishDeletions, register } from './ecs/registering.ts';
import { Revisions, type Revision } from './ecs/revisions.ts';
import { Services, type KnownService, type Named } from './ecs/known-services.ts';
import { bake } from './ecs/rollouts.ts';
import { ServiceHistory, type KnownServiceDeployment } from './ecs/service-history.ts';
import { Tags } from './ecs/tags.ts';
import { createTaskSet } from './ecs/task-sets.ts';
import { move, stop, Tasks, type KnownTask, type TaskState } from './ecs/task-life.ts';
import { run } from './ecs/tasks.ts';
import { EventBuses } from './events/buses.ts';
import { Rules } from './events/rules.ts';
import { Ids } from './ids.ts';
import { DurableExecutions } from './lambda/executions.ts';
import { load } from './load.ts';
import { Functions } from './lambda/functions.ts';
import { Subscribers } from './cloudcontrol/subscribers.ts';
import { Parameters } from './ssm/parameters.ts';
import { Pipes } from './pipes/pipes.ts';
import { ScheduleGroups } from './scheduler/groups.ts';
import { Schedules } from './scheduler/schedules.ts';
import { Storage } from './s3/storage.ts';
import { Topics, type Published } from './sns/topics.ts';
import {
  createAlias,
  createStateMachine,
  deleteStateMachine,
  deleteVersion,
  publishVersion,
  updateStateMachine,
} from './states/changing.ts';
import { startExecution, stopExecution } from './states/executions.ts';
import {
  StateMachines,
  type KnownAlias,
  type KnownExecution,
  type KnownMachine,
  type KnownVersion,
} from './states/machines.ts';

export { readAccount, type AccountFile } from './account-file.ts';

export class Account {
  readonly place: Place;
  readonly arns: Arns;
  readonly ids = new Ids();
  readonly revisions: Revisions;
  readonly clusters: Clusters;
  readonly services = new Services();
  readonly history: ServiceHistory;
  readonly express = new ExpressServices();
  readonly tasks = new Tasks();
  readonly tags = new Tags();
  /** As IAM tells it. */
  alias: string | undefined;
  readonly topics = new Topics();
  readonly storage = new Storage();
  readonly trail: Trail;
  readonly applications = new Applications();
  readonly deployments = new Deployments();
  readonly stacks = new Stacks();
  readonly stateMachines: StateMachines;
  readonly eventBuses: EventBuses;
  readonly rules: Rules;
  readonly scheduleGroups: ScheduleGroups;
  readonly schedules: Schedules;
  readonly pipes: Pipes;
  readonly functions: Functions;
  readonly parameters: Parameters;
  readonly subscribers = new Subscribers();
  readonly durableExecutions = new DurableExecutions(() => this.now());
  readonly #clock: Clock;

  constructor(file: AccountFile, clock: Clock) {
    this.#clock = clock;
    this.place = { partition: file.partition ?? 'aws', region: file.region, account: file.account };
    this.arns = new Arns(this.place);
    this.revisions = new Revisions(this.arns, clock);
    this.clusters = new Clusters(this.arns);
    this.history = new ServiceHistory(this.arns);
    this.trail = new Trail(this.place, this.ids);
    this.stateMachines = new StateMachines(this.place);
    this.eventBuses = new EventBuses(this.place);
    this.rules = new Rules(this.place, this.eventBuses);
    this.scheduleGroups = new ScheduleGroups(this.place);
    this.schedules = new Schedules(this.place, this.scheduleGroups, clock);
    this.pipes = new Pipes(this.place, clock);
    this.functions = new Functions(this.place);
    this.parameters = new Parameters(this.place);
    load(file, this);
  }

  now(): number {
    return this.#clock.now();
  }

  /** What was published to the account's topics, in order. */
  get published(): readonly Published[] {
    return this.topics.published;
  }

  exists(arn: string | undefined): boolean {
    if (arn === undefined) return false;
    const found =
      this.revisions.find(arn) ?? this.clusters.find(arn) ?? this.services.byArn(arn) ?? this.tasks.find(arn);
    return found !== undefined;
  }

  /** A family's next revision: like its newest one, or with a small container; or exactly what is given. */
  registerTaskDefinition(what: string | RegisterTaskDefinitionRequest, at = new Date(this.now())): Revision {
    const caller = `arn:${this.place.partition}:iam::${this.place.account}:user/deployer`;
    if (typeof what !== 'string') return register(this, what, { caller, at });
    const containerDefinitions = this.revisions.find(what)?.containerDefinitions ?? [
      { name: what, image: `${what}:latest`, memory: 128 },
    ];
    return register(this, { family: what, containerDefinitions }, { caller, at });
  }

  deregister(taskDefinition: string): Revision {
    return deregister(this, taskDefinition);
  }

  /** Deletes for good what is DELETE_IN_PROGRESS and unused; returns the ARNs. */
  finishDeletions(): string[] {
    return finishDeletions(this);
  }

  tagTaskDefinition(taskDefinition: string, tags: Readonly<Record<string, string>>): void {
    const revision = this.revisions.find(taskDefinition);
    if (revision === undefined) throw new TypeError(`There is no ${taskDefinition}`);
    this.tags.add(
      revision.taskDefinitionArn,
      Object.entries(tags).map(([key, value]) => ({ key, value })),
    );
  }

  runTask(input: RunTaskRequest): KnownTask[] {
    return run(this, input);
  }

  moveTask(taskArn: string, to: TaskState): KnownTask {
    return move(this, this.#task(taskArn), to);
  }

  stopTask(taskArn: string, reason?: string): KnownTask {
    return stop(this, this.#task(taskArn), reason);
  }

  /** As ECS does an hour or more after a task stopped. */
  forgetTask(taskArn: string): void {
    this.tasks.forget(this.#task(taskArn).taskArn);
  }

  createService(input: CreateServiceRequest): KnownService {
    return createService(this, input, `arn:${this.place.partition}:iam::${this.place.account}:user/deployer`);
  }

  /** Naming another revision starts a deployment, which goes on until `finishDeployment`. */
  updateService(input: UpdateServiceRequest): KnownService {
    return updateService(this, input);
  }

  finishDeployment(named: { cluster?: string; service: string }): KnownService {
    return finishDeployment(this, named);
  }

  /** The traffic of a blue/green, linear or canary deployment has moved; both sides run on. */
  bakeDeployment(named: Named): KnownServiceDeployment {
    return bake(this, named);
  }

  /** It stops, and nothing rolls it back. */
  failDeployment(named: Named): KnownServiceDeployment {
    return failDeployment(this, named);
  }

  /** What was deployed last with success starts again; goes on until `finishDeployment`. */
  rollBack(named: Named): KnownServiceDeployment {
    return rollBackDeployment(this, named);
  }

  createExpressService(input: CreateExpressGatewayServiceRequest): KnownService {
    return createExpress(this, input, `arn:${this.place.partition}:iam::${this.place.account}:user/deployer`);
  }

  deleteService(input: DeleteServiceRequest): KnownService {
    return deleteService(this, input);
  }

  createTaskSet(input: CreateTaskSetRequest): TaskSet {
    return createTaskSet(this, input);
  }

  createCluster(clusterName: string): KnownCluster {
    return this.clusters.create({ clusterName });
  }

  deleteCluster(name: string): KnownCluster {
    return deleteCluster(this, name);
  }

  createDeployment(input: CreateDeploymentInput): KnownDeployment {
    return createDeployment(this, input);
  }

  moveDeployment(deploymentId: string, to: DeploymentStatus): KnownDeployment {
    return moveDeployment(this, deploymentId, to);
  }

  stopDeployment(input: StopDeploymentInput): KnownDeployment {
    return stopDeployment(this, input);
  }

  /** A stack that holds these revisions, by logical id. */
  createStack(name: string, revisions: Readonly<Record<string, string>>, status?: StackStatus): KnownStack {
    return createStack(this, name, revisions, status);
  }

  /** The update goes on until `endStackUpdate`. */
  beginStackUpdate(name: string, revisions: Readonly<Record<string, string>>): KnownStack {
    return beginStackUpdate(this, name, revisions);
  }

  endStackUpdate(name: string, status: StackStatus): KnownStack {
    return endStackUpdate(this, name, status);
  }

  deleteStack(name: string): KnownStack {
    return deleteStack(this, name);
  }

  createStateMachine(input: CreateStateMachineInput): KnownMachine {
    return createStateMachine(this, input);
  }

  updateStateMachine(input: UpdateStateMachineInput): KnownMachine {
    return updateStateMachine(this, input).machine;
  }

  publishStateMachineVersion(input: PublishStateMachineVersionInput): KnownVersion {
    return publishVersion(this, input);
  }

  createStateMachineAlias(input: CreateStateMachineAliasInput): KnownAlias {
    return createAlias(this, input);
  }

  deleteStateMachineVersion(arn: string): void {
    deleteVersion(this, arn);
  }

  deleteStateMachine(arn: string): void {
    deleteStateMachine(this, arn);
  }

  startExecution(input: StartExecutionInput): KnownExecution {
    return startExecution(this, input);
  }

  stopExecution(executionArn: string): KnownExecution {
    return stopExecution(this, { executionArn });
  }

  #task(arn: string): KnownTask {
    const task = this.tasks.find(arn);
    if (task === undefined) throw new TypeError(`There is no task ${arn}`);
    return task;
  }
}
