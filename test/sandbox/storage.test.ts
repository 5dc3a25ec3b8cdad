/** S3 as it documents itself, called through the real SDK: conditional writes, versions, lists and errors. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { refusal, start } from '../support/sandbox.ts';

const Bucket = 'pruner-state';
const buckets = [
  { Name: Bucket },
  { Name: 'elsewhere', BucketRegion: 'us-west-2' },
  {
    Name: 'full',
    objects: [
      { Key: 'base64', Base64: 'H4sA//4=' },
      { Key: 'a/ä +%', Body: 'ab' },
    ],
  },
];

async function startStorage(options: Parameters<typeof start>[1] = {}) {
  const { sandbox, clock } = await start({ buckets }, options);
  const s3 = new S3Client({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    forcePathStyle: true,
    followRegionRedirects: true,
    credentials: { accessKeyId: options.accessKeyId ?? 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  onTestFinished(() => {
    s3.destroy();
  });
  const put = (Key: string, Body: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const text = async (Key: string, VersionId?: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return Body?.transformToString();
  };
  return { sandbox, clock, s3, put, text };
}

describe('objects', () => {
  test('GetObject returns an object with its ETag and time', async () => {
    const { s3, put } = await startStorage();
    const { ETag } = await put('a/ä b.json', '{"grün":"€"}', { ContentType: 'application/json' });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/ä b.json' }));
    expect(await got.Body?.transformToString()).toBe('{"grün":"€"}');
    expect(got).toMatchObject({
      ETag,
      ContentType: 'application/json',
      ContentLength: 15,
      LastModified: new Date('2026-11-24T02:30:00Z'),
    });
  });

  test('GetObject returns binary content unchanged, from PutObject and from the account file', async () => {
    const bytes = Uint8Array.of(0x1f, 0x8b, 0, 0xff, 0xfe);
    const { s3 } = await startStorage();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'put', Body: bytes }));
    for (const [of, Key] of [
      [Bucket, 'put'],
      ['full', 'base64'],
    ]) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: of, Key }));
      expect(await Body?.transformToByteArray()).toEqual(bytes);
    }
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'full', EncodingType: 'url' }));
    expect(Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['a/%C3%A4+%2B%25', 2],
      ['base64', 5],
    ]);
  });

  test('the SDK detects a truncated object by its checksum', async () => {
    const { sandbox, put, text } = await startStorage();
    await put('a', '0123456789');
    sandbox.faults.add({ operation: 'GetObject', kind: 'truncate' });
    await expect(text('a')).rejects.toThrow(/[Cc]hecksum/);
  });

  test('each PutObject adds a version, and older versions stay readable', async () => {
    const { put, text } = await startStorage();
    const { VersionId } = await put('a', 'one');
    await put('a', 'two');
    expect(await text('a')).toBe('two');
    expect(await text('a', VersionId)).toBe('one');
  });

  test('a deleted object is missing, but its versions remain', async () => {
    const { s3, put, text } = await startStorage();
    const { VersionId } = await put('a', 'one');
    const { DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(DeleteMarker).toBe(true);
    expect(await refusal(text('a'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await text('a', VersionId)).toBe('one');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    expect(await refusal(text('a', VersionId))).toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('conditional writes', () => {
  test('If-None-Match: * writes only a key that does not exist', async () => {
    const { s3, put, text } = await startStorage();
    await put('a', 'one', { IfNoneMatch: '*' });
    expect(await refusal(put('a', 'two', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
    expect(await text('a')).toBe('one');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await put('a', 'three', { IfNoneMatch: '*' });
    expect(await text('a')).toBe('three');
  });

  test('If-Match writes only over the ETag that was read', async () => {
    const { put, text } = await startStorage();
    const { ETag } = await put('a', 'one');
    await put('a', 'two', { IfMatch: ETag });
    expect(await refusal(put('a', 'three', { IfMatch: ETag }))).toMatchObject({ name: 'PreconditionFailed' });
    expect(await refusal(put('b', 'one', { IfMatch: ETag }))).toMatchObject({
      name: 'NoSuchKey',
      status: 404,
    });
    expect(await text('a')).toBe('two');
  });

  test('S3 may refuse one of two concurrent writes with a conflict', async () => {
    const { sandbox, put } = await startStorage();
    sandbox.faults.add({
      operation: 'PutObject',
      kind: 'error',
      code: 'ConditionalRequestConflict',
      status: 409,
      times: 1,
    });
    expect(await refusal(put('a', 'one', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'ConditionalRequestConflict',
      status: 409,
    });
  });
});

describe('lists', () => {
  test('ListObjectsV2 lists keys in byte order, by prefix, in pages', async () => {
    const { s3, put, sandbox } = await startStorage({ pageSize: 2 });
    for (const key of ['b/2', 'a', 'b/10', 'b/1', 'c', 'B']) await put(key, key);
    const keys = async (Prefix?: string) => {
      const found: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
        found.push(...Contents.map(({ Key = '' }) => Key));
      return found;
    };
    expect(await keys()).toEqual(['B', 'a', 'b/1', 'b/10', 'b/2', 'c']);
    expect(await keys('b/')).toEqual(['b/1', 'b/10', 'b/2']);
    expect(sandbox.calls.count('ListObjectsV2')).toBe(5);
  });

  test('ListObjectsV2 returns its number of keys and whether more follow', async () => {
    const { s3, put } = await startStorage();
    for (const key of ['a', 'b&c']) await put(key, 'x');
    const { IsTruncated, KeyCount, Contents, NextContinuationToken } = await s3.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 1 }),
    );
    expect({ IsTruncated, KeyCount, keys: Contents?.map(({ Key }) => Key) }).toEqual({
      IsTruncated: true,
      KeyCount: 1,
      keys: ['a'],
    });
    const last = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken: NextContinuationToken }));
    expect(last).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'b&c', Size: 1 }] });
  });
});

describe('errors', () => {
  test('a call on an unknown bucket fails', async () => {
    const { s3 } = await startStorage();
    const get = s3.send(new GetObjectCommand({ Bucket: 'nobodys', Key: 'a' }));
    expect(await refusal(get)).toMatchObject({ name: 'NoSuchBucket', status: 404 });
    const head = s3.send(new HeadBucketCommand({ Bucket: 'nobodys' }));
    expect(await refusal(head)).toMatchObject({ status: 404 });
  });

  test('a bucket of another Region redirects, and the SDK follows', async () => {
    const { s3, sandbox } = await startStorage();
    await s3.send(new PutObjectCommand({ Bucket: 'elsewhere', Key: 'a', Body: 'x' }));
    expect(sandbox.account.storage.find('elsewhere')?.keys()).toEqual(['a']);
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1');
  });

  const policy = (Action: string[], Resource: string) => ({
    Statement: [{ Effect: 'Allow' as const, Action, Resource }],
  });
  const all = 'arn:aws:s3:::pruner-state/*';

  test('a missing key is reported only to a caller who may list the bucket', async () => {
    const get = policy(['s3:GetObject'], all);
    const roles = { KNOWS: [get, policy(['s3:ListBucket'], 'arn:aws:s3:::pruner-state')], GUESSES: [get] };
    const knows = await startStorage({ roles, accessKeyId: 'KNOWS' });
    expect(await refusal(knows.text('a'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const guesses = await startStorage({ roles, accessKeyId: 'GUESSES' });
    expect(await refusal(guesses.text('a'))).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  test('IAM evaluates the object of a read or write, and the bucket of a list', async () => {
    const roles = { READS: [policy(['s3:GetObject', 's3:ListBucket'], all)] };
    const { s3, put } = await startStorage({ roles, accessKeyId: 'READS' });
    expect(await refusal(put('a', 'x'))).toMatchObject({ name: 'AccessDenied' });
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket })))).toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('S3 answers SlowDown to too many calls', async () => {
    const { put } = await startStorage({ quotas: { s3: { burst: 1, perSecond: 1 } } });
    await put('a', 'x');
    expect(await refusal(put('a', 'x'))).toMatchObject({ name: 'SlowDown', status: 503 });
  });
});
