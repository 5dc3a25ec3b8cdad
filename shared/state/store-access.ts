// Says from a bucket's policy whether it refuses all but some principals to change the state store and to read its journal.
// It believes only what it understands: a statement of another form than infra/state.yml has refuses nothing.
import * as z from 'zod';

export interface StoreAccess {
  /** Whether changing an object is refused to all principals but `exempt`. */
  readonly isWritingRefused: boolean;
  /** Whether reading the journal is refused to all principals but `exempt`. */
  readonly isJournalRefused: boolean;
  /** The ARNs, with wildcards, for which either statement makes an exception. */
  readonly exempt: readonly string[];
  /** Those of them that were not expected. */
  readonly unexpected: readonly string[];
  /** Whether all four parts of the public access block are on. */
  readonly isPrivate: boolean;
}

export interface BucketFacts {
  /** `arn:aws:s3:::bucket` */
  readonly bucket: string;
  /** The text that GetBucketPolicy answers; nothing where the bucket has none. */
  readonly policy: string | undefined;
  /** What GetPublicAccessBlock answers; nothing where the bucket has none. */
  readonly publicAccessBlock: Readonly<Record<string, boolean | undefined>> | undefined;
  /** The nightly function's role and those of operators. */
  readonly roles: readonly string[];
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** Strict: a member that narrows the statement, as NotPrincipal does, makes it another one. */
const denial = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Deny'),
  Principal: z.union([
    z.literal('*'),
    z.strictObject({ AWS: z.union([z.literal('*'), z.tuple([z.literal('*')])]) }),
  ]),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore,
  Condition: z.strictObject({ ArnNotLike: z.strictObject({ 'aws:PrincipalArn': oneOrMore }) }),
});
const document = z.object({
  Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]),
});
type Denial = z.output<typeof denial>;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const CHANGING = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersionTagging',
  's3:RestoreObject',
  's3:ReplicateObject',
  's3:ReplicateDelete',
];
const READING = ['s3:GetObject', 's3:GetObjectVersion'];
const PARTS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

export function storeAccess({ bucket, policy, publicAccessBlock, roles }: BucketFacts): StoreAccess {
  const denials = denialsIn(policy);
  const everything = ['*', `${bucket}*`, `${bucket}/*`];
  const writing = refusing(denials, CHANGING, everything);
  const journal = refusing(denials, READING, [...everything, `${bucket}/*/journal/*`]);
  const used = [...(writing ?? []), ...(journal ?? [])];
  const exempt = [...new Set(used.flatMap(({ Condition }) => Condition.ArnNotLike['aws:PrincipalArn']))];
  return {
    isWritingRefused: writing !== undefined,
    isJournalRefused: journal !== undefined,
    exempt,
    unexpected: exempt.filter((arn) => !roles.includes(arn)),
    isPrivate: PARTS.every((part) => publicAccessBlock?.[part] === true),
  };
}

function denialsIn(policy = '{}'): Denial[] {
  let value: unknown;
  try {
    value = JSON.parse(policy);
  } catch {
    return [];
  }
  const statements = document.safeParse(value).data?.Statement ?? [];
  return statements.flatMap((one) => denial.safeParse(one).data ?? []);
}

/** Statements that refuse all of these; nothing where one of them is left open. */
function refusing(
  denials: readonly Denial[],
  actions: readonly string[],
  resources: readonly string[],
): Denial[] | undefined {
  const reaching = denials.filter(({ Resource }) => Resource.some((one) => resources.includes(one)));
  const found = actions.map((action) => reaching.find((one) => isNamed(one, action)));
  return found.every((one) => one !== undefined) ? [...new Set(found)] : undefined;
}

function isNamed({ Action, NotAction }: Denial, action: string): boolean {
  if (Action !== undefined) return NotAction === undefined && Action.some((one) => isLike(action, one));
  return NotAction !== undefined && !NotAction.some((one) => isLike(action, one));
}

/** IAM compares actions without regard to case. */
function isLike(action: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^$()|[\]{}\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}
