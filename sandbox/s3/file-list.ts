import { Bucket$, type Bucket } from '@aws-sdk/client-s3';
import type { AccountStores } from '../account-stores.ts';
import { listOf, required, text, withMembers, type FileList } from '../file-list.ts';
import { structureOf, type Structure } from '../shapes.ts';
import { StorageBucket, storedObject } from './storage.ts';

/** An object's content, either as text or in base64. */
interface ObjectEntry {
  readonly Key: string;
  readonly Body?: string;
  readonly Base64?: string;
}
type BucketEntry = Bucket & { readonly objects?: readonly ObjectEntry[] };

const object: Structure = {
  kind: 'structure',
  name: 'Object',
  members: new Map(['Key', 'Body', 'Base64'].map((tag) => [tag, { shape: text, required: tag === 'Key', tag }])),
};

export const bucketList: FileList<BucketEntry> = {
  shape: withMembers(structureOf(Bucket$), { objects: listOf(object) }),
  add({ Name, BucketRegion, CreationDate, objects = [] }, account) {
    const region = BucketRegion ?? account.place.region;
    const createdAt = CreationDate ?? new Date(account.now());
    const bucket = new StorageBucket(required(Name, 'Name'), { region, createdAt });
    for (const one of objects) addObject(account, bucket, one);
    account.storage.add(bucket);
  },
};

function addObject(account: AccountStores, bucket: StorageBucket, { Key, Body, Base64 }: ObjectEntry): void {
  if ((Body === undefined) === (Base64 === undefined))
    throw new TypeError(`${Key}: expected either Body (text) or Base64`);
  bucket.add({
    Key,
    VersionId: account.ids.hex(32),
    LastModified: bucket.createdAt,
    object: storedObject(Body ?? Buffer.from(Base64 ?? '', 'base64'), 'binary/octet-stream'),
  });
}
