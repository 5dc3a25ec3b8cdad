// Lists the deployments of a service, and describes some of them.
import {
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
} from '@aws-sdk/client-ecs';
import { inBatches, readItemsByToken } from './common/pages.ts';
import type { ClientContext } from './common/reader.ts';
import { assertAllDescribed } from './common/assert-described.ts';
import type { PastDeployment } from './deployment-history.ts';
import type { ListedService } from './read-per-service.ts';

export type HistoryContext = ClientContext<ECSClient>;

/** Lists them all: AWS does not document that the newest come first. Twenty a page is the default, a hundred the maximum.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html */
export function listDeployments(
  { context, client }: HistoryContext,
  { serviceArn, serviceName = serviceArn, clusterArn = '' }: ListedService,
): AsyncGenerator<ServiceDeploymentBrief> {
  const input = { cluster: clusterArn, service: serviceName, maxResults: 100 };
  return readItemsByToken(
    (nextToken) => client.send(new ListServiceDeploymentsCommand({ ...input, nextToken })),
    'serviceDeployments',
    'nextToken',
    context.outOfTime,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html (twenty a call) */
export async function describeDeployments(
  { client }: HistoryContext,
  deployments: readonly PastDeployment[],
): Promise<Map<string, ServiceDeployment>> {
  const described = new Map<string, ServiceDeployment>();
  for await (const batch of inBatches(
    deployments.map(({ arn }) => arn),
    20,
  )) {
    const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: batch });
    const { serviceDeployments = [], failures = [] } = await client.send(command);
    for (const one of serviceDeployments) described.set(one.serviceDeploymentArn ?? '', one);
    // A deployment with a service revision from before 25 October 2024 fails with that revision's ARN instead of its
    // own.
    const silent = batch.filter((arn) => !described.has(arn));
    const failed = failures.flatMap((failure) =>
      failure.arn?.includes(':service-revision/') === true ? silent.map((arn) => ({ ...failure, arn })) : failure,
    );
    assertAllDescribed(batch, [...described.keys()], failed);
  }
  return described;
}
