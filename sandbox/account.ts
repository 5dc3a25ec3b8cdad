/**
 * An account with actions for tests. Each action changes the stores at once, as the AWS call of the same name would.
 * Hooks may call actions in the middle of a run.
 */
import type { StackStatus } from '@aws-sdk/client-cloudformation';
import type { CreateDeploymentInput, DeploymentStatus, StopDeploymentInput } from '@aws-sdk/client-codedeploy';
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
import { loadAccountFile, type AccountFile } from './account-file.ts';
import { AccountStores } from './account-stores.ts';
import type { Clock } from './clock.ts';
import { beginStackUpdate, createStack, deleteStack, endStackUpdate } from './cloudformation/stack-changes.ts';
import type { StoredStack } from './cloudformation/stacks.ts';
import { createDeployment, moveDeployment, stopDeployment } from './codedeploy/deployment-changes.ts';
import type { StoredDeployment } from './codedeploy/deployments.ts';
import { deleteCluster } from './ecs/cluster-operations.ts';
import type { StoredCluster } from './ecs/clusters.ts';
import { createExpressService } from './ecs/express-operations.ts';
import { deregister, finishDeletions, register } from './ecs/revision-changes.ts';
import type { Revision } from './ecs/revisions.ts';
import { bakeDeployment } from './ecs/rollouts.ts';
import {
  createService,
  deleteService,
  failDeployment,
  finishDeployment,
  rollBackDeployment,
  updateService,
} from './ecs/service-changes.ts';
import type { StoredServiceDeployment } from './ecs/service-history.ts';
import type { ServiceName, StoredService } from './ecs/services.ts';
import { resourceExists } from './ecs/tag-operations.ts';
import { moveTask, runTask, stopTask } from './ecs/task-changes.ts';
import { createTaskSet } from './ecs/task-sets.ts';
import type { StoredTask, TaskState } from './ecs/tasks.ts';
import { iamArn } from './place.ts';
import type { Published } from './sns/topics.ts';
import { startExecution, stopExecution } from './states/execution-changes.ts';
import {
  createAlias,
  createStateMachine,
  deleteStateMachine,
  deleteVersion,
  publishVersion,
  updateStateMachine,
} from './states/machine-changes.ts';
import type { StoredAlias, StoredExecution, StoredMachine, StoredVersion } from './states/machines.ts';

export class Account extends AccountStores {
  /** The caller that the actions record, for example as `registeredBy`. */
  readonly #deployer: string;

  constructor(file: AccountFile, clock: Clock) {
    const place = { partition: file.partition ?? 'aws', region: file.region, account: file.account };
    super(place, clock);
    this.#deployer = iamArn(place, 'user/deployer');
    loadAccountFile(file, this);
  }

  /** The messages that were published to the account's topics, in order. */
  get published(): readonly Published[] {
    return this.topics.published;
  }

  exists(arn: string | undefined): boolean {
    return arn !== undefined && resourceExists(this, arn);
  }

  /**
   * Registers a given definition. For a family's name, registers its newest revision again, or a small container if
   * there is none.
   */
  registerTaskDefinition(definition: string | RegisterTaskDefinitionRequest, at = new Date(this.now())): Revision {
    const caller = this.#deployer;
    if (typeof definition !== 'string') return register(this, definition, { caller, at });
    const containerDefinitions = this.revisions.find(definition)?.containerDefinitions ?? [
      { name: definition, image: `${definition}:latest`, memory: 128 },
    ];
    return register(this, { family: definition, containerDefinitions }, { caller, at });
  }

  deregister(taskDefinition: string): Revision {
    return deregister(this, taskDefinition);
  }

  /** Deletes the DELETE_IN_PROGRESS revisions that nothing uses. @returns their ARNs */
  finishDeletions(): string[] {
    return finishDeletions(this);
  }

  tagTaskDefinition(taskDefinition: string, tags: Readonly<Record<string, string>>): void {
    const revision = this.revisions.find(taskDefinition);
    if (revision === undefined) throw new TypeError(`${taskDefinition} does not exist`);
    this.tags.add(
      revision.taskDefinitionArn,
      Object.entries(tags).map(([key, value]) => ({ key, value })),
    );
  }

