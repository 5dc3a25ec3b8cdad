/** S3 buckets and the versions of their objects. Every bucket is versioned, as the pruner's own bucket is. */
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
  /** The bucket policy as JSON; undefined without a policy. */
  policy: string | undefined;
  /** Whether all four settings of the public access block are on; undefined without a block. */
  isPublicAccessBlocked: boolean | undefined;
  /** Set if another account owns the bucket. */
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

  /** The keys of existing objects, in byte order. */
  keys(): string[] {
    const held = [...this.#versions].filter(([, [newest]]) => newest?.object !== undefined);
    return held.map(([key]) => key).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  add(version: Version): void {
    this.#versions.set(version.Key, [version, ...this.versions(version.Key)]);
  }

  /** Deletes one version for good. */
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

/** Describes an object's content as S3 does: the ETag is the quoted MD5 digest. */
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
