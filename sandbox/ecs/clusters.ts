import type { Cluster, CreateClusterRequest } from '@aws-sdk/client-ecs';
import { AwsError } from '../errors.ts';
import type { Arns } from './arns.ts';

export type StoredCluster = Cluster & { readonly clusterArn: string; readonly clusterName: string };

export class Clusters {
  readonly #byArn = new Map<string, StoredCluster>();
  readonly #arns: Arns;

  constructor(arns: Arns) {
    this.#arns = arns;
  }

  add(cluster: StoredCluster): void {
    if (this.#byArn.has(cluster.clusterArn)) throw new TypeError(`${cluster.clusterName} exists twice`);
    this.#byArn.set(cluster.clusterArn, cluster);
  }

  create({ clusterName = 'default', settings, configuration }: CreateClusterRequest): StoredCluster {
    const known = this.#byArn.get(this.#arns.cluster(clusterName));
    if (known?.status === 'ACTIVE') return known;
    const cluster: StoredCluster = {
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
  active(name = 'default'): StoredCluster {
    const cluster = this.find(name);
    if (cluster === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    if (cluster.status === 'INACTIVE')
      throw new AwsError('ClusterNotFoundException', 'The referenced cluster was inactive.');
    return cluster;
  }

  find(name: string): StoredCluster | undefined {
    const short = this.#arns.short('cluster', name);
    return short === undefined ? undefined : this.#byArn.get(this.#arns.cluster(short));
  }

  all(): StoredCluster[] {
    return [...this.#byArn.values()];
  }

  listed(): StoredCluster[] {
    return this.all().filter(({ status }) => status !== 'INACTIVE');
  }
}
