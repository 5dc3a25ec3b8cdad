/**
 * The sandbox's S3 behaves as S3 documents, asked by the real SDK over HTTP: conditions, versions, listings, refusals.
 */
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
  test('what was put comes back, with its ETag and the time at which it was put', async () => {
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

  test('bytes that are no text come back as they were put, or as the account file has them', async () => {
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

  test('an answer cut short is noticed by its checksum', async () => {
    const { sandbox, put, text } = await startStorage();
    await put('a', '0123456789');
    sandbox.faults.add({ operation: 'GetObject', kind: 'truncate' });
    await expect(text('a')).rejects.toThrow(/[Cc]hecksum/);
  });

  test('each putting is a version, and an older one can be had', async () => {
    const { put, text } = await startStorage();
    const { VersionId } = await put('a', 'one');
    await put('a', 'two');
    expect(await text('a')).toBe('two');
    expect(await text('a', VersionId)).toBe('one');
  });

  test('a deleted object is missing, and its versions are there still', async () => {
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

describe('conditions', () => {
  test('If-None-Match * writes only where nothing is', async () => {
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

  test('If-Match writes only over what was read', async () => {
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

  test('of two writers at once S3 may refuse one with a conflict', async () => {
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

describe('listings', () => {
  test('keys come in the order of their bytes, by prefix, page by page', async () => {
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

  test('a page says how much it holds and whether more follows', async () => {
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
    const last = await s3.send(
      new ListObjectsV2Command({ Bucket, ContinuationToken: NextContinuationToken }),
    );
    expect(last).toMatchObject({ IsTruncated: false, Contents: [{ Key: 'b&c', Size: 1 }] });
  });
});

describe('refusals', () => {
  test('a bucket that is not there', async () => {
    const { s3 } = await startStorage();
    const get = s3.send(new GetObjectCommand({ Bucket: 'nobodys', Key: 'a' }));
    expect(await refusal(get)).toMatchObject({ name: 'NoSuchBucket', status: 404 });
    const head = s3.send(new HeadBucketCommand({ Bucket: 'nobodys' }));
    expect(await refusal(head)).toMatchObject({ status: 404 });
  });

  test('a bucket of another Region says where it is, and the SDK follows', async () => {
    const { s3, sandbox } = await startStorage();
    await s3.send(new PutObjectCommand({ Bucket: 'elsewhere', Key: 'a', Body: 'x' }));
    expect(sandbox.account.storage.find('elsewhere')?.keys()).toEqual(['a']);
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1');
  });

  const policy = (Action: string[], Resource: string) => ({
    Statement: [{ Effect: 'Allow' as const, Action, Resource }],
  });
  const all = 'arn:aws:s3:::pruner-state/*';

  test('who may list the bucket is told that a key is missing, who may not is denied', async () => {
    const get = policy(['s3:GetObject'], all);
    const roles = { KNOWS: [get, policy(['s3:ListBucket'], 'arn:aws:s3:::pruner-state')], GUESSES: [get] };
    const knows = await startStorage({ roles, accessKeyId: 'KNOWS' });
    expect(await refusal(knows.text('a'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const guesses = await startStorage({ roles, accessKeyId: 'GUESSES' });
    expect(await refusal(guesses.text('a'))).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  test('IAM sees the object that is read or written, and the bucket that is listed', async () => {
    const roles = { READS: [policy(['s3:GetObject', 's3:ListBucket'], all)] };
    const { s3, put } = await startStorage({ roles, accessKeyId: 'READS' });
    expect(await refusal(put('a', 'x'))).toMatchObject({ name: 'AccessDenied' });
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket })))).toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('too many requests are told to slow down', async () => {
    const { put } = await startStorage({ quotas: { s3: { burst: 1, perSecond: 1 } } });
    await put('a', 'x');
    expect(await refusal(put('a', 'x'))).toMatchObject({ name: 'SlowDown', status: 503 });
  });
});
