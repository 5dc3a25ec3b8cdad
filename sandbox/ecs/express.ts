/**
 * Express Mode services: ordinary services whose load balancer, scaling and (unless one is given) task definition ECS
 * manages, shown once more with their active configurations. ECS registers in the caller's name.
 */
import type {
  CreateExpressGatewayServiceRequest,
  DescribeExpressGatewayServiceRequest,
  ECSExpressGatewayService,
} from '@aws-sdk/client-ecs';
import type { Account } from '../account.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { within } from './clusters.ts';
import { createService } from './deployments.ts';
import type { KnownService } from './known-services.ts';
import { register } from './registering.ts';

/** What an account file says of them; everything that it does not say follows from the service. */
export class ExpressServices {
  readonly #known = new Map<string, ECSExpressGatewayService>();

  add(serviceArn: string, service: ECSExpressGatewayService): void {
    if (this.#known.has(serviceArn)) throw new TypeError(`${serviceArn} is there twice`);
    this.#known.set(serviceArn, service);
  }

  of(serviceArn: string): ECSExpressGatewayService {
    return this.#known.get(serviceArn) ?? {};
  }
}

export function createExpress(
  account: Account,
  input: CreateExpressGatewayServiceRequest,
  caller: string,
): KnownService {
  const { cluster, serviceName = `express-${account.ids.hex(8)}`, primaryContainer, tags } = input;
  const { clusterArn, clusterName } = account.clusters.active(cluster);
  const taskDefinition = input.taskDefinitionArn ?? registered(`${clusterName}-${serviceName}`);
  const made = createService(
    account,
    { cluster: clusterArn, serviceName, taskDefinition, desiredCount: 1, ...(tags && { tags }) },
    caller,
  );
  made.resourceManagementType = 'ECS';
  return made;

  function registered(family: string): string {
    const container = { name: 'Main', image: primaryContainer?.image ?? 'app:latest', memory: 512 };
    const by = { caller, at: new Date(account.now()) };
    return register(account, { family, containerDefinitions: [container] }, by).taskDefinitionArn;
  }
}

export const expressOperations: Operations = {
  DescribeExpressGatewayService: {
    bucket: 'service-read',
    actsOn: ({ serviceArn = '' }: DescribeExpressGatewayServiceRequest, account) =>
      within(account, account.services.byArn(serviceArn)?.clusterArn, [serviceArn]),
    run({ serviceArn = '', include = [] }: DescribeExpressGatewayServiceRequest, { account }) {
      const service = account.services.byArn(serviceArn);
      if (service === undefined || service.resourceManagementType !== 'ECS')
        throw new AwsError('ResourceNotFoundException', 'Express service not found.');
      const tags = include.includes('TAGS') ? { tags: account.tags.of(serviceArn) } : {};
      return { service: { ...shown(account, service), ...tags } };
    },
  },

  CreateExpressGatewayService: {
    bucket: 'service-modify',
    actsOn: ({ cluster, serviceName = '*' }: CreateExpressGatewayServiceRequest, account) =>
      within(account, cluster, [
        account.arns.service(account.clusters.active(cluster).clusterName, serviceName),
      ]),
    run: (input: CreateExpressGatewayServiceRequest, { account, caller }) => ({
      service: shown(account, createExpress(account, input, caller)),
    }),
  },
};

/** One active configuration for each service revision that the service has now. */
function shown(account: Account, service: KnownService): ECSExpressGatewayService {
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
