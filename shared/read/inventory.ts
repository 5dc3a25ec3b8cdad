// Lists every ACTIVE revision of the account and Region, as ranges of numbers by family. A revision outside this list
// is never deregistered, so one that a page misses is kept. Where deletion is enabled, INACTIVE ones are listed
// likewise.
import { paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import { isNumber, joinRanges, parseReferenceTarget, type Ranges, type Target } from '../domain/revision.ts';
import { listsOf } from '../sources/common/pages.ts';
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

/** Lists up to the page after which `isLast` says so. Without a family this lists the whole account, a hundred a page, instead
 *  of at least one call for each family.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
async function readListing(
  context: ReadContext,
  { part, status, isLast }: { part: string; status: 'ACTIVE' | 'INACTIVE'; isLast: () => boolean },
) {
  const listed = new ListedRevisions(context.target);
  const reading = await readPart(context, { part, isSearched: false }, async function* (tally) {
    const client = ecsReader(context.aws, tally);
    const pages = paginateListTaskDefinitions({ client }, { status, sort: 'ASC', maxResults: 100 });
    const lists = listsOf(
      upTo(pages, isLast),
      ({ taskDefinitionArns }) => taskDefinitionArns,
      ({ nextToken }) => nextToken,
      context.outOfTime,
    );
    for await (const arns of lists) {
      for (const arn of arns) listed.add(arn);
      yield [];
    }
  });
  return { revisions: listed.byFamily(), reading: { ...reading, items: listed.count } };
}

/** Collects a listing in ranges: neither an ARN nor a number is kept for each revision. */
class ListedRevisions {
  readonly #target: Target;
  readonly #ranges = new Map<string, { from: number; upto: number }[]>();
  /** The family of the last ARN, with the part of the ARN before its number. A listing is sorted by family. */
  #last = { start: '\0', family: '' };
  count = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** @throws Incomplete on a foreign ARN: the account or the Region is wrong, so nothing may be concluded */
  add(arn: string): void {
    const digits = arn.startsWith(this.#last.start) ? arn.slice(this.#last.start.length) : '';
    if (isNumber(digits)) return this.#addNumber(this.#last.family, Number(digits));
    const parsed = parseReferenceTarget(arn, this.#target);
    if (parsed.kind !== 'revision') throw new Incomplete(`${arn} is no revision of this account and Region`);
    this.#last = { start: arn.slice(0, arn.lastIndexOf(':') + 1), family: parsed.family };
    this.#addNumber(parsed.family, parsed.number);
  }

  #addNumber(family: string, number: number): void {
    this.count++;
    const ranges = this.#ranges.get(family);
    const last = ranges?.at(-1);
    if (last?.upto === number - 1) last.upto = number;
    else if (ranges === undefined) this.#ranges.set(family, [{ from: number, upto: number }]);
    else ranges.push({ from: number, upto: number });
  }

  /** Pages may arrive twice, so ranges may overlap until here. */
  byFamily(): Map<string, Ranges> {
    return new Map(Array.from(this.#ranges, ([family, ranges]) => [family, joinRanges(ranges, [])]));
  }
}

async function* upTo<Page>(pages: AsyncIterable<Page>, isLast: () => boolean): AsyncGenerator<Page> {
  for await (const page of pages) {
    yield page;
    if (isLast()) return;
  }
}
