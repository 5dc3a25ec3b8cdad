// Options for S3 clients, in addition to those of all clients.
import type { Aws } from './connect.ts';

export function bucketOptions(aws: Aws) {
  return {
    // A custom endpoint, such as the sandbox, has no host name for each bucket.
    forcePathStyle: aws.isRedirected,
    // The operator may choose a bucket in another Region than the target's.
    followRegionRedirects: true,
  };
}
