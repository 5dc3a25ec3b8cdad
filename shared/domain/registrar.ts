// Recognizes revisions that AWS services registered for their own jobs or environments. No source that an account can list
// references them, so a run keeps them.

/** Roles that an AWS service assumes: its service-linked role, whose name AWS reserves, and the roles that consoles create for
 *  it. Excludes the roles of deployments that run in AWS (CloudFormation, CodePipeline), and ECS Express Mode, which
 *  registers in its caller's name.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html */
const roles: readonly (readonly [RegExp, string])[] = [
  [/^(AWSServiceRoleForBatch|AWSBatchServiceRole)/, 'AWS Batch'],
  [/^(AWSServiceRoleForElasticBeanstalk|aws-elasticbeanstalk-)/, 'AWS Elastic Beanstalk'],
  [/^AWSServiceRoleFor/, 'an AWS service'],
];

/** AWS Batch may assume a role of the user, always with this session name.
 *  https://docs.aws.amazon.com/batch/latest/userguide/service_IAM_role.html */
const BATCH_SESSION = /^arn:[^:]+:sts::\d+:assumed-role\/[^/]+\/aws-batch$/;

/** Names of families that these services create. They are undocumented, so a match only ever keeps a revision. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^AWSBatch-|_Batch_[0-9a-f]{8}-/, 'AWS Batch'],
  [/^awseb-/, 'AWS Elastic Beanstalk'],
];

/** `AWS Batch`, when an AWS service registered it. Undefined for any other principal.
 *  @param registeredBy the ARN of a user or role, the session of an assumed role, or the name of a service */
export function awsRegistrar(registeredBy: string | undefined): string | undefined {
  if (registeredBy === undefined) return undefined;
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(registeredBy))
    return registeredBy.startsWith('batch.') ? 'AWS Batch' : registeredBy;
  if (BATCH_SESSION.test(registeredBy)) return 'AWS Batch';
  const role = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(registeredBy)?.[1];
  const name = role ?? /^arn:[^:]+:iam::\d+:role\/(?:.+\/)?([^/]+)$/.exec(registeredBy)?.[1];
  return name === undefined ? undefined : roles.find(([pattern]) => pattern.test(name))?.[1];
}

/** The first glob that matches the whole principal: `*` stands for any characters, `?` for one.
 *  @param globs of principals' ARNs, from the setting `protectRegisteredBy` */
export function registrarGlob(registeredBy: string | undefined, globs: readonly string[]): string | undefined {
  return registeredBy === undefined ? undefined : globs.find((glob) => isGlobMatch(glob, registeredBy));
}

/** Needs at most the product of both lengths in steps, which a regular expression with many `*` exceeds. */
function isGlobMatch(glob: string, text: string): boolean {
  let [at, from] = [0, 0];
  let [star, resumed] = [-1, 0];
  while (from < text.length) {
    const wanted = glob[at];
    if (wanted === '*') [star, resumed, at] = [at, from, at + 1];
    else if (wanted !== undefined && (wanted === '?' || wanted === text[from])) [at, from] = [at + 1, from + 1];
    else if (star >= 0) [at, resumed, from] = [star + 1, resumed + 1, resumed + 1];
    else return false;
  }
  return /^\**$/.test(glob.slice(at));
}

/** `AWS Batch`, when the family has a name that this service creates. */
export function awsFamily(family: string): string | undefined {
  return families.find(([pattern]) => pattern.test(family))?.[1];
}