  runTask(input: RunTaskRequest): StoredTask[] {
    return runTask(this, input);
  }

  moveTask(taskArn: string, to: TaskState): StoredTask {
    return moveTask(this, this.#task(taskArn), to);
  }

  stopTask(taskArn: string, reason?: string): StoredTask {
    return stopTask(this, this.#task(taskArn), reason);
  }

  /** ECS stops describing a stopped task an hour or more after it stopped. */
  forgetTask(taskArn: string): void {
    this.tasks.forget(this.#task(taskArn).taskArn);
  }

  createService(input: CreateServiceRequest): StoredService {
    return createService(this, input, this.#deployer);
  }

  /** Another task definition starts a deployment, which lasts until `finishDeployment`. */
  updateService(input: UpdateServiceRequest): StoredService {
    return updateService(this, input);
  }

  finishDeployment(name: ServiceName): StoredService {
    return finishDeployment(this, name);
  }

  /** Shifts the traffic of a blue/green, linear or canary deployment. Both sides keep running. */
  bakeDeployment(name: ServiceName): StoredServiceDeployment {
    return bakeDeployment(this, name);
  }

  /** Stops the deployment without a rollback. */
  failDeployment(name: ServiceName): StoredServiceDeployment {
    return failDeployment(this, name);
  }

  /** Starts the last successful service revision again. The rollback lasts until `finishDeployment`. */
  rollBack(name: ServiceName): StoredServiceDeployment {
    return rollBackDeployment(this, name);
  }

  createExpressService(input: CreateExpressGatewayServiceRequest): StoredService {
    return createExpressService(this, input, this.#deployer);
  }

  deleteService(input: DeleteServiceRequest): StoredService {
    return deleteService(this, input);
  }

  createTaskSet(input: CreateTaskSetRequest): TaskSet {
    return createTaskSet(this, input);
  }

  createCluster(clusterName: string): StoredCluster {
    return this.clusters.create({ clusterName });
  }

  deleteCluster(name: string): StoredCluster {
    return deleteCluster(this, name);
  }

  createDeployment(input: CreateDeploymentInput): StoredDeployment {
    return createDeployment(this, input);
  }

  moveDeployment(deploymentId: string, to: DeploymentStatus): StoredDeployment {
    return moveDeployment(this, deploymentId, to);
  }

  stopDeployment(input: StopDeploymentInput): StoredDeployment {
    return stopDeployment(this, input);
  }

  /** @param revisions a task definition for each logical id */
  createStack(name: string, revisions: Readonly<Record<string, string>>, status?: StackStatus): StoredStack {
    return createStack(this, name, revisions, status);
  }

  /** The update lasts until `endStackUpdate`. */
  beginStackUpdate(name: string, revisions: Readonly<Record<string, string>>): StoredStack {
    return beginStackUpdate(this, name, revisions);
  }

  endStackUpdate(name: string, status: StackStatus): StoredStack {
    return endStackUpdate(this, name, status);
  }

  deleteStack(name: string): StoredStack {
    return deleteStack(this, name);
  }

  createStateMachine(input: CreateStateMachineInput): StoredMachine {
    return createStateMachine(this, input);
  }

  updateStateMachine(input: UpdateStateMachineInput): StoredMachine {
    return updateStateMachine(this, input).machine;
  }

  publishStateMachineVersion(input: PublishStateMachineVersionInput): StoredVersion {
    return publishVersion(this, input);
  }

  createStateMachineAlias(input: CreateStateMachineAliasInput): StoredAlias {
    return createAlias(this, input);
  }

  deleteStateMachineVersion(arn: string): void {
    deleteVersion(this, arn);
  }

  deleteStateMachine(arn: string): void {
    deleteStateMachine(this, arn);
  }

  startExecution(input: StartExecutionInput): StoredExecution {
    return startExecution(this, input);
  }

  stopExecution(executionArn: string): StoredExecution {
    return stopExecution(this, { executionArn });
  }

  #task(arn: string): StoredTask {
    const task = this.tasks.find(arn);
    if (task === undefined) throw new TypeError(`${arn} does not exist`);
    return task;
  }
}
