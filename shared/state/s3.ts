// The state store in a bucket, below a prefix. S3's conditional writes decide between concurrent writers, and the bucket
// keeps older versions.
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { bucketOptions } from '../aws/bucket-options.ts';
import type { Aws } from '../aws/connect.ts';
import { type ErrorKind, kindOf, describeError, whereDenied } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import { assertKey, MOST_BYTES, type StateStore, StateError } from './store.ts';

export interface BucketLocation {
  readonly bucket: string;
  /** Without a slash at either end. Empty for the bucket itself. */
  readonly prefix: string;
}

/** A state store has far fewer keys: a bucket with more belongs to something else. */
const MOST_KEYS = 100_000;

/** Errors of a conditional write whose condition does not hold. */
const CHANGED = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);

export function openBucketStore(aws: Aws, { bucket: Bucket, prefix }: BucketLocation): StateStore {
  const client = aws.unsearchedClient(new Tally(), (settings) => new S3Client({ ...settings, ...bucketOptions(aws) }));
  const base = prefix === '' ? '' : `${prefix}/`;
  const where = `s3://${Bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const keyOf = (key: string) => base + assertKey(key);
  // Refuses, with 403 AccessDenied, a bucket that another account created after ours of that name was deleted:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
  const owner = async () => ({ ExpectedBucketOwner: await aws.account() });

  return {
    where,

    async get(key) {
      const Key = keyOf(key);
      const operation = `reading s3://${Bucket}/${Key}`;
      try {
        return await textOf(await client.send(new GetObjectCommand({ Bucket, Key, ...(await owner()) })), operation);
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return undefined;
        throw toStateError(error, operation, 's3:GetObject and s3:ListBucket');
      }
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
    async put(key, body, over) {
      const Key = keyOf(key);
      const condition = over === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: over.tag };
      const Body = new TextEncoder().encode(body);
      const ContentType = Key.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/json';
      const more = { ContentType, ContentLength: Body.length };
      try {
        await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more, ...condition, ...(await owner()) }));
        return 'written';
      } catch (error) {
        if (CHANGED.has(nameOf(error))) return 'changed';
        throw toStateError(error, `writing s3://${Bucket}/${Key}`, 's3:PutObject');
      }
    },

    async list(keyPrefix) {
      try {
        const keys: string[] = [];
        const input = { Bucket, Prefix: base + keyPrefix, ...(await owner()) };
        for await (const page of paginateListObjectsV2({ client }, input)) {
          keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(base.length)));
          if (keys.length > MOST_KEYS) throw new Error(`more than ${MOST_KEYS} keys`);
        }
        return [...new Set(keys)].sort();
      } catch (error) {
        throw toStateError(error, `listing ${where}`, 's3:ListBucket');
      }
    },
  };
}

async function textOf({ Body, ETag, ContentLength = 0 }: GetObjectCommandOutput, operation: string) {
  if (Body === undefined || ETag === undefined) throw new Error('the answer has no text or no ETag');
  if (ContentLength > MOST_BYTES) {
    // An unread body would keep its connection open.
    await Body.transformToWebStream().cancel();
    throw new Error(`it has ${ContentLength} bytes, more than any run writes`);
  }
  try {
    return { body: new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(Body)), tag: ETag };
  } catch (cause) {
    // The SDK verifies the checksum while the text arrives. Its error has no HTTP status.
    const remedy = 'Run again. If it happens again, go back to an earlier version of the object, or remove it.';
    throw new StateError('incomplete', { operation, reason: describeError(cause), remedy }, cause);
  }
}

/** Counts the bytes: an answer may lack its length. */
async function bytesOf(body: NonNullable<GetObjectCommandOutput['Body']>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream: AsyncIterable<Uint8Array> = body.transformToWebStream();
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const kinds: Readonly<Record<ErrorKind, StateError['kind']>> = {
  denied: 'denied',
  locked: 'denied',
  throttled: 'throttled',
  credentials: 'credentials',
  unanswered: 'unreachable',
  gone: 'incomplete',
  refused: 'incomplete',
  unknown: 'incomplete',
};

function toStateError(error: unknown, operation: string, permission: string): StateError {
  if (error instanceof StateError) return error;
  const kind = kinds[kindOf(error)];
  const remedy = remedyFor(error, kind, permission);
  return new StateError(kind, { operation, reason: describeError(error), remedy }, error);
}

function remedyFor(error: unknown, kind: StateError['kind'], permission: string): string {
  if (nameOf(error) === 'NoSuchBucket')
    return 'There is no such bucket: check the name that --state, `state` in the settings, or --hub gives, and the account.';
  switch (kind) {
    case 'denied':
      return `Allow ${permission} on the bucket and its objects in ${whereDenied(error)}. ${STAGE_BUCKET}`;
    case 'throttled':
    case 'unreachable':
      return `Run again. If it happens again, check the network path and the AWS Health Dashboard. In a VPC, S3 needs its gateway endpoint.`;
    case 'credentials':
      return 'Renew the credentials, and run again.';
    case 'incomplete':
      return 'Check the bucket that --state, `state` in the settings, or --hub gives.';
  }
}

const STAGE_BUCKET =
  "Only the function and the operators of a deployed stage may write to its bucket or read its journal: add the ARN of the role or user (arn:aws:iam::ACCOUNT:role/NAME, for an assumed role that of the role) to the stack's parameter `OperatorRoleArns`, and deploy. The bucket must belong to the account that this runs in.";

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
