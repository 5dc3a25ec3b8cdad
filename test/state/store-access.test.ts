// Whether a bucket policy protects the state store. Only statements of a known form count.
import { expect, test } from 'vitest';
import { checkStoreAccess } from '../../shared/state/store-access.ts';

const bucket = 'arn:aws:s3:::kept';
const run = 'arn:aws:iam::123456789012:role/run';
const closed = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};
const others = { ArnNotLike: { 'aws:PrincipalArn': [run] } };
/** As infra/template.yml has them. */
const write = {
  Sid: 'OnlyRunsAndOperatorsWrite',
  Effect: 'Deny',
  Principal: '*',
  NotAction: 's3:GetObject*',
  Resource: `${bucket}/*`,
  Condition: others,
};
const journal = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:GetObject*',
  Resource: [`${bucket}/*/journal/*`],
  Condition: others,
};
const of = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const access = (policy: string | undefined, publicAccessBlock: Record<string, boolean> | undefined = closed) =>
  checkStoreAccess({ bucket, policy, publicAccessBlock, roles: [run] });

test('finds both denials of the deployed policy, and the roles that it exempts', () => {
  expect(access(of(write, journal))).toEqual({
    isWritingRefused: true,
    isJournalRefused: true,
    exempt: [run],
    unexpected: [],
    isPrivate: true,
  });
});

test('reports an unexpected principal', () => {
  const Condition = { ArnNotLike: { 'aws:PrincipalArn': [run, 'arn:aws:iam::123456789012:role/x'] } };
  expect(access(of({ ...write, Condition }, journal)).unexpected).toEqual(['arn:aws:iam::123456789012:role/x']);
});

test.each([
  { what: 'no policy', policy: undefined },
  { what: 'text that is not JSON', policy: '{' },
  { what: 'no statement', policy: '{}' },
  { what: 'null', policy: 'null' },
  { what: 'an Allow', policy: of({ ...write, Effect: 'Allow' }) },
  { what: 'a single principal', policy: of({ ...write, Principal: { AWS: run } }) },
  {
    what: 'all principals but some',
    policy: of({ ...write, Principal: undefined, NotPrincipal: { AWS: run } }),
  },
  { what: 'a part of the bucket', policy: of({ ...write, Resource: `${bucket}/a/*` }) },
  { what: 'another bucket', policy: of({ ...write, Resource: `${bucket}-2/*` }) },
  {
    what: 'a further condition',
    policy: of({ ...write, Condition: { ...others, Bool: { 'aws:SecureTransport': 'true' } } }),
  },
  {
    what: 'another operator',
    policy: of({ ...write, Condition: { ArnLike: { 'aws:PrincipalArn': [run] } } }),
  },
  { what: 'no condition', policy: of({ ...write, Condition: undefined }) },
  { what: 'another key', policy: of({ ...write, Condition: { ArnNotLike: { 'aws:SourceArn': [run] } } }) },
  {
    what: 'all actions except PutObject',
    policy: of({ ...write, NotAction: ['s3:GetObject*', 's3:PutObject'] }),
  },
  { what: 'PutObject alone', policy: of({ ...write, NotAction: undefined, Action: 's3:PutObject*' }) },
])('does not count a policy with $what as a denial of writes', ({ policy }) => {
  expect(access(policy).isWritingRefused).toBe(false);
});

test('accepts one statement that denies every action, in any case', () => {
  const all = { ...write, NotAction: undefined, Action: 'S3:*' };
  expect(access(JSON.stringify({ Statement: all }))).toMatchObject({
    isWritingRefused: true,
    isJournalRefused: true,
  });
  expect(access(of(write))).toMatchObject({ isWritingRefused: true, isJournalRefused: false });
});

test.each([undefined, {}, { ...closed, IgnorePublicAcls: false }])(
  'is not private with the public access block %j',
  (block) => {
    const facts = { bucket, policy: of(write), publicAccessBlock: block, roles: [] };
    expect(checkStoreAccess(facts).isPrivate).toBe(false);
  },
);
