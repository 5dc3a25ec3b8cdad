/**
 * Clusters. Nearly every ECS call is about one; a call that leaves it out means the one named `default`, not all of
 * them. A deleted cluster stays describable as INACTIVE and is otherwise refused.
 */
import type {
  Cluster,
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeClustersRequest,
  ListClustersRequest,
} from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import { batch } from '../batch.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';
import type { Arns } from './arns.ts';

export type KnownCluster = Cluster & { readonly clusterArn: string; readonly clusterName: string };

export class Clusters {
  readonly #byArn = new Map<string, KnownCluster>();
  readonly #arns: Arns;

  constructor(arns: Arns) {
    this.#arns = arns;
  }

  add(cluster: KnownCluster): void {
    if (this.#byArn.has(cluster.clusterArn)) throw new TypeError(`${cluster.clusterName} is there twice`);
    this.#byArn.set(cluster.clusterArn, cluster);
  }

  create({ clusterName = 'default', settings, configuration }: CreateClusterRequest): KnownCluster {
    const known = this.#byArn.get(this.#arns.cluster(clusterName));
    if (known?.status === 'ACTIVE') return known;
    const cluster: KnownCluster = {
      clusterArn: this.#arns.cluster(clusterName),
      clusterName,
      status: 'ACTIVE',
      registeredContainerInstancesCount: 0,
      statistics: [],
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
      ...(settings === undefined ? {} : { settings }),
      ...(configuration === undefined ? {} : { configuration }),
    };
    this.#byArn.set(cluster.clusterArn, cluster);
    return cluster;
  }

  /** The cluster of a call, by name or ARN. */
  active(name = 'default'): KnownCluster {
    const cluster = this.find(name);
    if (cluster === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    if (cluster.status === 'INACTIVE')
      throw new AwsError('ClusterNotFoundException', 'The referenced cluster was inactive.');
    return cluster;
  }

  find(name: string): KnownCluster | undefined {
    const short = this.#arns.short('cluster', name);
    return short === undefined ? undefined : this.#byArn.get(this.#arns.cluster(short));
  }

  all(): KnownCluster[] {
    return [...this.#byArn.values()];
  }

  listed(): KnownCluster[] {
    return this.all().filter(({ status }) => status !== 'INACTIVE');
  }
}

export function deleteCluster(account: Account, name: string | undefined): KnownCluster {
  const cluster = account.clusters.active(name);
  if (account.services.in(cluster.clusterArn).some(({ status }) => status === 'ACTIVE'))
    throw new AwsError(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  if (account.tasks.in(cluster.clusterArn).some(({ desiredStatus }) => desiredStatus === 'RUNNING'))
    throw new AwsError(
      'ClusterContainsTasksException',
      'The Cluster cannot be deleted while Tasks are active.',
    );
  cluster.status = 'INACTIVE';
  return cluster;
}

/** What IAM is asked about a call that works inside one cluster: its ARN as the key `ecs:cluster`. */
export function within(account: Account, cluster: string | undefined, resources: readonly string[] = ['*']) {
  return { resources, context: { 'ecs:cluster': account.arns.clusterNamed(cluster) } };
}

export const clusterOperations: Operations = {
  ListClusters: listing({
    bucket: 'cluster-read',
    token: 'nextToken',
    size: 'maxResults',
    items: 'clusterArns',
    defaultSize: 100,
    all: (_: ListClustersRequest, { account }) =>
      sequence(account.clusters.listed().map(({ clusterArn }) => clusterArn)),
  }),

  DescribeClusters: batch({
    bucket: 'cluster-read',
    member: 'clusters',
    most: 100,
    actsOn: ({ clusters }: DescribeClustersRequest, { arns }) => ({
      resources: asked(clusters).map((name) => arns.clusterNamed(name)),
    }),
    asked: ({ clusters }, { arns }) => asked(clusters).map((name) => arns.clusterNamed(name)),
    find(arn, { include = [] }, { account }) {
      const cluster = account.clusters.find(arn);
      if (cluster === undefined) return undefined;
      const tags = include.includes('TAGS') ? { tags: account.tags.of(arn) } : {};
      return { ...cluster, ...counts(account, arn), ...tags };
    },
  }),

  CreateCluster: {
    actsOn: ({ clusterName }: CreateClusterRequest, { arns }) => ({
      resources: [arns.clusterNamed(clusterName)],
    }),
    run(input: CreateClusterRequest, { account }) {
      const cluster = account.clusters.create(input);
      account.tags.add(cluster.clusterArn, input.tags);
      return { cluster };
    },
  },

  DeleteCluster: {
    actsOn: ({ cluster }: DeleteClusterRequest, { arns }) => ({ resources: [arns.clusterNamed(cluster)] }),
    run: ({ cluster }: DeleteClusterRequest, { account }) => ({ cluster: deleteCluster(account, cluster) }),
  },
};

/** Nobody in particular means the cluster `default`. */
const asked = (clusters: readonly string[] | undefined) =>
  clusters === undefined || clusters.length === 0 ? ['default'] : clusters;

function counts(account: Account, arn: string) {
  const tasks = account.tasks.in(arn);
  return {
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
    activeServicesCount: account.services.in(arn).filter(({ status }) => status === 'ACTIVE').length,
  };
}
