// Checks whether a bucket's policy lets only some principals change the state store and read its journal. A statement of
// another form than in infra/template.yml counts as if it refused nothing.
import * as z from 'zod';

export interface StoreAccess {
  /** Whether changing an object is refused to all principals but `exempt`. */
  readonly isWritingRefused: boolean;
  /** Whether reading the journal is refused to all principals but `exempt`. */
  readonly isJournalRefused: boolean;
  /** The ARNs, with wildcards, for which either statement makes an exception. */
  readonly exempt: readonly string[];
  /** Those that are neither the function's role nor an operator's. */
  readonly unexpected: readonly string[];
  /** Whether all four settings of the public access block are on. */
  readonly isPrivate: boolean;
}

export interface BucketFacts {
  /** `arn:aws:s3:::bucket` */
  readonly bucket: string;
  /** The answer of GetBucketPolicy. Undefined where the bucket has no policy. */
  readonly policy: string | undefined;
  /** The answer of GetPublicAccessBlock. Undefined where the bucket has none. */
  readonly publicAccessBlock: Readonly<Record<string, boolean | undefined>> | undefined;
  /** The roles of the function `prune` and of the operators. */
  readonly roles: readonly string[];
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** Strict: a further member, for example NotPrincipal, would narrow the statement. */
const denial = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Deny'),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: z.union([z.literal('*'), z.tuple([z.literal('*')])]) })]),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore,
  Condition: z.strictObject({ ArnNotLike: z.strictObject({ 'aws:PrincipalArn': oneOrMore }) }),
});
const document = z.object({ Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]) });
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
const BLOCK_SETTINGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

export function checkStoreAccess({ bucket, policy, publicAccessBlock, roles }: BucketFacts): StoreAccess {
  const denials = parseDenials(policy);
  const everything = ['*', `${bucket}*`, `${bucket}/*`];
  const writing = findDenials(denials, CHANGING, everything);
  const journal = findDenials(denials, READING, [...everything, `${bucket}/*/journal/*`]);
  const used = [...(writing ?? []), ...(journal ?? [])];
  const exempt = [...new Set(used.flatMap(({ Condition }) => Condition.ArnNotLike['aws:PrincipalArn']))];
  return {
    isWritingRefused: writing !== undefined,
    isJournalRefused: journal !== undefined,
    exempt,
    unexpected: exempt.filter((arn) => !roles.includes(arn)),
    isPrivate: BLOCK_SETTINGS.every((part) => publicAccessBlock?.[part] === true),
  };
}

function parseDenials(policy = '{}'): Denial[] {
  let value: unknown;
  try {
    value = JSON.parse(policy);
  } catch {
    return [];
  }
  const statements = document.safeParse(value).data?.Statement ?? [];
  return statements.flatMap((one) => denial.safeParse(one).data ?? []);
}

/** @returns the statements that refuse these actions, and undefined where none refuses one of them */
function findDenials(
  denials: readonly Denial[],
  actions: readonly string[],
  resources: readonly string[],
): Denial[] | undefined {
  const reaching = denials.filter(({ Resource }) => Resource.some((one) => resources.includes(one)));
  const found = actions.map((action) => reaching.find((one) => isDenied(one, action)));
  return found.every((one) => one !== undefined) ? [...new Set(found)] : undefined;
}

function isDenied({ Action, NotAction }: Denial, action: string): boolean {
  if (Action !== undefined) return NotAction === undefined && Action.some((one) => isActionMatch(action, one));
  return NotAction !== undefined && !NotAction.some((one) => isActionMatch(action, one));
}

/** IAM compares actions without regard to case. */
function isActionMatch(action: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^$()|[\]{}\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}
