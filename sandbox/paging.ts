/**
 * Listings in pages, as every AWS listing has them. A page is cut from the live state at a position, so a change while
 * somebody pages shifts what follows, and a token is good only for the request that it came from.
 */
import { createHash } from 'node:crypto';
import type { BucketName } from './buckets.ts';
import { AwsError } from './errors.ts';
import type { ActsOn, Operation, Surroundings } from './operation.ts';
import type { Account } from './account.ts';

/** Up to `count` items from the given position on; nothing that is not asked for is built. */
export type Sequence<Item> = (from: number, count: number) => readonly Item[];

export const sequence =
  <Item>(items: readonly Item[]): Sequence<Item> =>
  (from, count) =>
    items.slice(from, from + count);

interface Listing<Input, Item> {
  readonly bucket?: BucketName;
  readonly actsOn?: (input: Input, account: Account) => ActsOn;
  /** The members that hold the token, the page's size (where the caller can choose it) and the items. */
  readonly token: string;
  readonly size?: string;
  readonly items: string;
  readonly defaultSize: number;
  /** What stands in the token's place on the last page. */
  readonly end?: string;
  /** What this service calls a token that it does not know, and a size that it does not allow. */
  readonly refusals?: Refusals;
  all(input: Input, at: Surroundings): Sequence<Item>;
}

interface Refusals {
  readonly token: string;
  readonly size: string;
}

const asEcs: Refusals = { token: 'InvalidParameterException', size: 'InvalidParameterException' };
const largestPage = 100;

export function listing<Input extends object, Item>(what: Listing<Input, Item>): Operation {
  return {
    ...(what.bucket === undefined ? {} : { bucket: what.bucket }),
    ...(what.actsOn === undefined ? {} : { actsOn: what.actsOn }),

    run(input: Input, at: Surroundings) {
      const { refusals = asEcs } = what;
      const token = member(input, what.token);
      const sent = typeof token === 'string' && token !== '' ? token : undefined;
      const size = pageSize(
        what.size === undefined ? undefined : member(input, what.size),
        what,
        at.pageSize,
      );
      const request = signature(at.call.operation, input, what);
      const from = sent === undefined ? { position: 0, copy: 0 } : opened(sent, request, refusals);
      if (sent !== undefined && at.faults.strike(at.call, ['lose-page'])) throw invalidToken(refusals);

      const found = what.all(input, at)(from.position, size + 1);
      const next =
        found.length > size ? sealed({ position: from.position + size, copy: 0 }, request) : what.end;
      // The same place again, under another token: what a page that comes twice, or comes empty, leads on with.
      const again = sealed({ position: from.position, copy: from.copy + 1 }, request);
      const page = { [what.items]: found.slice(0, size) };

      const fault = at.faults.strike(at.call, ['repeat-page', 'repeat-token', 'empty-page']);
      if (fault?.kind === 'repeat-page') return { ...page, [what.token]: again };
      if (fault?.kind === 'repeat-token') return { ...page, [what.token]: sent ?? again };
      if (fault?.kind === 'empty-page') return { [what.items]: [], [what.token]: again };
      return { ...page, ...(next === undefined ? {} : { [what.token]: next }) };
    },
  };
}

function member(input: object, name: string): unknown {
  return new Map<string, unknown>(Object.entries(input)).get(name);
}

function pageSize(
  asked: unknown,
  {
    size = 'size',
    defaultSize,
    refusals = asEcs,
  }: { size?: string; defaultSize: number; refusals?: Refusals },
  most: number,
): number {
  if (asked === undefined) return Math.min(defaultSize, most);
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 1 || asked > largestPage)
    throw new AwsError(refusals.size, `${size} is between 1 and ${largestPage}.`);
  return Math.min(asked, most);
}

interface Place {
  readonly position: number;
  readonly copy: number;
}

/** A page's size may change on the way; everything else that was asked may not. */
function signature(
  operation: string,
  input: object,
  { token, size }: { token: string; size?: string },
): string {
  const asked = Object.entries(input).filter(([name]) => name !== token && name !== size);
  return JSON.stringify([operation, ...asked.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function sealed({ position, copy }: Place, request: string): string {
  const seal = createHash('sha256').update(`${position}.${copy}.${request}`).digest('base64url').slice(0, 22);
  return Buffer.from(`${position}.${copy}.${seal}`).toString('base64url');
}

function opened(token: string, request: string, refusals: Refusals): Place {
  const [position, copy] = Buffer.from(token, 'base64url').toString().split('.').map(Number);
  const place = { position: position ?? 0, copy: copy ?? 0 };
  if (sealed(place, request) !== token) throw invalidToken(refusals);
  return place;
}

function invalidToken({ token }: Refusals): AwsError {
  return new AwsError(token, 'Invalid token.');
}
