// Finds the services that CodeDeploy deploys to and that no longer exist. Only an answer of ECS counts: a denial or any
// other failure is an error.
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { kindOf } from '../aws/errors.ts';
import type { Tally } from '../aws/tally.ts';
import { inBatches } from './common/pages.ts';
import { isDeleted } from './clusters.ts';
import type { ReadContext } from './common/reader.ts';
import { assertAllDescribed } from './common/assert-described.ts';

/** A service is missing when ECS calls it MISSING or INACTIVE, and when its cluster is. A DRAINING service still has
 *  tasks.
 *  @returns ARNs with the cluster in them, as in `service/CLUSTER/NAME` */
export async function findMissingServices({ aws, memory }: ReadContext, tally: Tally): Promise<Set<string>> {
  const missing = new Set<string>();
  const arns = memory.codeDeployServices;
  if (arns.size === 0) return missing;
  // A deleted service's description contains no references.
  const client = aws.unsearchedClient(tally, (settings) => new ECSClient(settings));
  const byCluster = Map.groupBy(arns, (arn) => arn.replace(/:service\/(.*)\/[^/]*$/, ':cluster/$1'));
  for (const [cluster, inCluster] of byCluster)
    for await (const batch of inBatches(inCluster, 10)) {
      const existing = await existingServices(cluster, batch.map(lastPart), client);
      for (const arn of batch) if (!existing.has(lastPart(arn))) missing.add(arn);
    }
  return missing;
}

/** By name, since the ARN of a service of before 2018 lacks its cluster.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html (ten a call) */
async function existingServices(cluster: string, names: string[], client: ECSClient): Promise<ReadonlySet<string>> {
  try {
    const command = new DescribeServicesCommand({ cluster, services: names });
    const { services = [], failures = [] } = await client.send(command);
    const described = services.map(({ serviceName }) => serviceName);
    assertAllDescribed(
      names,
      described,
      failures.map(({ arn, ...failure }) => ({ ...failure, arn: lastPart(arn ?? '') })),
    );
    const existing = services.filter(({ status }) => status !== 'INACTIVE');
    return new Set(existing.flatMap(({ serviceName }) => serviceName ?? []));
  } catch (error) {
    if (kindOf(error) !== 'gone' || !(await isDeleted(client, cluster))) throw error;
    return new Set();
  }
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
