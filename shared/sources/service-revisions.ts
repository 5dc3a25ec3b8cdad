// Reads the task definition of a service revision. It is immutable, so each is described once and remembered, with all
// else that its raw description mentions.
import { DescribeServiceRevisionsCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { Reference } from '../domain/evidence.ts';
import { unparsedReferences } from './common/unparsed-references.ts';
import { inBatches } from './common/pages.ts';
import { ownReferences } from './common/own-references.ts';
import type { ClientContext } from './common/reader.ts';
import { assertAllDescribed } from './common/assert-described.ts';

const source = 'service-deployments';

/** @returns by ARN, the task definition of each service revision (`deploys`) and what else it `mentions`. ECS does
 *  not describe one from before 25 October 2024 or of a deleted service: it is MISSING, and absent here.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html (twenty a call) */
export async function readServiceRevisions(
  { context, tally, client }: ClientContext<ECSClient>,
  referrer: string,
  arns: Iterable<string>,
): Promise<Map<string, readonly Reference[]>> {
  const { memory, target } = context;
  const origin = { source, referrer, relation: 'deploys' } as const;
  const named = new Map<string, readonly Reference[]>();
  const unknown: string[] = [];
  for (const arn of new Set(arns)) {
    const known = memory.recall(`${source} ${arn}`, 'never');
    if (known === undefined) unknown.push(arn);
    else
      named.set(
        arn,
        known.filter((finding) => finding.kind === 'reference'),
      );
  }
  for await (const batch of inBatches(unknown, 20)) {
    const readAt = context.aws.asOf();
    const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: batch });
    const answer = await tally.about(referrer, () => client.send(command));
    const { serviceRevisions = [], failures = [] } = answer.result;
    assertAllDescribed(
      batch,
      serviceRevisions.map(({ serviceRevisionArn }) => serviceRevisionArn),
      failures,
    );
    const own = serviceRevisions.map(({ serviceRevisionArn: arn = '', taskDefinition }) => ({
      arn,
      references: ownReferences(taskDefinition, `${arn} holds`, origin, target),
    }));
    const all = own.flatMap(({ references }) => references);
    // An unknown field does not say which service revision of the batch it belongs to, so its mentions count for each.
    const extra = unparsedReferences(answer.mentioned, all, { source, referrer });
    for (const { arn, references } of own) {
      const found = [...references, ...extra];
      named.set(arn, found);
      memory.remember(`${source} ${arn}`, 'never', readAt, found, answer.missed);
    }
  }
  return named;
}
