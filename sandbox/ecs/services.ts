/**
 * The account's services, by cluster and name: each keeps a number of tasks of one revision. They are found by name or
 * ARN, also when they drain and are no longer listed.
 */
import type { Service } from '@aws-sdk/client-ecs';
import { lastSegment } from './arns.ts';
import { isStopping, type StoredTask, type Tasks } from './tasks.ts';

export type StoredService = Service & {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
};

export class Services {
  readonly #byCluster = new Map<string, Map<string, StoredService>>();

  add(service: StoredService): void {
    const services = this.#byCluster.get(service.clusterArn) ?? new Map<string, StoredService>();
    if (services.has(service.serviceName)) throw new TypeError(`${service.serviceArn} is there twice`);
    this.#byCluster.set(service.clusterArn, services.set(service.serviceName, service));
  }

  /** A name is free again once its service is INACTIVE. */
  replace(service: StoredService): void {
    this.#byCluster.get(service.clusterArn)?.delete(service.serviceName);
    this.add(service);
  }

  in(clusterArn: string): StoredService[] {
    return [...(this.#byCluster.get(clusterArn)?.values() ?? [])];
  }

  /** By name or ARN; an ARN of another cluster names nothing here. */
  find(clusterArn: string, nameOrArn: string): StoredService | undefined {
    const found = this.#byCluster.get(clusterArn)?.get(lastSegment(nameOrArn));
    if (found === undefined || !nameOrArn.startsWith('arn:')) return found;
    // Services of before 2021 have ARNs without the cluster: `service/NAME`.
    const names = [found.serviceName, `${lastSegment(clusterArn)}/${found.serviceName}`];
    return names.some((name) => nameOrArn.endsWith(`:service/${name}`)) ? found : undefined;
  }

  /** The first of these: services in several clusters may share a short ARN. */
  byArn(arn: string): StoredService | undefined {
    for (const services of this.#byCluster.values())
      for (const service of services.values()) if (service.serviceArn === arn) return service;
    return undefined;
  }

  /** A draining service is INACTIVE once all of its tasks are stopping or stopped. */
  deactivateIfDrained(task: StoredTask, all: Tasks): void {
    const group = task.group ?? '';
    if (!group.startsWith('service:')) return;
    const service = this.find(task.clusterArn, group.slice('service:'.length));
    if (service?.status !== 'DRAINING') return;
    const running = all
      .in(task.clusterArn)
      .some((other) => other.group === group && !isStopping(other.lastStatus));
    if (!running) service.status = 'INACTIVE';
  }
}

export interface ServiceName {
  readonly cluster?: string | undefined;
  readonly service: string | undefined;
}
