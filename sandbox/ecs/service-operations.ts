/** ECS's operations on services. */
import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { batchOperation } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { findService } from './find-service.ts';
import { clusterScope } from './scope.ts';
import { createService, deleteService, updateService } from './service-changes.ts';
import type { StoredService } from './services.ts';

/** ECS keeps the hundred newest events of a service. */
const MAX_EVENTS = 100;

export const serviceOperations: Operations = {
  /** A draining service is not listed. */
  ListServices: listOperation({
    bucket: 'service-read',
    iamScope: ({ cluster }: ListServicesRequest, account) => clusterScope(account, cluster),
    token: 'nextToken',
    size: 'maxResults',
    items: 'serviceArns',
    defaultSize: 10,
    all(input, { account }) {
      const { clusterArn } = account.clusters.active(input.cluster);
      return sequence(
        account.services
          .in(clusterArn)
          .filter(isListed(input))
          .map(({ serviceArn }) => serviceArn),
      );
    },
  }),

  DescribeServices: batchOperation({
    bucket: 'service-read',
    member: 'services',
    maxItems: 10,
    iamScope: (input: DescribeServicesRequest, account) =>
      clusterScope(account, input.cluster, serviceArns(account, input)),
    requestedArns: (input, account) => serviceArns(account, input),
    find(arn, { cluster, include = [] }, { account }) {
      const service = findService(account, { cluster, service: arn });
      if (service === undefined) return undefined;
      return {
        ...service,
        events: (service.events ?? []).slice(0, MAX_EVENTS),
        ...account.tags.ifIncluded(include, service.serviceArn),
      };
    },
  }),

  CreateService: {
    bucket: 'service-modify',
    iamScope: ({ cluster, serviceName = '' }: CreateServiceRequest, account) =>
      clusterScope(account, cluster, [account.arns.serviceNamed(cluster, serviceName)]),
    run: (input: CreateServiceRequest, { account, caller }) => ({
      service: createService(account, input, caller),
    }),
  },

  UpdateService: {
    bucket: 'service-modify',
    iamScope: ({ cluster, service = '' }: UpdateServiceRequest, account) =>
      clusterScope(account, cluster, [account.arns.serviceNamed(cluster, service)]),
    run: (input: UpdateServiceRequest, { account }) => ({ service: updateService(account, input) }),
  },

  DeleteService: {
    bucket: 'service-modify',
    iamScope: ({ cluster, service = '' }: DeleteServiceRequest, account) =>
      clusterScope(account, cluster, [account.arns.serviceNamed(cluster, service)]),
    run: (input: DeleteServiceRequest, { account }) => ({ service: deleteService(account, input) }),
  },
};

function isListed({ launchType, schedulingStrategy, resourceManagementType }: ListServicesRequest) {
  return (service: StoredService) =>
    service.status === 'ACTIVE' &&
    (launchType === undefined || service.launchType === launchType) &&
    (schedulingStrategy === undefined || (service.schedulingStrategy ?? 'REPLICA') === schedulingStrategy) &&
    (resourceManagementType === undefined || (service.resourceManagementType ?? 'CUSTOMER') === resourceManagementType);
}

function serviceArns(account: AccountStores, { cluster, services = [] }: DescribeServicesRequest): string[] {
  if (services.length === 0) throw new AwsError('InvalidParameterException', 'Services cannot be empty.');
  return services.map((service) => account.arns.serviceNamed(cluster, service));
}
