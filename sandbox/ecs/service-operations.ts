/**
 * ECS's calls about services: which are listed, how many may be described at once, what stands in for what is missing.
 * How a service gets from one revision to the next is in deployments.ts.
 */
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { batch } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';
import { lastPart } from './arns.ts';
import { clusterScope } from './scope.ts';
import { createService, deleteService, updateService } from './service-changes.ts';
import { findService } from './find-service.ts';
import type { KnownService } from './services.ts';

/** An event is text for a person; ECS keeps the hundred newest of a service. */
const mostEvents = 100;

export const serviceOperations: Operations = {
  /** Ten a page unless asked otherwise; a service that drains is no longer listed. */
  ListServices: listing({
    bucket: 'service-read',
    actsOn: ({ cluster }: ListServicesRequest, account) => clusterScope(account, cluster),
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
      clusterScope(account, input.cluster, serviceArns(account, input)),
    asked: (input, account) => serviceArns(account, input),
    find(arn, { cluster, include = [] }, { account }) {
      const service = findService(account, { cluster, service: arn });
      if (service === undefined) return undefined;
      const tags = include.includes('TAGS') ? { tags: account.tags.of(service.serviceArn) } : {};
      return { ...service, events: (service.events ?? []).slice(0, mostEvents), ...tags };
    },
  }),

  CreateService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, serviceName = '' }: CreateServiceRequest, account) =>
      clusterScope(account, cluster, [serviceArn(account, cluster, serviceName)]),
    run: (input: CreateServiceRequest, { account, caller }) => ({
      service: createService(account, input, caller),
    }),
  },

  UpdateService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, service = '' }: UpdateServiceRequest, account) =>
      clusterScope(account, cluster, [serviceArn(account, cluster, service)]),
    run: (input: UpdateServiceRequest, { account }) => ({ service: updateService(account, input) }),
  },

  DeleteService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, service = '' }: DeleteServiceRequest, account) =>
      clusterScope(account, cluster, [serviceArn(account, cluster, service)]),
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

function serviceArns(account: AccountStores, { cluster, services = [] }: DescribeServicesRequest): string[] {
  if (services.length === 0) throw new AwsError('InvalidParameterException', 'Services cannot be empty.');
  return services.map((service) => serviceArn(account, cluster, service));
}

const serviceArn = (account: AccountStores, cluster: string | undefined, service: string) =>
  service.startsWith('arn:') ? service : account.arns.service(lastPart(cluster ?? 'default'), service);
