// Stages for the tests of the template: a dry run, a live one, one that searches, and one with every parameter.
import { stackOf } from './stack.ts';

export const operator = 'arn:aws:iam::123456789012:role/deploy/Platform';
export const identityCenter =
  'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*';
export const searched = [
  'arn:aws:s3:::states',
  'arn:aws:s3:::states/prod/*',
  'arn:aws:ssm:eu-west-1:123456789012:parameter/launch/*',
];
export const key = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-4333-8444-555555555555';
export const ownTopic = 'arn:aws:sns:eu-west-1:123456789012:platform';
export const boundary = 'arn:aws:iam::123456789012:policy/fence';
// AllowDelete has no effect in a dry run.
export const dryRun = stackOf({ AllowDelete: 'true' });
export const live = stackOf({
  DryRun: 'false',
  Paused: 'true',
  Email: 'platform@example.com',
  TimeZone: 'Europe/Berlin',
  OperatorRoleArns: `${operator}, ${identityCenter}`,
});
export const searching = stackOf({ SearchResourceArns: searched.join(', ') });

/** Every switch of the template, thrown. */
export const everything = {
  DryRun: 'false',
  AllowDelete: 'true',
  Email: 'platform@example.com',
  Settings: 'keepLatest: 10',
  OperatorRoleArns: operator,
  SearchResourceArns: searched.join(','),
  KmsKeyArn: key,
  PermissionsBoundaryArn: boundary,
  RolePath: '/platform/',
  SubnetIds: 'subnet-0a1b2c3d,subnet-4e5f6a7b',
  SecurityGroupIds: 'sg-0a1b2c3d',
  Tracing: 'Active',
  FleetBusArn: 'arn:aws:events:eu-west-1:999999999999:event-bus/fleet',
  ChatTopic: 'true',
};
