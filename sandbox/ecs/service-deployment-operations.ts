/**
 * ECS's operations on service deployments and service revisions. They exist only for services with the ECS deployment
 * controller. For others the sandbox answers UnsupportedFeatureException; AWS does not document its answer.
 */
import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  ServiceDeploymentBrief,
  StopServiceDeploymentRequest,
} from '@aws-sdk/client-ecs';
import type { AccountStores } from '../account-stores.ts';
import { batchOperation } from '../batch-operation.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { IamScope, Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { findService } from './find-service.ts';
import { clusterScope } from './scope.ts';
import { isFinished, type StoredServiceDeployment } from './service-history.ts';

const MAX_BATCH = 20;

export const serviceDeploymentOperations: Operations = {
  /** AWS documents no order; here the newest come first. */
  ListServiceDeployments: listOperation({
    bucket: 'service-deployment',
    iamScope: ({ cluster, service = '' }: ListServiceDeploymentsRequest, account) =>
      clusterScope(account, cluster, [account.arns.serviceNamed(cluster, service)]),
    token: 'nextToken',
    size: 'maxResults',
    items: 'serviceDeployments',
    defaultSize: 20,
    all(input, { account }) {
      const service = rolledByEcs(account, input);
      return sequence(account.history.listed(service, account.now()).filter(matches(input)).map(summarize));
    },
  }),

  DescribeServiceDeployments: batchOperation({
    bucket: 'service-deployment',
    member: 'serviceDeployments',
    inputMember: 'serviceDeploymentArns',
    maxItems: MAX_BATCH,
    iamScope: ({ serviceDeploymentArns }: DescribeServiceDeploymentsRequest, account) =>
      historyScope(account, 'service-deployment', serviceDeploymentArns),
    requestedArns: ({ serviceDeploymentArns }) => nonEmpty(serviceDeploymentArns, 'Service deployment'),
    find: (arn, _, { account }) => account.history.deployment(arn, account.now()),
  }),

  DescribeServiceRevisions: batchOperation({
    bucket: 'service-revision',
    member: 'serviceRevisions',
    inputMember: 'serviceRevisionArns',
    maxItems: MAX_BATCH,
    iamScope: ({ serviceRevisionArns }: DescribeServiceRevisionsRequest, account) =>
      historyScope(account, 'service-revision', serviceRevisionArns),
    requestedArns: ({ serviceRevisionArns }) => nonEmpty(serviceRevisionArns, 'Service revision'),
    find: (arn, _, { account }) => account.history.revision(arn),
  }),

  /**
   * Only requests the stop: the deployment continues until a test rolls it back or ends it. AWS publishes no token
   * bucket.
   */
  StopServiceDeployment: {
    iamScope: ({ serviceDeploymentArn = '' }: StopServiceDeploymentRequest, account) =>
      historyScope(account, 'service-deployment', [serviceDeploymentArn]),
    run({ serviceDeploymentArn: arn = '', stopType }: StopServiceDeploymentRequest, { account }) {
      const deployment = account.history.deployment(arn, account.now());
      if (deployment === undefined)
        throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
      if (isFinished(deployment))
        throw new AwsError('ConflictException', `The service deployment is ${deployment.status}.`);
      deployment.status = stopType === 'ABORT' ? 'STOP_REQUESTED' : 'ROLLBACK_REQUESTED';
      deployment.updatedAt = new Date(account.now());
      return { serviceDeploymentArn: arn };
    },
  },
};

function rolledByEcs(account: AccountStores, input: ListServiceDeploymentsRequest) {
  const service = findService(account, input);
  if (service === undefined || service.status === 'INACTIVE')
    throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if ((service.deploymentController?.type ?? 'ECS') !== 'ECS')
    throw new AwsError('UnsupportedFeatureException', 'The deployment controller of the service is not ECS.');
  return service;
}

function matches({ status = [], createdAt = {} }: ListServiceDeploymentsRequest) {
  return (one: StoredServiceDeployment) => {
    const began = one.createdAt?.getTime() ?? -Infinity;
    return (
      (status.length === 0 || status.includes(one.status)) &&
      (createdAt.after === undefined || began > createdAt.after.getTime()) &&
      (createdAt.before === undefined || began < createdAt.before.getTime())
    );
  };
}

function summarize(one: StoredServiceDeployment): ServiceDeploymentBrief {
  const { serviceDeploymentArn, serviceArn, clusterArn, status, statusReason } = one;
  const { createdAt, startedAt, finishedAt, targetServiceRevision } = one;
  return {
    serviceDeploymentArn,
    serviceArn,
    clusterArn,
    status,
    statusReason,
    createdAt,
    startedAt,
    finishedAt,
    targetServiceRevisionArn: targetServiceRevision?.arn,
  };
}

function nonEmpty(arns: readonly string[] | undefined, type: string): readonly string[] {
  if (arns === undefined || arns.length === 0)
    throw new AwsError('InvalidParameterException', `${type} ARNs cannot be empty.`);
  return arns;
}

/**
 * IAM evaluates the service and its deployments or revisions. The condition keys apply if all belong to one cluster
 * or service.
 */
function historyScope(
  account: AccountStores,
  type: 'service-deployment' | 'service-revision',
  arns: readonly string[] = [],
): IamScope {
  const services = [...new Set(arns.map((arn) => account.history.serviceOf(type, arn)))];
  const clusters = [...new Set(services.map((arn) => account.arns.cluster(arn.split('/')[1] ?? '')))];
  const [[service, ...otherServices], [cluster, ...otherClusters]] = [services, clusters];
  return {
    resources: [...services, ...arns],
    conditionKeys: {
      ...(cluster === undefined || otherClusters.length > 0 ? {} : { 'ecs:cluster': cluster }),
      ...(service === undefined || otherServices.length > 0 ? {} : { 'ecs:service': service }),
    },
  };
}
