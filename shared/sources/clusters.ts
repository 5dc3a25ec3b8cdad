// Lists the clusters for the sources that are read cluster by cluster. Each source lists them anew, since a reference
// may have moved to a cluster that was made after the last wave.
import { DescribeClustersCommand, type ECSClient, paginateListClusters } from '@aws-sdk/client-ecs';
import { kindOf } from '../aws/errors.ts';
import { readItems } from './common/pages.ts';
import type { ReadContext } from './common/reader.ts';

export async function listClusters(context: ReadContext, client: ECSClient): Promise<ReadonlySet<string>> {
  const listed = new Set(await Array.fromAsync(clusterArns(client, context.outOfTime)));
  context.memory.clusters = listed.size;
  return listed;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
function clusterArns(client: ECSClient, outOfTime: () => boolean): AsyncGenerator<string> {
  return readItems(paginateListClusters({ client }, { maxResults: 100 }), 'clusterArns', 'nextToken', outOfTime);
}

/** Reads a cluster's members. A cluster that was deleted meanwhile has none. A name that does not resolve proves
 *  nothing by itself, so the cluster is described once more. */
export async function* membersOf<T>(client: ECSClient, cluster: string, members: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* members;
  } catch (error) {
    if (kindOf(error) !== 'gone' || !(await isDeleted(client, cluster))) throw error;
  }
}

/** A deleted cluster is INACTIVE for a while and then MISSING. A cluster that is MISSING but still listed is not
 *  deleted.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html */
export async function isDeleted(client: ECSClient, cluster: string): Promise<boolean> {
  const { clusters = [], failures = [] } = await client.send(new DescribeClustersCommand({ clusters: [cluster] }));
  const found = clusters.find(({ clusterArn }) => clusterArn === cluster);
  if (found !== undefined) return found.status === 'INACTIVE';
  if (!failures.some(({ arn, reason }) => arn === cluster && reason === 'MISSING')) return false;
  const listed = await Array.fromAsync(clusterArns(client, () => false));
  return !listed.includes(cluster);
}
