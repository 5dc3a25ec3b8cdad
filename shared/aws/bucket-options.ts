// What a client of S3 needs beside the settings of all clients.
import type { Aws } from './connect.ts';

export function bucketOptions(aws: Aws) {
  return {
    // An endpoint of one's own, as the sandbox is, has no name for each bucket in front of it.
    forcePathStyle: aws.isRedirected,
    // A person may name a bucket that lies in another Region than what is looked at.
    followRegionRedirects: true,
  };
}
