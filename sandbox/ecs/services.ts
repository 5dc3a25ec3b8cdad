/**
 * Services: who keeps a number of tasks of one revision. This file is what ECS's calls say and refuse; how a service
 * gets from one revision to the next is in deployments.ts.
 */
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  Service,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import { batch } from '../batch.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';
import { lastPart } from './arns.ts';
import { within } from './clusters.ts';
import { createService, deleteService, updateService } from './deployments.ts';
import { isEnding, type KnownTask, type Tasks } from './tasks.ts';

export type KnownService = Service & {
  readonly serviceArn: string;
  readonly serviceName: string;
  readonly clusterArn: string;
};

/** An event is text for a person; ECS keeps the hundred newest of a service. */
const mostEvents = 100;

export class Services {
  readonly #byCluster = new Map<string, Map<string, KnownService>>();

  add(service: KnownService): void {
    const services = this.#byCluster.get(service.clusterArn) ?? new Map<string, KnownService>();
    if (services.has(service.serviceName)) throw new TypeError(`${service.serviceArn} is there twice`);
    this.#byCluster.set(service.clusterArn, services.set(service.serviceName, service));
  }

  /** A name is free again once its service is INACTIVE. */
  replace(service: KnownService): void {
    this.#byCluster.get(service.clusterArn)?.delete(service.serviceName);
    this.add(service);
  }

  in(clusterArn: string): KnownService[] {
    return [...(this.#byCluster.get(clusterArn)?.values() ?? [])];
  }

  /** By name or ARN; an ARN of another cluster names nothing here. */
  find(clusterArn: string, nameOrArn: string): KnownService | undefined {
    const found = this.#byCluster.get(clusterArn)?.get(lastPart(nameOrArn));
    if (found === undefined || !nameOrArn.startsWith('arn:')) return found;
    // Services of before 2018 have ARNs without the cluster: `service/NAME`.
    const isShort = nameOrArn.endsWith(`:service/${found.serviceName}`);
    return found.serviceArn === nameOrArn || isShort ? found : undefined;
  }

  byArn(arn: string): KnownService | undefined {
    for (const services of this.#byCluster.values())
      for (const service of services.values()) if (service.serviceArn === arn) return service;
    return undefined;
  }

  /** A draining service is INACTIVE once all of its tasks are stopping or stopped. */
  taskEnded(task: KnownTask, all: Tasks): void {
    const group = task.group ?? '';
    if (!group.startsWith('service:')) return;
    const service = this.find(task.clusterArn, group.slice('service:'.length));
    if (service?.status !== 'DRAINING') return;
    const running = all
      .in(task.clusterArn)
      .some((other) => other.group === group && !isEnding(other.lastStatus));
    if (!running) service.status = 'INACTIVE';
  }
}

export const serviceOperations: Operations = {
  /** Ten a page unless asked otherwise; a service that drains is no longer listed. */
  ListServices: listing({
    bucket: 'service-read',
    actsOn: ({ cluster }: ListServicesRequest, account) => within(account, cluster),
    token: 'nextToken',
    size: 'maxResults',
    items: 'serviceArns',
    defaultSize: 10,
    all(input, { account }) {
      const { clusterArn } = account.clusters.active(input.cluster);
      return sequence(
        account.services
          .in(clusterArn)
          .filter(listed(input))
          .map(({ serviceArn }) => serviceArn),
      );
    },
  }),

  DescribeServices: batch({
    bucket: 'service-read',
    member: 'services',
    most: 10,
    actsOn: (input: DescribeServicesRequest, account) =>
      within(account, input.cluster, serviceArns(account, input)),
    asked: (input, account) => serviceArns(account, input),
    find(arn, { cluster, include = [] }, { account }) {
      const service = account.services.find(account.clusters.active(cluster).clusterArn, arn);
      if (service === undefined) return undefined;
      const tags = include.includes('TAGS') ? { tags: account.tags.of(service.serviceArn) } : {};
      return { ...service, events: (service.events ?? []).slice(0, mostEvents), ...tags };
    },
  }),

  CreateService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, serviceName = '' }: CreateServiceRequest, account) =>
      within(account, cluster, [serviceArn(account, cluster, serviceName)]),
    run: (input: CreateServiceRequest, { account, caller }) => ({
      service: createService(account, input, caller),
    }),
  },

  UpdateService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, service = '' }: UpdateServiceRequest, account) =>
      within(account, cluster, [serviceArn(account, cluster, service)]),
    run: (input: UpdateServiceRequest, { account }) => ({ service: updateService(account, input) }),
  },

  DeleteService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, service = '' }: DeleteServiceRequest, account) =>
      within(account, cluster, [serviceArn(account, cluster, service)]),
    run: (input: DeleteServiceRequest, { account }) => ({ service: deleteService(account, input) }),
  },
};

function listed({ launchType, schedulingStrategy, resourceManagementType }: ListServicesRequest) {
  return (service: KnownService) =>
    service.status === 'ACTIVE' &&
    (launchType === undefined || service.launchType === launchType) &&
    (schedulingStrategy === undefined || (service.schedulingStrategy ?? 'REPLICA') === schedulingStrategy) &&
    (resourceManagementType === undefined ||
      (service.resourceManagementType ?? 'CUSTOMER') === resourceManagementType);
}

function serviceArns(account: Account, { cluster, services = [] }: DescribeServicesRequest): string[] {
  if (services.length === 0) throw new AwsError('InvalidParameterException', 'Services cannot be empty.');
  return services.map((service) => serviceArn(account, cluster, service));
}

const serviceArn = (account: Account, cluster: string | undefined, service: string) =>
  service.startsWith('arn:') ? service : account.arns.service(lastPart(cluster ?? 'default'), service);
