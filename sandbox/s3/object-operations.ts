/** S3's operations on objects, with conditional writes: only if the key does not exist, or only over a known ETag. */
import type {
  DeleteObjectRequest,
  GetObjectRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { OperationContext, Operations } from '../operation.ts';
import type { Sequence } from '../sequence.ts';
import { bucketOf, bucketScope, s3Arn } from './bucket-operations.ts';
import { storedObject, type StorageBucket, type Version } from './storage.ts';

const objectScope = (
  { Bucket, Key }: { Bucket: string | undefined; Key: string | undefined },
  account: AccountStores,
) => ({ resources: [s3Arn(account, Bucket, Key)] });

export const objectOperations: Operations = {
  GetObject: {
    bucket: 's3',
    iamScope: objectScope,
    run(input: GetObjectRequest, context: OperationContext) {
      const { Key = '', VersionId, IfMatch } = input;
      const bucket = bucketOf(input, context);
      const versions = bucket.versions(Key);
      const found = VersionId === undefined ? versions[0] : versions.find((one) => one.VersionId === VersionId);
      if (found?.object === undefined) throw missingKeyError(bucket, Key, context);
      const { bytes: Body, text: _text, ...object } = found.object;
      if (IfMatch !== undefined && IfMatch !== object.ETag) throw preconditionError('If-Match');
      const { LastModified } = found;
      return { ...object, Body, ContentLength: Body.length, LastModified, VersionId: found.VersionId };
    },
  },

  PutObject: {
    bucket: 's3',
    iamScope: objectScope,
    run(input: PutObjectRequest, context: OperationContext) {
      const { Key = '', Body, ContentType = 'binary/octet-stream' } = input;
      const bucket = bucketOf(input, context);
      checkConditions(input, bucket, context);
      const object = storedObject(Body instanceof Uint8Array ? Body : '', ContentType);
      if (input.ChecksumCRC32 !== undefined && input.ChecksumCRC32 !== object.ChecksumCRC32)
        throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
      const { VersionId } = addVersion(bucket, Key, object, context.account);
      return { ETag: object.ETag, ChecksumCRC32: object.ChecksumCRC32, VersionId };
    },
  },

  /** Without a version, it adds a delete marker. The former versions stay readable by their ids. */
  DeleteObject: {
    bucket: 's3',
    iamScope: objectScope,
    run(input: DeleteObjectRequest, context: OperationContext) {
      const { Key = '', VersionId } = input;
      const bucket = bucketOf(input, context);
      if (VersionId === undefined)
        return {
          DeleteMarker: true,
          VersionId: addVersion(bucket, Key, undefined, context.account).VersionId,
        };
      bucket.forget(Key, VersionId);
      return { VersionId };
    },
  },

  ListObjectsV2: {
    bucket: 's3',
    permission: 'ListBucket',
    iamScope: bucketScope,
    run(input: ListObjectsV2Request, context: OperationContext): ListObjectsV2Output {
      const { Bucket, Prefix = '', MaxKeys = 1000, ContinuationToken, EncodingType } = input;
      const page = pages.run({ ...input, MaxKeys: Math.min(MaxKeys, 1000) }, context);
      const isPage = (value: object): value is { Contents: object[]; ContinuationToken?: string } =>
        'Contents' in value;
      if (!isPage(page)) throw new TypeError('a page without its items');
      const next = page.ContinuationToken;
      return {
        Name: Bucket ?? '',
        Prefix: encodeKey(Prefix, EncodingType),
        MaxKeys,
        ...(EncodingType === undefined ? {} : { EncodingType }),
        KeyCount: page.Contents.length,
        IsTruncated: next !== undefined,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        ...(next === undefined ? {} : { NextContinuationToken: next }),
        Contents: page.Contents,
      };
    },
  },
};

const pages = listOperation({
  token: 'ContinuationToken',
  size: 'MaxKeys',
  items: 'Contents',
  defaultSize: 1000,
  sizeRange: { from: 0, upto: 1000 },
  errorCodes: { token: 'InvalidArgument', size: 'InvalidArgument' },
  all(input: ListObjectsV2Request, context): Sequence<object> {
    const { Prefix = '', StartAfter = '', Delimiter, EncodingType } = input;
    if (Delimiter !== undefined) throw new AwsError('NotImplemented', 'The sandbox does not support delimiters.', 501);
    const bucket = bucketOf(input, context);
    const keys = bucket.keys().filter((key) => key.startsWith(Prefix) && key > StartAfter);
    return (from, count) =>
      keys.slice(from, from + count).map((Key) => {
        const [newest] = bucket.versions(Key);
        const { ETag = '', bytes = new Uint8Array() } = newest?.object ?? {};
        return {
          Key: encodeKey(Key, EncodingType),
          ...(newest === undefined ? {} : { LastModified: newest.LastModified }),
          ETag,
          Size: bytes.length,
          StorageClass: 'STANDARD',
        };
      });
  },
});

/**
 * XML cannot represent every key:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_RequestSyntax
 */
function encodeKey(text: string, type: ListObjectsV2Request['EncodingType']): string {
  if (type !== 'url') return text;
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function checkConditions(
  { Key = '', IfMatch, IfNoneMatch }: PutObjectRequest,
  bucket: StorageBucket,
  context: OperationContext,
) {
  const there = bucket.versions(Key)[0]?.object;
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*')
    throw new AwsError('NotImplemented', 'The sandbox supports only If-None-Match: *.', 501);
  if (IfNoneMatch !== undefined && there !== undefined) throw preconditionError('If-None-Match');
  if (IfMatch === undefined) return;
  if (there === undefined) throw missingKeyError(bucket, Key, context);
  if (there.ETag !== IfMatch) throw preconditionError('If-Match');
}

function addVersion(bucket: StorageBucket, Key: string, object: Version['object'], account: AccountStores): Version {
  const version = { Key, VersionId: account.ids.hex(32), LastModified: new Date(account.now()), object };
  bucket.add(version);
  return version;
}

/**
 * A caller without s3:ListBucket receives 403 instead of 404:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax, Permissions.
 */
function missingKeyError(bucket: StorageBucket, key: string, { isAuthorized, account }: OperationContext): AwsError {
  return isAuthorized('s3:ListBucket', s3Arn(account, bucket.name))
    ? new AwsError('NoSuchKey', `The specified key does not exist. (${key})`, 404)
    : new AwsError('AccessDenied', 'Access Denied', 403);
}

function preconditionError(condition: string): AwsError {
  return new AwsError(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold (${condition})`,
    412,
  );
}
