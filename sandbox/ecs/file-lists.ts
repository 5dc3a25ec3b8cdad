/** The ECS resources of account files. Members that follow from others, such as ARNs, may be left out. */
import {
  Cluster$,
  ECSExpressGatewayService$,
  Service$,
  ServiceDeployment$,
  ServiceRevision$,
  Task$,
  type Cluster,
  type ECSExpressGatewayService,
  type Service,
  type ServiceDeployment,
  type ServiceRevision,
  type Task,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { required, type FileList } from '../file-list.ts';
import { structureOf } from '../shapes.ts';
import { lastSegment } from './arns.ts';
import { addServiceDeployment, addServiceRevision, completeHistories } from './history-entries.ts';
import { taskDefinitionList } from './task-definition-entries.ts';
import { isStopping } from './tasks.ts';

const clusters: FileList<Cluster> = {
  shape: structureOf(Cluster$),
  add({ tags, ...cluster }, account) {
    const clusterName = cluster.clusterName ?? lastSegment(required(cluster.clusterArn, 'clusterName'));
    const clusterArn = account.arns.cluster(clusterName);
    account.clusters.add({ status: 'ACTIVE', ...cluster, clusterName, clusterArn });
    account.tags.add(clusterArn, tags);
  },
};

const services: FileList<Service> = {
  shape: structureOf(Service$),
  add({ tags, ...service }, account) {
    const cluster = clusterOf(account, service);
    const serviceName = service.serviceName ?? lastSegment(required(service.serviceArn, 'serviceName'));
    const serviceArn = service.serviceArn ?? account.arns.service(cluster.clusterName, serviceName);
    const controller = service.deploymentController?.type ?? 'ECS';
    if (controller === 'EXTERNAL' && service.taskDefinition !== undefined)
      throw new TypeError('an EXTERNAL service has no taskDefinition');
    if (controller === 'CODE_DEPLOY' && (service.deployments ?? []).length > 0)
      throw new TypeError('a CODE_DEPLOY service has taskSets instead of deployments');
    account.services.add({
      status: 'ACTIVE',
      deployments: controller === 'ECS' ? [completedDeployment(account, service)] : [],
      events: [],
      ...service,
      serviceName,
      serviceArn,
      clusterArn: cluster.clusterArn,
    });
    account.tags.add(serviceArn, tags);
  },
};

/** A service at rest has one deployment, which is completed. */
function completedDeployment(
  account: AccountStores,
  { taskDefinition, desiredCount, runningCount, createdAt }: Service,
) {
  const id = `ecs-svc/${account.ids.digits()}`;
  const counts = {
    desiredCount: desiredCount ?? 0,
    runningCount: runningCount ?? 0,
    pendingCount: 0,
    failedTasks: 0,
  };
  return {
    id,
    status: 'PRIMARY',
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(createdAt === undefined ? {} : { createdAt, updatedAt: createdAt }),
    ...counts,
    rolloutState: 'COMPLETED' as const,
    rolloutStateReason: `ECS deployment ${id} completed.`,
  };
}

const serviceRevisions: FileList<ServiceRevision> = {
  shape: structureOf(ServiceRevision$),
  add(revision, account) {
    addServiceRevision(account, revision);
  },
};

const serviceDeployments: FileList<ServiceDeployment> = {
  shape: structureOf(ServiceDeployment$),
  add(deployment, account) {
    addServiceDeployment(account, deployment);
  },
  finish: completeHistories,
};

const expressServices: FileList<ECSExpressGatewayService> = {
  shape: structureOf(ECSExpressGatewayService$),
  add(service, account) {
    account.express.add(required(service.serviceArn, 'serviceArn'), service);
  },
};

const tasks: FileList<Task> = {
  shape: structureOf(Task$),
  add({ tags, ...task }, account) {
    const taskArn = required(task.taskArn, 'taskArn');
    const { clusterArn } = clusterOf(account, {
      clusterArn: task.clusterArn ?? account.arns.cluster(taskArn.split('/').at(-2) ?? ''),
    });
    const lastStatus = task.lastStatus ?? 'RUNNING';
    account.tasks.add({
      desiredStatus: isStopping(lastStatus) ? 'STOPPED' : 'RUNNING',
      lastStatus,
      ...task,
      taskArn,
      clusterArn,
    });
    account.tags.add(taskArn, tags);
  },
};

function clusterOf(account: AccountStores, { clusterArn, serviceArn }: Pick<Service, 'clusterArn' | 'serviceArn'>) {
  const arn = clusterArn ?? account.arns.cluster(serviceArn?.split('/').at(-2) ?? '');
  const cluster = account.clusters.find(arn);
  if (cluster === undefined) throw new TypeError(`${arn} is not among the clusters`);
  return cluster;
}

export const ecsLists = {
  taskDefinitions: taskDefinitionList,
  clusters,
  services,
  serviceRevisions,
  serviceDeployments,
  expressServices,
  tasks,
};
