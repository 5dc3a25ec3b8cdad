/**
 * Operations that list resources in pages. A page is a slice of the live state, so a change between two pages shifts the
 * rest, as on AWS. A token is valid only for the request that it came from.
 */
import { createHash } from 'node:crypto';
import type { AccountStores } from './account-stores.ts';
import type { BucketName } from './buckets.ts';
import { AwsError } from './errors.ts';
import type { IamScope, Operation, OperationContext } from './operation.ts';
import type { Sequence } from './sequence.ts';

interface List<Input, Item> {
  readonly bucket?: BucketName;
  readonly iamScope?: (input: Input, account: AccountStores) => IamScope;
  /** The member with the token, in the request and in the answer. */
  readonly token: string;
  /** The request's member with the page size, if the caller can choose one. */
  readonly size?: string;
  /** The answer's member with the items. */
  readonly items: string;
  readonly defaultSize: number;
  /** The permitted page sizes, 1 to 100 by default. Zero, if permitted, means the default size. */
  readonly sizeRange?: { readonly from: number; readonly upto: number };
  /** The codes for an invalid token or size, InvalidParameterException by default. */
  readonly errorCodes?: { readonly token: string; readonly size: string };
  /** The token of the last page, if it has one. */
  readonly lastToken?: string;
  all(input: Input, context: OperationContext): Sequence<Item>;
}

const DEFAULT_SIZE_RANGE = { from: 1, upto: 100 };
const DEFAULT_ERROR_CODES = { token: 'InvalidParameterException', size: 'InvalidParameterException' };

export function listOperation<Input extends object, Item>(list: List<Input, Item>): Operation {
  return {
    ...(list.bucket === undefined ? {} : { bucket: list.bucket }),
    ...(list.iamScope === undefined ? {} : { iamScope: list.iamScope }),

    run(input: Input, context: OperationContext) {
      const token = memberOf(input, list.token);
      const sent = typeof token === 'string' && token !== '' ? token : undefined;
      const requestedSize = list.size === undefined ? undefined : memberOf(input, list.size);
      const size = pageSize(requestedSize, list, context.pageSize);
      const request = requestKey(context.call.operation, input, list);
      const invalidToken = new AwsError((list.errorCodes ?? DEFAULT_ERROR_CODES).token, 'Invalid token.');
      const from = sent === undefined ? { position: 0, copy: 0 } : decodeToken(sent, request);
      if (from === undefined) throw invalidToken;
      if (sent !== undefined && context.faults.trigger(context.call, ['lose-page'])) throw invalidToken;

      const found = list.all(input, context)(from.position, size + 1);
      const next =
        found.length > size ? encodeToken({ position: from.position + size, copy: 0 }, request) : list.lastToken;
      // A repeated or an empty page continues at the same position under a different token.
      const samePosition = encodeToken({ position: from.position, copy: from.copy + 1 }, request);
      const page = { [list.items]: found.slice(0, size) };

      const fault = context.faults.trigger(context.call, ['repeat-page', 'repeat-token', 'empty-page']);
      if (fault?.kind === 'repeat-page') return { ...page, [list.token]: samePosition };
      if (fault?.kind === 'repeat-token') return { ...page, [list.token]: sent ?? samePosition };
      if (fault?.kind === 'empty-page') return { [list.items]: [], [list.token]: samePosition };
      return { ...page, ...(next === undefined ? {} : { [list.token]: next }) };
    },
  };
}

function memberOf(input: object, name: string): unknown {
  return new Map<string, unknown>(Object.entries(input)).get(name);
}

function pageSize(
  requested: unknown,
  {
    size = 'the size',
    defaultSize,
    sizeRange: { from, upto } = DEFAULT_SIZE_RANGE,
    errorCodes = DEFAULT_ERROR_CODES,
  }: Pick<List<never, never>, 'size' | 'defaultSize' | 'sizeRange' | 'errorCodes'>,
  max: number,
): number {
  if (requested === undefined) return Math.min(defaultSize, max);
  if (typeof requested !== 'number' || !Number.isInteger(requested) || requested < from || requested > upto)
    throw new AwsError(errorCodes.size, `${size} is between ${from} and ${upto}.`);
  return Math.min(requested === 0 ? defaultSize : requested, max);
}

interface PagePosition {
  readonly position: number;
  readonly copy: number;
}

/** A caller may change the page size between two pages, but no other parameter. */
function requestKey(operation: string, input: object, { token, size }: { token: string; size?: string }): string {
  const parameters = Object.entries(input).filter(([name]) => name !== token && name !== size);
  return JSON.stringify([operation, ...parameters.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function encodeToken({ position, copy }: PagePosition, request: string): string {
  const digest = createHash('sha256').update(`${position}.${copy}.${request}`).digest('base64url').slice(0, 22);
  return Buffer.from(`${position}.${copy}.${digest}`).toString('base64url');
}

function decodeToken(token: string, request: string): PagePosition | undefined {
  const [position, copy] = Buffer.from(token, 'base64url').toString().split('.').map(Number);
  const decoded = { position: position ?? 0, copy: copy ?? 0 };
  return encodeToken(decoded, request) === token ? decoded : undefined;
}
