// Reads EventBridge pipes, running or stopped: what the target starts, and the input of the target and the enrichment.
import type { DescribePipeResponse, Pipe } from '@aws-sdk/client-pipes';
import type { Finding } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { readMembers } from './common/read-members.ts';
import { readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import type { Reader } from './common/reader.ts';
import { type Origin, targetReferences } from './event-targets.ts';

export const readPipes: Reader = async function* (context, tally) {
  const sdk = await import('./pipes-client.ts');
  const client = context.aws.client(tally, (settings) => new sdk.PipesClient(settings));
  yield* readMembers<Pipe>({
    context,
    tally,
    source: 'pipes',
    // https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html (at most a hundred a page)
    list: () =>
      readItems(sdk.paginateListPipes({ client, pageSize: 100 }, {}), 'Pipes', 'NextToken', context.outOfTime),
    arnOf: ({ Arn }) => Arn,
    changedAt: ({ LastModifiedTime }) => LastModifiedTime?.getTime(),
    read: async ({ Name }, referrer) =>
      findingsIn(await client.send(new sdk.DescribePipeCommand({ Name })), referrer, context.target),
  });
};

function findingsIn(pipe: DescribePipeResponse, referrer: string, target: Target): Finding[] {
  const { Target: starts, TargetParameters: { EcsTaskParameters, ...others } = {}, EnrichmentParameters } = pipe;
  if (starts === undefined) throw new Incomplete(`${referrer} is described without its target`);
  const origin: Origin = {
    source: 'pipes',
    referrer,
    ...(pipe.DesiredState === 'STOPPED' ? { paused: 'stopped' } : {}),
  };
  const input = { arn: starts, parameters: EcsTaskParameters, others: [others, EnrichmentParameters] };
  return targetReferences(input, origin, target);
}
