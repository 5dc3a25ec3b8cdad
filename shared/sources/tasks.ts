// Reads every task that ECS still lists, in every cluster, from starting to stopped.
import {
  DescribeTasksCommand,
  type DesiredStatus,
  type ECSClient,
  paginateListTasks,
  type Task,
} from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import type { Finding } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { scopedArn } from '../domain/scoped-arn.ts';
import { inBatches, readItems } from './common/pages.ts';
import { ownReferences } from './common/own-references.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import { listClusters, membersOf } from './clusters.ts';
import { assertAllDescribed, assertUnlisted } from './common/assert-described.ts';

/** ECS lists a stopped task for an hour or more, so a job that ran a minute ago still references its revision.
 *  RUNNING is read in all clusters before STOPPED, so a task that stops meanwhile is in the second list. (PENDING as
 *  a desired status lists nothing.)
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
export const readTasks: Reader = async function* (context, tally) {
  const client = ecsReader(context.aws, tally);
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    for (const cluster of await listClusters(context, client)) {
      for await (const task of membersOf(client, cluster, tasksIn(context, client, cluster, desiredStatus))) {
        yield findingsIn(task, context.target);
      }
    }
  }
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html (a hundred a call) */
export async function* tasksIn(
  context: ReadContext,
  client: ECSClient,
  cluster: string,
  desiredStatus: DesiredStatus,
): AsyncGenerator<Task> {
  const list = () =>
    readItems(
      paginateListTasks({ client }, { cluster, desiredStatus, maxResults: 100 }),
      'taskArns',
      'nextToken',
      context.outOfTime,
    );
  const missing: string[] = [];
  for await (const batch of inBatches(list(), 100)) {
    const { tasks = [], failures = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: batch }));
    const described = tasks.map(({ taskArn }) => taskArn);
    missing.push(...assertAllDescribed(batch, described, failures));
    yield* tasks;
  }
  await assertUnlisted(missing, list);
}

function findingsIn({ taskArn, clusterArn, taskDefinitionArn, lastStatus }: Task, target: Target): Finding[] {
  const referrer = scopedArn(taskArn ?? 'a task without ARN', clusterArn);
  const relation = lastStatus === 'STOPPED' || lastStatus === 'DELETED' ? 'ran' : 'runs';
  return ownReferences(taskDefinitionArn, `${referrer} runs`, { source: 'tasks', referrer, relation }, target);
}
