import type { Cluster, CreateClusterRequest } from '@aws-sdk/client-ecs';
import { AwsError } from '../errors.ts';
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
