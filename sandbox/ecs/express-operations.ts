/**
 * ECS's operations on Express Mode services. These are ordinary services whose load balancer and scaling ECS manages,
 * and whose task definition ECS registers as the caller unless the request has one.
 */
import type {
  CreateExpressGatewayServiceRequest,
  DescribeExpressGatewayServiceRequest,
  ECSExpressGatewayService,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { register } from './revision-changes.ts';
import { clusterScope } from './scope.ts';
import { createService } from './service-changes.ts';
import type { StoredService } from './services.ts';

export function createExpressService(
  account: AccountStores,
  input: CreateExpressGatewayServiceRequest,
  caller: string,
): StoredService {
  const { cluster, serviceName = `express-${account.ids.hex(8)}`, primaryContainer, tags } = input;
  const { clusterArn, clusterName } = account.clusters.active(cluster);
  const taskDefinition = input.taskDefinitionArn ?? registerFor(`${clusterName}-${serviceName}`);
  const made = createService(
    account,
    { cluster: clusterArn, serviceName, taskDefinition, desiredCount: 1, ...(tags && { tags }) },
    caller,
  );
  made.resourceManagementType = 'ECS';
  return made;

  function registerFor(family: string): string {
    const container = { name: 'Main', image: primaryContainer?.image ?? 'app:latest', memory: 512 };
    const by = { caller, at: new Date(account.now()) };
    return register(account, { family, containerDefinitions: [container] }, by).taskDefinitionArn;
  }
}

export const expressOperations: Operations = {
  DescribeExpressGatewayService: {
    bucket: 'service-read',
    iamScope: ({ serviceArn = '' }: DescribeExpressGatewayServiceRequest, account) =>
      clusterScope(account, account.services.byArn(serviceArn)?.clusterArn, [serviceArn]),
    run({ serviceArn = '', include = [] }: DescribeExpressGatewayServiceRequest, { account }) {
      const service = account.services.byArn(serviceArn);
      if (service === undefined || service.resourceManagementType !== 'ECS')
        throw new AwsError('ResourceNotFoundException', 'Express service not found.');
      return { service: { ...describe(account, service), ...account.tags.ifIncluded(include, serviceArn) } };
    },
  },

  CreateExpressGatewayService: {
    bucket: 'service-modify',
    iamScope: ({ cluster, serviceName = '*' }: CreateExpressGatewayServiceRequest, account) =>
      clusterScope(account, cluster, [account.arns.service(account.clusters.active(cluster).clusterName, serviceName)]),
    run: (input: CreateExpressGatewayServiceRequest, { account, caller }) => ({
      service: describe(account, createExpressService(account, input, caller)),
    }),
  },
};

/** Shows an active configuration for each current service revision. */
function describe(account: AccountStores, service: StoredService): ECSExpressGatewayService {
  const { serviceArn, serviceName, clusterArn, status, currentServiceDeployment, createdAt } = service;
  const activeConfigurations = (service.currentServiceRevisions ?? []).map(({ arn }) => {
    const revision = account.history.revision(arn);
    return {
      serviceRevisionArn: arn,
      taskDefinitionArn: revision?.taskDefinition,
      createdAt: revision?.createdAt,
    };
  });
  return {
    cluster: account.clusters.find(clusterArn)?.clusterName,
    serviceName,
    serviceArn,
    status: { statusCode: status === 'ACTIVE' || status === 'DRAINING' ? status : 'INACTIVE' },
    currentDeployment: currentServiceDeployment,
    activeConfigurations,
    createdAt,
    ...account.express.of(serviceArn),
  };
}
