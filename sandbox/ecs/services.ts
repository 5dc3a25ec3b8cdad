/** The account's services by cluster and name. Draining services are found by name or ARN too. */
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
    if (services.has(service.serviceName)) throw new TypeError(`${service.serviceArn} exists twice`);
    this.#byCluster.set(service.clusterArn, services.set(service.serviceName, service));
  }

  /** The name of an INACTIVE service can be used again. */
  replace(service: StoredService): void {
    this.#byCluster.get(service.clusterArn)?.delete(service.serviceName);
    this.add(service);
  }

  in(clusterArn: string): StoredService[] {
    return [...(this.#byCluster.get(clusterArn)?.values() ?? [])];
  }

  /** Finds a service by name or ARN. An ARN of another cluster matches nothing. */
  find(clusterArn: string, nameOrArn: string): StoredService | undefined {
    const found = this.#byCluster.get(clusterArn)?.get(lastSegment(nameOrArn));
    if (found === undefined || !nameOrArn.startsWith('arn:')) return found;
    // Services created before 2021 can have ARNs without the cluster: `service/NAME`.
    const names = [found.serviceName, `${lastSegment(clusterArn)}/${found.serviceName}`];
    return names.some((name) => nameOrArn.endsWith(`:service/${name}`)) ? found : undefined;
  }

  /** The first match: services in different clusters can share a short ARN. */
  byArn(arn: string): StoredService | undefined {
    for (const services of this.#byCluster.values())
      for (const service of services.values()) if (service.serviceArn === arn) return service;
    return undefined;
  }

  /** A draining service becomes INACTIVE when all of its tasks are stopping or stopped. */
  deactivateIfDrained(task: StoredTask, all: Tasks): void {
    const group = task.group ?? '';
    if (!group.startsWith('service:')) return;
    const service = this.find(task.clusterArn, group.slice('service:'.length));
    if (service?.status !== 'DRAINING') return;
    const running = all.in(task.clusterArn).some((other) => other.group === group && !isStopping(other.lastStatus));
    if (!running) service.status = 'INACTIVE';
  }
}

export interface ServiceName {
  readonly cluster?: string | undefined;
  readonly service: string | undefined;
}
