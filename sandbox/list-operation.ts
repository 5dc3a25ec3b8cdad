/**
 * Listings in pages, as every AWS listing has them. A page is cut from the live state at a position, so a change while
 * somebody pages shifts what follows, and a token is good only for the request that it came from.
 */
import { createHash } from 'node:crypto';
import type { BucketName } from './buckets.ts';
import { AwsError } from './errors.ts';
import type { Sequence } from './sequence.ts';
import type { ActsOn, Operation, Surroundings } from './operation.ts';
import type { AccountStores } from './account-stores.ts';

interface Listing<Input, Item> {
  readonly bucket?: BucketName;
  readonly actsOn?: (input: Input, account: AccountStores) => ActsOn;
  /** The members that hold the token, the page's size (where the caller can choose it) and the items. */
  readonly token: string;
  readonly size?: string;
  readonly items: string;
  readonly defaultSize: number;
  /** What may be asked for; 1 to 100 unless said otherwise. Nought, where it is allowed, means the default. */
  readonly sizes?: { readonly from: number; readonly upto: number };
  /** What a bad token and a bad size are called where it is not InvalidParameterException. */
  readonly refusals?: { readonly token: string; readonly size: string };
  /** What stands in the token's place on the last page. */
  readonly end?: string;
  all(input: Input, at: Surroundings): Sequence<Item>;
}

const usualSizes = { from: 1, upto: 100 };
const usualRefusals = { token: 'InvalidParameterException', size: 'InvalidParameterException' };

export function listing<Input extends object, Item>(what: Listing<Input, Item>): Operation {
  return {
    ...(what.bucket === undefined ? {} : { bucket: what.bucket }),
    ...(what.actsOn === undefined ? {} : { actsOn: what.actsOn }),

    run(input: Input, at: Surroundings) {
      const token = member(input, what.token);
      const sent = typeof token === 'string' && token !== '' ? token : undefined;
      const asked = what.size === undefined ? undefined : member(input, what.size);
      const size = pageSize(asked, what, at.pageSize);
      const request = signature(at.call.operation, input, what);
      const invalid = new AwsError((what.refusals ?? usualRefusals).token, 'Invalid token.');
      const from = sent === undefined ? { position: 0, copy: 0 } : opened(sent, request);
      if (from === undefined) throw invalid;
      if (sent !== undefined && at.faults.strike(at.call, ['lose-page'])) throw invalid;

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
    size = 'the size',
    defaultSize,
    sizes: { from, upto } = usualSizes,
    refusals = usualRefusals,
  }: Pick<Listing<never, never>, 'size' | 'defaultSize' | 'sizes' | 'refusals'>,
  most: number,
): number {
  if (asked === undefined) return Math.min(defaultSize, most);
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < from || asked > upto)
    throw new AwsError(refusals.size, `${size} is between ${from} and ${upto}.`);
  return Math.min(asked === 0 ? defaultSize : asked, most);
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

function opened(token: string, request: string): Place | undefined {
  const [position, copy] = Buffer.from(token, 'base64url').toString().split('.').map(Number);
  const place = { position: position ?? 0, copy: copy ?? 0 };
  return sealed(place, request) === token ? place : undefined;
}
