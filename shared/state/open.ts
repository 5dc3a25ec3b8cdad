// Where a run's state is, from what a person wrote: `s3://bucket/prefix`, or a folder.
import type { Aws } from '../aws/connect.ts';
import { folderState } from './folder.ts';
import type { Place } from './s3.ts';
import type { State } from './state.ts';

/** The S3 client is loaded only where a bucket is meant.
 *  @param where as `isPlace` in settings/schema.ts accepts it */
export async function openState(where: string, aws: Aws): Promise<State> {
  const place = bucketIn(where);
  if (place === undefined) return folderState(where);
  const { s3State } = await import('./s3.ts');
  return s3State(aws, place);
}

function bucketIn(where: string): Place | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(where) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix.replace(/\/+$/, '') };
}
