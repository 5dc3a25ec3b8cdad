// Every ACTIVE revision of the account and Region, in one listing: ranges of integers by family. What is not in here is
// never touched, so a revision that a page misses is kept.
import { paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import type { Reading } from '../evidence.ts';
import { parseNaming, type Ranges, rangesOf } from '../revision.ts';
import { itemsOf } from './pages.ts';
import { Incomplete, readPart, type Reader } from './part.ts';

/** Without a family this lists the whole account, a hundred a page, instead of at least one call a family.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
export async function readInventory(
  reader: Reader,
): Promise<{ inventory: Map<string, Ranges>; reading: Reading }> {
  const numbers = new Map<string, number[]>();
  const reading = await readPart(reader, { part: 'inventory', heard: false }, async function* (tally) {
    const client = reader.aws.ecs(tally);
    const pages = paginateListTaskDefinitions({ client }, { status: 'ACTIVE', sort: 'ASC', maxResults: 100 });
    for await (const arn of itemsOf(
      pages,
      (page) => page.taskDefinitionArns,
      (page) => page.nextToken,
      reader.outOfTime,
    )) {
      const naming = parseNaming(arn, reader.target);
      // A foreign ARN means that account or Region are not what we take them for: nothing may be concluded then.
      if (naming.kind !== 'revision')
        throw new Incomplete(`${arn} is no revision of this account and Region`);
      const family = numbers.get(naming.family);
      if (family === undefined) numbers.set(naming.family, [naming.number]);
      else family.push(naming.number);
      yield [];
    }
  });
  const inventory = new Map([...numbers].map(([family, list]) => [family, rangesOf(list)]));
  return { inventory, reading };
}
