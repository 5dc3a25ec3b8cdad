/** S3's operations on buckets, and the checks for every request on a bucket. */
import type { GetBucketPolicyRequest, HeadBucketRequest } from '@aws-sdk/client-s3';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { OperationContext, Operations } from '../operation.ts';
import type { StorageBucket } from './storage.ts';

export const s3Arn = ({ place }: AccountStores, bucket = '', key?: string) =>
  `arn:${place.partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
export const bucketScope = ({ Bucket }: { Bucket: string | undefined }, account: AccountStores) => ({
  resources: [s3Arn(account, Bucket)],
});

export const bucketOperations: Operations = {
  HeadBucket: {
    bucket: 's3',
    permission: 'ListBucket',
    iamScope: bucketScope,
    run: (input: HeadBucketRequest, context: OperationContext) => ({
      BucketRegion: bucketOf(input, context).region,
    }),
  },

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html */
  GetBucketPolicy: {
    bucket: 's3',
    iamScope: bucketScope,
    run(input: GetBucketPolicyRequest, context: OperationContext) {
      const { policy: Policy } = bucketOf(input, context);
      if (Policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      return { Policy };
    },
  },

  /** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
  GetPublicAccessBlock: {
    bucket: 's3',
    permission: 'GetBucketPublicAccessBlock',
    iamScope: bucketScope,
    run(input: GetBucketPolicyRequest, context: OperationContext) {
      const { isPublicAccessBlocked: on } = bucketOf(input, context);
      if (on === undefined)
        throw new AwsError(
          'NoSuchPublicAccessBlockConfiguration',
          'The public access block configuration was not found',
          404,
        );
      return {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: on,
          BlockPublicPolicy: on,
          IgnorePublicAcls: on,
          RestrictPublicBuckets: on,
        },
      };
    },
  },
};

interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

export function bucketOf(
  { Bucket: name, ExpectedBucketOwner: expected }: BucketInput,
  { account, signedRegion }: OperationContext,
): StorageBucket {
  const bucket = account.storage.find(name ?? '');
  if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (signedRegion !== undefined && signedRegion !== bucket.region)
    throw new AwsError(
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint.',
      301,
      { 'x-amz-bucket-region': bucket.region },
    );
  // "If the account ID that you provide does not match the actual owner of the bucket, the request fails with the
  // HTTP status code 403 Forbidden (access denied)."
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  if (expected !== undefined && expected !== (bucket.owner ?? account.place.account))
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  return bucket;
}
