// The token buckets of AWS's request quotas, as the catalogue declares them. All callers of an account and Region share
// each bucket, and so do the deployments that a run must not slow down.
import { recordOf } from '../domain/objects.ts';
import { catalogue, type SourceName } from './catalogue.ts';
import type { Bucket, Quota } from './facts.ts';
import { type PartName, parts } from './parts.ts';

type BucketsOf<Facts> = Facts extends { readonly buckets: infer Buckets } ? keyof Buckets : never;
export type BucketName = BucketsOf<(typeof parts)[PartName] | (typeof catalogue)[SourceName]>;

const buckets: ReadonlyMap<string, Bucket> = new Map(
  [...Object.values(parts), ...Object.values(catalogue)].flatMap((facts) =>
    'buckets' in facts ? Object.entries<Bucket>(facts.buckets) : [],
  ),
);

function isBucketName(name: string): name is BucketName {
  return buckets.has(name);
}

export const bucketNames: readonly BucketName[] = [...buckets.keys()].filter(isBucketName);

export const publishedQuotas: Readonly<Record<BucketName, Quota>> = recordOf(
  [...buckets].flatMap(([name, { burst, perSecond }]) =>
    isBucketName(name) ? [[name, { burst, perSecond }] as const] : [],
  ),
);

/** By operation, or by SDK client. */
const bucketOf: ReadonlyMap<string, BucketName> = new Map(
  [...buckets].flatMap(([name, { calls }]) =>
    isBucketName(name) ? [calls].flat().map((call) => [call, name] as const) : [],
  ),
);

/** SNS, STS, S3 and IAM allow far more calls than a run makes, so they have no bucket here. */
export function bucketFor(service: string, operation: string): BucketName | undefined {
  return bucketOf.get(operation) ?? bucketOf.get(service);
}
