// How fast AWS lets an account call: token buckets per account and Region, each shared by every caller in it, so also
// by the deployments that we must not slow down.

import type { BucketName } from '../settings/schema.ts';

/** A bucket holds at most `burst` tokens and regains `perSecond`; a call takes one. */
export interface Quota {
  readonly burst: number;
  readonly perSecond: number;
}

/** ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html (by bucket).
 *  Tagging: https://docs.aws.amazon.com/general/latest/gr/arg.html (15 a second; the burst is not published). */
export const publishedQuotas = {
  'task-definition-modify': { burst: 20, perSecond: 1 },
  'task-definition-read': { burst: 50, perSecond: 20 },
  'cluster-read': { burst: 50, perSecond: 20 },
  'cluster-resource-read': { burst: 100, perSecond: 20 },
  'service-read': { burst: 100, perSecond: 20 },
  tagging: { burst: 15, perSecond: 15 },
} as const satisfies Record<BucketName, Quota>;

const bucketOf: Readonly<Record<string, BucketName>> = {
  DeregisterTaskDefinition: 'task-definition-modify',
  DescribeTaskDefinition: 'task-definition-read',
  ListTaskDefinitions: 'task-definition-read',
  DescribeClusters: 'cluster-read',
  ListClusters: 'cluster-read',
  DescribeTasks: 'cluster-resource-read',
  ListTasks: 'cluster-resource-read',
  DescribeServices: 'service-read',
  ListServices: 'service-read',
  GetResources: 'tagging',
};

/** The bucket that a call draws on; SNS and STS allow far more than one call a run and are not paced. */
export function bucketFor(operation: string): BucketName | undefined {
  return bucketOf[operation];
}
