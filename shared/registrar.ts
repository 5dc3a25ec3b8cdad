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
  const role = /^arn:[^:]+:sts::\d+:assumed-role\/([^/]+)\//.exec(registeredBy)?.[1];
  const name = role ?? /^arn:[^:]+:iam::\d+:role\/(?:.+\/)?([^/]+)$/.exec(registeredBy)?.[1];
  return name === undefined ? undefined : roles.find(([pattern]) => pattern.test(name))?.[1];
}

/** `AWS Batch`, when the family is named as what that makes for itself. */
export function awsFamily(family: string): string | undefined {
  return families.find(([pattern]) => pattern.test(family))?.[1];
}
