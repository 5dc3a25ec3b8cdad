// The state in a bucket, below a prefix. S3 itself decides between two writers, by its conditional writes, and keeps the
// older versions.
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { bucketOptions } from '../aws/bucket-options.ts';
import type { Aws } from '../aws/connect.ts';
import { type ErrorKind, kindOf, describeError } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import { demandKey, MOST_BYTES, type StateStore, StateError } from './state.ts';

export interface Place {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the bucket itself. */
  readonly prefix: string;
}

/** A listing of ours has a few keys; more than this is somebody else's bucket. */
const MOST_KEYS = 100_000;

export function s3State(aws: Aws, { bucket: Bucket, prefix }: Place): StateStore {
  const client = aws.unsearchedClient(
    new Tally(),
    (settings) =>
      new S3Client({
        ...settings,
        ...bucketOptions(aws),
      }),
  );
  const base = prefix === '' ? '' : `${prefix}/`;
  const where = `s3://${Bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const keyOf = (key: string) => base + demandKey(key);
  // A bucket that was deleted, and made again by somebody else under its name, is refused with 403 AccessDenied:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
  const owner = async () => ({ ExpectedBucketOwner: await aws.account() });

  return {
    where,

    async get(key) {
      const Key = keyOf(key);
      const doing = `reading s3://${Bucket}/${Key}`;
      try {
        return await textOf(
          await client.send(new GetObjectCommand({ Bucket, Key, ...(await owner()) })),
          doing,
        );
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return undefined;
        throw told(error, doing, 's3:GetObject and s3:ListBucket');
      }
    },

    /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
    async put(key, body, over) {
      const Key = keyOf(key);
      const condition = over === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: over.tag };
      const Body = new TextEncoder().encode(body);
      const more = { ContentType: 'application/json', ContentLength: Body.length };
      try {
        await client.send(
          new PutObjectCommand({ Bucket, Key, Body, ...more, ...condition, ...(await owner()) }),
        );
        return 'written';
      } catch (error) {
        const isOther = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'].includes(
          nameOf(error),
        );
        if (isOther) return 'changed';
        throw told(error, `writing s3://${Bucket}/${Key}`, 's3:PutObject');
      }
    },

    async list(of) {
      try {
        const keys: string[] = [];
        const input = { Bucket, Prefix: base + of, ...(await owner()) };
        for await (const page of paginateListObjectsV2({ client }, input)) {
          keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(base.length)));
          if (keys.length > MOST_KEYS) throw new Error(`more than ${MOST_KEYS} keys`);
        }
        return [...new Set(keys)].sort();
      } catch (error) {
        throw told(error, `listing ${where}`, 's3:ListBucket');
      }
    },
  };
}

async function textOf({ Body, ETag, ContentLength = 0 }: GetObjectCommandOutput, doing: string) {
  if (Body === undefined || ETag === undefined) throw new Error('the answer has no text or no ETag');
  if (ContentLength > MOST_BYTES) {
    // A body that nobody reads would keep its connection.
    await Body.transformToWebStream().cancel();
    throw new Error(`it has ${ContentLength} bytes, so it is nothing that a run has written`);
  }
  try {
    return { body: new TextDecoder('utf-8', { fatal: true }).decode(await bytesOf(Body)), tag: ETag };
  } catch (cause) {
    // The SDK compares the checksum while the text arrives; what comes of that is an error without an HTTP status.
    const next = 'Run again; if it stays, go back to an earlier version of the object, or remove it.';
    throw new StateError(
      'incomplete',
      { operation: doing, reason: describeError(cause), remedy: next },
      cause,
    );
  }
}

/** An answer need not say its length. */
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

function told(error: unknown, doing: string, permission: string): StateError {
  if (error instanceof StateError) return error;
  const kind = kinds[kindOf(error)];
  return new StateError(
    kind,
    { operation: doing, reason: describeError(error), remedy: nextFor(error, kind, permission) },
    error,
  );
}

function nextFor(error: unknown, kind: StateError['kind'], permission: string): string {
  if (nameOf(error) === 'NoSuchBucket')
    return 'There is no such bucket: check the name that --state, or `state` in the settings, gives, and the account.';
  switch (kind) {
    case 'denied':
      return `Allow ${permission} on the bucket and what is in it to the role or user that runs this. ${ofTheStage}`;
    case 'throttled':
    case 'unreachable':
      return 'Run again; if it stays, check the network path and the AWS Health Dashboard.';
    case 'credentials':
      return 'Renew the credentials, and run again.';
    case 'incomplete':
      return 'Check the bucket that --state, or `state` in the settings, names.';
  }
}

const ofTheStage =
  "A deployed stage's bucket refuses writing, and its journal, to all but the stage's run and operators: add the ARN of the role or user (arn:aws:iam::ACCOUNT:role/NAME, of an assumed role the role) to the stage's parameter `operators` in serverless.yml, and deploy. The bucket must be of the account that this runs in.";

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
