// Calls Step Functions. Each call has its own token bucket.
// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
import type { DescribeStateMachineOutput, SFNClient } from '@aws-sdk/client-sfn';
import { readItems, readItemsByToken } from '../common/pages.ts';
import { Incomplete } from '../common/incomplete.ts';
import type { ClientContext } from '../common/reader.ts';

export type SfnContext = ClientContext<SFNClient>;

/** Loaded only by a run that reads this source. */
export async function importSfn() {
  return import('./client.ts');
}

/** @param stateMachineArn of a machine or a version
 *  https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
export async function describeMachine(
  { client }: SfnContext,
  stateMachineArn: string,
): Promise<DescribeStateMachineOutput> {
  const { DescribeStateMachineCommand } = await importSfn();
  return client.send(new DescribeStateMachineCommand({ stateMachineArn }));
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html */
export function listVersions({ client }: SfnContext, stateMachineArn: string) {
  return readItemsByToken(
    async (nextToken) => {
      const { ListStateMachineVersionsCommand } = await importSfn();
      return client.send(new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 1000, nextToken }));
    },
    'stateMachineVersions',
    'nextToken',
    // A machine has at most a thousand versions. The run's time is checked between machines, where the rest is known.
    () => false,
  );
}

/** Newest first. A Map Run's children that wait to be redriven (PENDING_REDRIVE) are listed only by their Map Run.
 *  They have the definition of their parent execution, which runs at the same time.
 *  https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html */
export async function* listRunning({ client, context }: SfnContext, stateMachineArn: string) {
  const { paginateListExecutions } = await importSfn();
  let pages = 0;
  const input = { stateMachineArn, statusFilter: 'RUNNING' as const, maxResults: 1000 };
  yield* readItems(
    paginateListExecutions({ client }, input),
    'executions',
    'nextToken',
    () => ++pages > 1 && context.outOfTime(),
  );
}

/** Identifies a machine until it changes or is created again. The first revision has no id. */
export function stampOf({ creationDate, revisionId }: DescribeStateMachineOutput): string {
  if (creationDate === undefined) throw new Incomplete('it has no creation date');
  return `${creationDate.getTime()} ${revisionId ?? 'INITIAL'}`;
}
