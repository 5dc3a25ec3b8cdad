// Lists the revisions of one family by status, newest first: three listings instead of a call for each revision.
import { paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import { parseReferenceTarget, type Target } from '../domain/revision.ts';
import { readItems } from '../sources/common/pages.ts';
import { Incomplete } from '../sources/common/incomplete.ts';

export const statuses = ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS'] as const;
export type Status = (typeof statuses)[number];

/** @param downTo the lowest number that the caller needs
 *  @throws the SDK's error, and Incomplete */
export async function readFamilyStatuses(
  aws: Aws,
  target: Target,
  family: string,
  downTo: number,
): Promise<ReadonlyMap<number, Status>> {
  const client = ecsReader(aws, new Tally());
  const found = new Map<number, Status>();
  for (const status of statuses) {
    // Despite its name, `familyPrefix` is the whole family name here.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html
    const input = { familyPrefix: family, status, sort: 'DESC', maxResults: 100 } as const;
    for await (const arn of readItems(
      paginateListTaskDefinitions({ client }, input),
      'taskDefinitionArns',
      'nextToken',
      () => false,
    )) {
      const parsed = parseReferenceTarget(arn, target);
      if (parsed.kind !== 'revision' || parsed.family !== family)
        throw new Incomplete(`${arn} is no revision of ${family} in this account and Region`);
      // A revision that changes status between two listings has the later status, since there is no way back.
      found.set(parsed.number, status);
      if (parsed.number <= downTo) break;
    }
  }
  return found;
}
