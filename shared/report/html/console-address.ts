// The address of a page in the S3 console. It opens only for a role that may read the object, and does not expire.
import type { Target } from '../../domain/revision.ts';

/** By partition; the console of another partition is not public knowledge.
 *  https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-govcloud-endpoints.html
 *  https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html */
const hosts: Readonly<Record<string, (region: string) => string>> = {
  aws: (region) => `${region}.console.aws.amazon.com`,
  'aws-cn': () => 'console.amazonaws.cn',
  'aws-us-gov': () => 'console.amazonaws-us-gov.com',
};

/** @param at `s3://bucket/key`; nothing for any other place */
export function consoleAddress(at: string, { partition, region }: Target): string | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(at) ?? [];
  const host = hosts[partition]?.(region);
  if (bucket === undefined || key === undefined || host === undefined) return undefined;
  const prefix = key.split('/').map(encodeURIComponent).join('/');
  return `https://${host}/s3/object/${encodeURIComponent(bucket)}?region=${region}&prefix=${prefix}`;
}
