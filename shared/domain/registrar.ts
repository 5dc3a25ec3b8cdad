// Who registered a revision, as far as it matters: AWS services register some for their own use, while they run jobs or
// environments, and nothing that an account can list names these. They are not ours to judge.

/** Roles that an AWS service acts in: its service-linked role, whose name AWS reserves, and the roles that consoles make for
 *  services that had none. Not the roles of people's deployments that run in AWS (CloudFormation, CodePipeline), and not
 *  ECS's Express Mode, which registers in its caller's name.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html */
const roles: readonly (readonly [RegExp, string])[] = [
  [/^(AWSServiceRoleForBatch|AWSBatchServiceRole)/, 'AWS Batch'],
  [/^(AWSServiceRoleForElasticBeanstalk|aws-elasticbeanstalk-)/, 'AWS Elastic Beanstalk'],
  [/^AWSServiceRoleFor/, 'an AWS service'],
];

/** AWS Batch acts in a service role that may be the user's own, under this name of its session.
 *  https://docs.aws.amazon.com/batch/latest/userguide/service_IAM_role.html */
const BATCH_SESSION = /^arn:[^:]+:sts::\d+:assumed-role\/[^/]+\/aws-batch$/;

/** What these call what they make. Neither documents it, so that this only ever keeps. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^AWSBatch-|_Batch_[0-9a-f]{8}-/, 'AWS Batch'],
  [/^awseb-/, 'AWS Elastic Beanstalk'],
];

/** `AWS Batch`, when an AWS service registered it; nothing for everybody else.
 *  @param registeredBy a principal: a user's or role's ARN, an assumed role's session, or a service's name */
export function awsRegistrar(registeredBy: string | undefined): string | undefined {
  if (registeredBy === undefined) return undefined;
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(registeredBy))
    return registeredBy.startsWith('batch.') ? 'AWS Batch' : registeredBy;
  if (BATCH_SESSION.test(registeredBy)) return 'AWS Batch';
  const role = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(registeredBy)?.[1];
  const name = role ?? /^arn:[^:]+:iam::\d+:role\/(?:.+\/)?([^/]+)$/.exec(registeredBy)?.[1];
  return name === undefined ? undefined : roles.find(([pattern]) => pattern.test(name))?.[1];
}

/** The first of these globs that the principal matches, whole: `*` stands for any characters, `?` for one.
 *  @param globs of principals' ARNs, as `protectRegisteredBy` has them */
export function registrarGlob(
  registeredBy: string | undefined,
  globs: readonly string[],
): string | undefined {
  return registeredBy === undefined ? undefined : globs.find((glob) => isMatch(glob, registeredBy));
}

/** In steps that grow with the product of both lengths at worst: a regular expression of many `*` would not. */
function isMatch(glob: string, text: string): boolean {
  let [at, from] = [0, 0];
  let [star, resumed] = [-1, 0];
  while (from < text.length) {
    const wanted = glob[at];
    if (wanted === '*') [star, resumed, at] = [at, from, at + 1];
    else if (wanted !== undefined && (wanted === '?' || wanted === text[from]))
      [at, from] = [at + 1, from + 1];
    else if (star >= 0) [at, resumed, from] = [star + 1, resumed + 1, resumed + 1];
    else return false;
  }
  return /^\**$/.test(glob.slice(at));
}

/** `AWS Batch`, when the family is named as what that makes for itself. */
export function awsFamily(family: string): string | undefined {
  return families.find(([pattern]) => pattern.test(family))?.[1];
}
