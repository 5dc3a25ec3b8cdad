// Lists every ACTIVE revision of the account and Region, as ranges of numbers by family. A revision outside this list
// is never deregistered, so one that a page misses is kept. Where deletion is enabled, INACTIVE ones are listed
// likewise.
import { paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import { parseReferenceTarget, type Ranges, rangesOf } from '../domain/revision.ts';
import { readItems } from '../sources/common/pages.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';

export interface Inactive {
  readonly revisions: ReadonlyMap<string, Ranges>;
  /** Whether the listing was cut at its bound. */
  readonly isCut: boolean;
}

/** At a hundred a page these take a minute at half of the quota. */
const MOST_INACTIVE_PAGES = 500;

/** Lists INACTIVE revisions by name, in AWS's order, up to a bound. */
export async function readInactive(context: ReadContext) {
  let pages = 0;
  const isLast = () => ++pages >= MOST_INACTIVE_PAGES;
  const { revisions, reading } = await readListing(context, { part: 'inactive', status: 'INACTIVE', isLast });
  const inactive: Inactive = { revisions, isCut: pages >= MOST_INACTIVE_PAGES };
  return { inactive, reading };
}

export async function readInventory(context: ReadContext) {
  const listing = { part: 'inventory', status: 'ACTIVE', isLast: () => false } as const;
  const { revisions: inventory, reading } = await readListing(context, listing);
  return { inventory, reading };
}

/** Lists up to the page after which `isLast` says so. Without a family this lists the whole account, a hundred a page, instead of at least one call for each family.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
async function readListing(
  context: ReadContext,
  { part, status, isLast }: { part: string; status: 'ACTIVE' | 'INACTIVE'; isLast: () => boolean },
) {
  const numbers = new Map<string, number[]>();
  const reading = await readPart(context, { part, isSearched: false }, async function* (tally) {
    const client = context.aws.ecs(tally);
    const pages = paginateListTaskDefinitions({ client }, { status, sort: 'ASC', maxResults: 100 });
    for await (const arn of readItems(upTo(pages, isLast), 'taskDefinitionArns', 'nextToken', context.outOfTime)) {
      const parsed = parseReferenceTarget(arn, context.target);
      // A foreign ARN means that the account or the Region is wrong, so nothing may be concluded.
      if (parsed.kind !== 'revision') throw new Incomplete(`${arn} is no revision of this account and Region`);
      const family = numbers.get(parsed.family);
      if (family === undefined) numbers.set(parsed.family, [parsed.number]);
      else family.push(parsed.number);
      yield [];
    }
  });
  const revisions = new Map([...numbers].map(([family, list]) => [family, rangesOf(list)]));
  return { revisions, reading };
}

async function* upTo<Page>(pages: AsyncIterable<Page>, isLast: () => boolean): AsyncGenerator<Page> {
  for await (const page of pages) {
    yield page;
    if (isLast()) return;
  }
}
