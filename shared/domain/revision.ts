// Families and revisions: read exactly, printed compactly. Everything that decides compares what this file has parsed,
// never text, so that `web`, `WEB` and `web-admin`, another account's ARN and a service revision stay apart.

/** One account and Region. */
/** Who calls. */
export interface Caller {
  /** From sts:GetCallerIdentity. */
  readonly arn?: string;
  /** The account's alias, where it has one and the caller may ask. */
  readonly alias?: string;
  /** Another machine than AWS that calls go to, as its origin. */
  readonly endpoint?: string;
}

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

/** What a text that should name a task definition names, seen from one target. */
export type Naming =
  | ({ readonly kind: 'revision' } & Revision)
  /** A family without revision: resolved by ECS to the newest ACTIVE revision whenever it is used. */
  | { readonly kind: 'floating'; readonly family: string }
  /** Another account, Region or partition: never ours. */
  | { readonly kind: 'foreign' }
  /** A daemon task definition: a resource of its own that names no task definition of ours. */
  | { readonly kind: 'daemon' }
  | { readonly kind: 'unreadable' };

/** Up to 255 letters of both cases, digits, `_` and `-`; upper and lower case differ.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
const FAMILY = /^[A-Za-z0-9_-]{1,255}$/;
/** As much of a text as can begin a family. */
export const FAMILY_START = /^[A-Za-z0-9_-]{1,255}/;
const NUMBER = /^[1-9][0-9]{0,14}$/;
const ARN = /^arn:([^:]+):ecs:([^:]+):([^:]+):(daemon-)?task-definition\/(.+)$/;

/** Reads a full ARN, `family:revision` or a bare family, as ECS accepts them. */
export function parseNaming(text: string, target: Target): Naming {
  const arn = ARN.exec(text);
  if (arn === null) return parseShort(text);
  const [, partition, region, account, daemon, tail = ''] = arn;
  if (daemon !== undefined) return { kind: 'daemon' };
  const short = parseShort(tail);
  if (short.kind === 'unreadable') return short;
  const ours = partition === target.partition && region === target.region && account === target.account;
  return ours ? short : { kind: 'foreign' };
}

/** `web:42`, or `web`. A family cannot hold a colon, so the first one ends it. */
function parseShort(text: string): Naming {
  const [family = '', number, ...more] = text.split(':');
  if (!FAMILY.test(family) || more.length > 0) return { kind: 'unreadable' };
  if (number === undefined) return { kind: 'floating', family };
  return NUMBER.test(number) ? { kind: 'revision', family, number: Number(number) } : { kind: 'unreadable' };
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

/** Ascending and apart: a million revisions are a few ranges, not a million objects. */
export type Ranges = readonly Range[];

/** Joins neighbours (6 and 7, never 6 and 8: a gap is a revision that somebody else removed).
 *  @param numbers in any order, also with repetitions: a listing page may arrive twice */
export function rangesOf(numbers: Iterable<number>): Ranges {
  return joinRanges(
    Array.from(numbers, (number) => ({ from: number, upto: number })),
    [],
  );
}

/** What is in either. A record may hold a range of 10^15 numbers, so none is counted through. */
export function joinRanges(one: Ranges, other: Ranges): Ranges {
  const joined: { from: number; upto: number }[] = [];
  for (const { from, upto } of [...one, ...other].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.upto + 1) last.upto = Math.max(last.upto, upto);
    else joined.push({ from, upto });
  }
  return joined;
}

export function sizeOf(ranges: Ranges): number {
  return ranges.reduce((sum, { from, upto }) => sum + upto - from + 1, 0);
}

export function* numbersIn(ranges: Ranges): Generator<number, void> {
  for (const { from, upto } of ranges) for (let number = from; number <= upto; number++) yield number;
}

export function isAmong(number: number, ranges: Ranges = []): boolean {
  return ranges.some(({ from, upto }) => from <= number && number <= upto);
}

/** `["1-6", "9"]` */
export function printRanges(ranges: Ranges): string[] {
  return ranges.map(({ from, upto }) => (from === upto ? `${from}` : `${from}-${upto}`));
}

/** By code point, as ECS sorts families: a person's locale must not change what a run does. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
