/**
 * ECS's operations on clusters. A deleted cluster can still be described as INACTIVE; every other call on it fails.
 */
import type {
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeClustersRequest,
  ListClustersRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { batchOperation } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import type { StoredCluster } from './clusters.ts';

export function deleteCluster(account: AccountStores, name: string | undefined): StoredCluster {
  const cluster = account.clusters.active(name);
  if (account.services.in(cluster.clusterArn).some(({ status }) => status === 'ACTIVE'))
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  if (account.tasks.in(cluster.clusterArn).some(({ desiredStatus }) => desiredStatus === 'RUNNING'))
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  cluster.status = 'INACTIVE';
  return cluster;
}

export const clusterOperations: Operations = {
  ListClusters: listOperation({
    bucket: 'cluster-read',
    token: 'nextToken',
    size: 'maxResults',
    items: 'clusterArns',
    defaultSize: 100,
    all: (_: ListClustersRequest, { account }) =>
      sequence(account.clusters.listed().map(({ clusterArn }) => clusterArn)),
  }),

  DescribeClusters: batchOperation({
    bucket: 'cluster-read',
    member: 'clusters',
    maxItems: 100,
    iamScope: ({ clusters }: DescribeClustersRequest, { arns }) => ({
      resources: orDefault(clusters).map((name) => arns.clusterNamed(name)),
    }),
    requestedArns: ({ clusters }, { arns }) => orDefault(clusters).map((name) => arns.clusterNamed(name)),
    find(arn, { include = [] }, { account }) {
      const cluster = account.clusters.find(arn);
      if (cluster === undefined) return undefined;
      return { ...cluster, ...counts(account, arn), ...account.tags.ifIncluded(include, arn) };
    },
  }),

  CreateCluster: {
    iamScope: ({ clusterName }: CreateClusterRequest, { arns }) => ({
      resources: [arns.clusterNamed(clusterName)],
    }),
    run(input: CreateClusterRequest, { account }) {
      const cluster = account.clusters.create(input);
      account.tags.add(cluster.clusterArn, input.tags);
      return { cluster };
    },
  },

  DeleteCluster: {
    iamScope: ({ cluster }: DeleteClusterRequest, { arns }) => ({ resources: [arns.clusterNamed(cluster)] }),
    run: ({ cluster }: DeleteClusterRequest, { account }) => ({ cluster: deleteCluster(account, cluster) }),
  },
};

/** A call without clusters describes the cluster `default`. */
const orDefault = (clusters: readonly string[] | undefined) =>
  clusters === undefined || clusters.length === 0 ? ['default'] : clusters;

function counts(account: AccountStores, arn: string) {
  const tasks = account.tasks.in(arn);
  return {
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
    activeServicesCount: account.services.in(arn).filter(({ status }) => status === 'ACTIVE').length,
  };
}
