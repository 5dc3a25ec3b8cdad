// Parses and prints families and revisions. Decisions compare parsed values and never text, so that `web`, `WEB` and
// `web-admin`, an ARN of another account and a service revision stay distinct.

export interface Caller {
  /** From sts:GetCallerIdentity. */
  readonly arn?: string;
  /** The account's alias, where it has one and the caller may read it. */
  readonly alias?: string;
  /** The origin of another server than AWS that receives the calls. */
  readonly endpoint?: string;
}

/** One account and Region. */
export interface Target {
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
}

export interface Revision {
  readonly family: string;
  readonly number: number;
}

/** The meaning of a text that should state a task definition, for one account and Region. */
export type ReferenceTarget =
  | ({ readonly kind: 'revision' } & Revision)
  /** A family without a revision: ECS resolves it to the newest ACTIVE revision at each use. */
  | { readonly kind: 'floating'; readonly family: string }
  /** Another account, Region or partition: never ours. */
  | { readonly kind: 'foreign' }
  /** A daemon task definition, which is another kind of resource. */
  | { readonly kind: 'daemon' }
  | { readonly kind: 'unreadable' };

/** Up to 255 letters, digits, `_` and `-`, case-sensitive.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
const FAMILY = /^[A-Za-z0-9_-]{1,255}$/;
/** The longest beginning of a text that can be a family. */
export const FAMILY_START = /^[A-Za-z0-9_-]{1,255}/;
const NUMBER = /^[1-9][0-9]{0,14}$/;
const ARN = /^arn:([^:]+):ecs:([^:]+):([^:]+):(daemon-)?task-definition\/(.+)$/;

/** Parses a full ARN, `family:revision` or a family, as ECS accepts them. */
export function parseReferenceTarget(text: string, target: Target): ReferenceTarget {
  const arn = ARN.exec(text);
  if (arn === null) return parseShort(text);
  const [, partition, region, account, daemon, tail = ''] = arn;
  if (daemon !== undefined) return { kind: 'daemon' };
  const short = parseShort(tail);
  if (short.kind === 'unreadable') return short;
  const ours = partition === target.partition && region === target.region && account === target.account;
  return ours ? short : { kind: 'foreign' };
}

/** `web:42`, or `web`. The first colon ends the family. */
function parseShort(text: string): ReferenceTarget {
  const [family = '', number, ...more] = text.split(':');
  if (!FAMILY.test(family) || more.length > 0) return { kind: 'unreadable' };
  if (number === undefined) return { kind: 'floating', family };
  return isNumber(number) ? { kind: 'revision', family, number: Number(number) } : { kind: 'unreadable' };
}

/** Whether the text is a revision number as ECS writes it. */
export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

export function nameOf({ family, number }: Revision): string {
  return `${family}:${number}`;
}

export function arnOf({ family, number }: Revision, { account, region, partition }: Target): string {
  return `arn:${partition}:ecs:${region}:${account}:task-definition/${family}:${number}`;
}

/** The numbers `from` to `upto`, both included. */
export interface Range {
  readonly from: number;
  readonly upto: number;
}

/** Ascending and disjoint. A million revisions are a few ranges instead of a million objects. */
export type Ranges = readonly Range[];

/** Joins neighbors (6 and 7, never 6 and 8: the gap is a revision that no longer exists).
 *  @param numbers in any order, with repetitions: a listing page may arrive twice */
export function rangesOf(numbers: Iterable<number>): Ranges {
  return joinRanges(
    Array.from(numbers, (number) => ({ from: number, upto: number })),
    [],
  );
}

/** The union. Never iterates over numbers, since a record may contain a range of 10^15. */
export function joinRanges(one: Ranges, other: Ranges): Ranges {
  const joined: { from: number; upto: number }[] = [];
  for (const { from, upto } of [...one, ...other].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.upto + 1) last.upto = Math.max(last.upto, upto);
    else joined.push({ from, upto });
  }
  return joined;
}

/** Both ascend. They are walked together: a family may have a hundred thousand ranges. */
export function intersect(ranges: Ranges, others: Ranges): Ranges {
  const common: Range[] = [];
  for (let i = 0, j = indexAt(others, ranges[0]?.from ?? 0); ;) {
    const [one, other] = [ranges[i], others[j]];
    if (one === undefined || other === undefined) return common;
    const [from, upto] = [Math.max(one.from, other.from), Math.min(one.upto, other.upto)];
    if (from <= upto) common.push({ from, upto });
    if (one.upto < other.upto) i++;
    else j++;
  }
}

/** Both ascend. */
export function without(ranges: Ranges, removed: Ranges): Ranges {
  const rest: Range[] = [];
  let next = indexAt(removed, ranges[0]?.from ?? 0);
  for (const { from, upto } of ranges) {
    let start = from;
    for (let one = removed[next]; one !== undefined && one.from <= upto; one = removed[++next]) {
      if (one.from > start) rest.push({ from: start, upto: one.from - 1 });
      start = Math.max(start, one.upto + 1);
      // It may reach into the next range as well.
      if (one.upto >= upto) break;
    }
    if (start <= upto) rest.push({ from: start, upto });
  }
  return rest;
}

/** Replaces the revision of an entry by its name. */
export function withName<Entry extends { readonly revision: Revision }>({ revision, ...more }: Entry) {
  return { revision: nameOf(revision), ...more };
}

export function sizeOf(ranges: Ranges): number {
  return ranges.reduce((sum, { from, upto }) => sum + upto - from + 1, 0);
}

export function* numbersIn(ranges: Ranges): Generator<number, void> {
  for (const { from, upto } of ranges) for (let number = from; number <= upto; number++) yield number;
}

/** The numbers from `from` to `upto`, both included; `upto` may be Infinity. */
export function clipRanges(ranges: Ranges, from: number, upto: number): Ranges {
  return ranges.flatMap((range) =>
    range.upto < from || range.from > upto
      ? []
      : [{ from: Math.max(range.from, from), upto: Math.min(range.upto, upto) }],
  );
}

/** The number at an index of all numbers, ascending from 0; undefined beyond the last one. */
export function numberAt(ranges: Ranges, index: number): number | undefined {
  let left = index;
  for (const { from, upto } of left < 0 ? [] : ranges) {
    if (left <= upto - from) return from + left;
    left -= upto - from + 1;
  }
  return undefined;
}

/** How many numbers are below this one. */
export function countBelow(ranges: Ranges, number: number): number {
  return sizeOf(clipRanges(ranges, 0, number - 1));
}

/** The index of the first range that ends at a number or above it. Halves the ranges, which may be a hundred thousand. */
export function indexAt(ranges: Ranges, number: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[middle]?.upto ?? Infinity) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isAmong(number: number, ranges: Ranges = []): boolean {
  return ranges.some(({ from, upto }) => from <= number && number <= upto);
}

/** `["1-6", "9"]` */
export function printRanges(ranges: Ranges): string[] {
  return ranges.map(({ from, upto }) => (from === upto ? `${from}` : `${from}-${upto}`));
}

/** By code point, as ECS sorts families: a locale must not change a run. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
