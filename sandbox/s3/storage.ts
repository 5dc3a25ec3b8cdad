/**
 * Buckets and what lies in them: versions of objects, the newest of which is the object. Every bucket here is versioned,
 * as the pruner's own is.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface Version {
  readonly Key: string;
  readonly VersionId: string;
  readonly LastModified: Date;
  /** Absent in a delete marker. */
  readonly object: StoredObject | undefined;
}

export interface StoredObject {
  readonly ETag: string;
  readonly bytes: Uint8Array;
  /** The bytes as UTF-8. */
  readonly text: string;
  readonly ContentType: string;
  readonly ChecksumCRC32: string;
}

export class StorageBucket {
  readonly name: string;
  readonly region: string;
  readonly createdAt: Date;
  /** The bucket policy, as JSON; absent where the bucket has none. */
  policy: string | undefined;
  /** Whether all four settings of the public access block are on; absent where the bucket has none. */
  isPublicAccessBlocked: boolean | undefined;
  /** Of another account than the one that is looked at. */
  owner: string | undefined;
  readonly #versions = new Map<string, Version[]>();

  constructor(name: string, { region, createdAt }: { region: string; createdAt: Date }) {
    this.name = name;
    this.region = region;
    this.createdAt = createdAt;
  }

  /** Newest first. */
  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** The keys of what is there, in the order of their bytes. */
  keys(): string[] {
    const held = [...this.#versions].filter(([, [newest]]) => newest?.object !== undefined);
    return held.map(([key]) => key).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  add(version: Version): void {
    this.#versions.set(version.Key, [version, ...this.versions(version.Key)]);
  }

  /** Takes one version away for good. */
  forget(key: string, versionId: string): void {
    this.#versions.set(
      key,
      this.versions(key).filter(({ VersionId }) => VersionId !== versionId),
    );
  }
}

export class Storage {
  readonly #buckets = new Map<string, StorageBucket>();

  add(bucket: StorageBucket): void {
    this.#buckets.set(bucket.name, bucket);
  }

  find(name: string): StorageBucket | undefined {
    return this.#buckets.get(name);
  }
}

/** What S3 says of an object's content: the ETag is its MD5, in quotes. */
export function storedObject(content: string | Uint8Array, ContentType: string): StoredObject {
  const bytes = Buffer.from(content);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return {
    ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
    bytes,
    text: bytes.toString('utf8'),
    ContentType,
    ChecksumCRC32: checksum.toString('base64'),
  };
}
