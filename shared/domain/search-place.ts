// An entry of the setting `search`: the objects of a bucket under a prefix, or the parameters of Systems Manager under a path.

export interface ObjectsPlace {
  readonly kind: 'objects';
  /** As in the settings: `s3://bucket/prefix/`, `ssm:/path/`. */
  readonly written: string;
  readonly bucket: string;
  /** Empty for the whole bucket. */
  readonly prefix: string;
}

export interface ParametersPlace {
  readonly kind: 'parameters';
  readonly written: string;
  /** Begins with a slash. Ends with none, except `/` itself. */
  readonly path: string;
}

export type SearchPlace = ObjectsPlace | ParametersPlace;

/** Bucket names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html. Refuses `*` and `?` in a
 *  prefix: a key may contain them, but an operator means a glob, which S3 does not support.
 *  Paths of 15 levels: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html */
export const searchPlacePattern =
  /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^*?\p{Cc}]{0,1024})?|ssm:\/([\w.-]+\/){0,14}([\w.-]+)?)$/u;

/** @param entry must match searchPlacePattern */
export function searchPlace(entry: string): SearchPlace {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(entry) ?? [];
  if (bucket !== undefined) return { kind: 'objects', written: `s3://${bucket}/${prefix}`, bucket, prefix };
  const names = entry.slice('ssm:/'.length).replace(/\/$/, '');
  const path = `/${names}`;
  return { kind: 'parameters', written: names === '' ? 'ssm:/' : `ssm:${path}/`, path };
}

export interface SearchPermission {
  /** As in the deployed roles. */
  readonly sid: string;
  readonly action: string;
  readonly resources: readonly string[];
}

/** The permissions to search these places. https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html */
export function searchPermissions(places: readonly SearchPlace[], region = '*'): SearchPermission[] {
  const objects = places.filter((place) => place.kind === 'objects');
  const paths = places.filter((place) => place.kind === 'parameters').map(({ path }) => path.slice(1));
  const parameter = (name: string) => `arn:*:ssm:${region}:*:parameter/${name}`;
  return [
    {
      sid: 'ListSearchedBuckets',
      action: 's3:ListBucket',
      resources: objects.map(({ bucket }) => `arn:*:s3:::${bucket}`),
    },
    {
      sid: 'ReadSearchedObjects',
      action: 's3:GetObject',
      resources: objects.map(({ bucket, prefix }) => `arn:*:s3:::${bucket}/${prefix}*`),
    },
    {
      sid: 'ReadSearchedParameters',
      action: 'ssm:GetParametersByPath',
      resources: paths.flatMap((path) => (path === '' ? [parameter('*')] : [parameter(path), parameter(`${path}/*`)])),
    },
  ]
    .map((one) => ({ ...one, resources: [...new Set(one.resources)] }))
    .filter(({ resources }) => resources.length > 0);
}
