// The source `pipes`: every pipe of EventBridge, running or stopped, with what its target starts and what is sent to its
// target and its enrichment.
import type { DescribePipeResponse, Pipe } from '@aws-sdk/client-pipes';
import type { Finding } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { readMembers } from './common/members.ts';
import { itemsOf } from './common/pages.ts';
import { Incomplete } from './common/part.ts';
import type { Source } from './source.ts';
import { isCluster, type Origin, sentIn, startsIn } from './targets.ts';

export const pipes = {
  name: 'pipes',
  wave: 'starters',
  optional: true,
  permissions: ['pipes:ListPipes', 'pipes:DescribePipe'],
  why: 'A pipe starts tasks for what comes from a queue or a stream; one that is stopped may be started again.',
  blindTo: 'Pipes of other accounts and Regions; what a target other than ECS starts of its own.',
  async *read(reader, tally) {
    const sdk = await import('@aws-sdk/client-pipes');
    const client = reader.aws.client(tally, (settings) => new sdk.PipesClient(settings));
    yield* readMembers<Pipe>({
      reader,
      tally,
      source: 'pipes',
      // https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html (at most a hundred a page)
      list: () =>
        itemsOf(
          sdk.paginateListPipes({ client, pageSize: 100 }, {}),
          (page) => page.Pipes,
          (page) => page.NextToken,
          reader.outOfTime,
        ),
      arnOf: ({ Arn }) => Arn,
      changedAt: ({ LastModifiedTime }) => LastModifiedTime?.getTime(),
      read: async ({ Name }, who) =>
        findingsIn(await client.send(new sdk.DescribePipeCommand({ Name })), who, reader.target),
    });
  },
} satisfies Source;

function findingsIn(pipe: DescribePipeResponse, who: string, target: Target): Finding[] {
  const {
    Target: starts,
    TargetParameters: { EcsTaskParameters, ...others } = {},
    EnrichmentParameters,
  } = pipe;
  if (starts === undefined) throw new Incomplete(`${who} is described without its target`);
  const origin: Origin = {
    source: 'pipes',
    who,
    ...(pipe.DesiredState === 'STOPPED' ? { paused: 'stopped' } : {}),
  };
  return [
    ...(isCluster(starts) || EcsTaskParameters !== undefined
      ? startsIn(EcsTaskParameters, origin, target)
      : []),
    ...sentIn([others, EnrichmentParameters], origin, target),
  ];
}
