// What CloudFormation calls with the deployer's permissions to create, read, update and delete a resource: the `handlers` of
// AWS's resource type schemas as of August 2026, without the calls for properties that the template does not set (file
// systems, layers, code signing, provisioned concurrency, metadata tables, data protection, delivery).
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
export interface Handled {
  /** An ARN of the resource as CloudFormation would create it in our stacks. */
  readonly arn: string;
  readonly actions: readonly string[];
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
const account = 'eu-west-1:123456789012';
const functionActions = words(`
  lambda:CreateFunction lambda:GetFunction lambda:PutFunctionConcurrency lambda:DeleteFunctionConcurrency
  lambda:GetFunctionCodeSigningConfig lambda:GetRuntimeManagementConfig lambda:GetFunctionRecursionConfig
  lambda:GetFunctionScalingConfig lambda:TagResource lambda:UntagResource lambda:ListTags
  lambda:UpdateFunctionConfiguration lambda:UpdateFunctionCode lambda:DeleteFunction`);
const bucketActions = words(`
  s3:CreateBucket s3:DeleteBucket s3:ListBucket s3:PutBucketTagging s3:GetBucketTagging s3:TagResource s3:UntagResource
  s3:PutEncryptionConfiguration s3:GetEncryptionConfiguration s3:PutLifecycleConfiguration
  s3:GetLifecycleConfiguration s3:PutBucketPublicAccessBlock s3:GetBucketPublicAccessBlock s3:PutBucketVersioning
  s3:GetBucketVersioning s3:PutBucketOwnershipControls s3:GetBucketOwnershipControls`);

export const handlers: Readonly<Record<string, Handled>> = {
  'AWS::CloudWatch::Alarm': {
    arn: `arn:aws:cloudwatch:${account}:alarm:ecs-revision-pruner-prod-failed`,
    actions: words(`
      cloudwatch:PutMetricAlarm cloudwatch:DescribeAlarms cloudwatch:DeleteAlarms cloudwatch:TagResource
      cloudwatch:UntagResource cloudwatch:ListTagsForResource`),
  },
  'AWS::CloudWatch::Dashboard': {
    arn: 'arn:aws:cloudwatch::123456789012:dashboard/ecs-revision-pruner-prod',
    actions: words('cloudwatch:PutDashboard cloudwatch:GetDashboard cloudwatch:DeleteDashboards'),
  },
  'AWS::IAM::ManagedPolicy': {
    arn: 'arn:aws:iam::123456789012:policy/ecs-revision-pruner-prod-ReadEcsPolicy-1A2B3C4D5E6F',
    actions: words(`
      iam:CreatePolicy iam:CreatePolicyVersion iam:DeletePolicy iam:DeletePolicyVersion iam:GetPolicy
      iam:GetPolicyVersion iam:ListEntitiesForPolicy iam:ListPolicyVersions`),
  },
  'AWS::IAM::Role': {
    arn: 'arn:aws:iam::123456789012:role/ecs-revision-pruner-prod-PruneRole-1A2B3C4D5E6F',
    actions: words(`
      iam:CreateRole iam:GetRole iam:UpdateRole iam:UpdateRoleDescription iam:UpdateAssumeRolePolicy iam:DeleteRole
      iam:PutRolePolicy iam:GetRolePolicy iam:DeleteRolePolicy iam:ListRolePolicies iam:AttachRolePolicy
      iam:DetachRolePolicy iam:ListAttachedRolePolicies iam:TagRole iam:UntagRole iam:ListRoleTags`),
  },
  'AWS::KMS::Alias': {
    arn: `arn:aws:kms:${account}:alias/ecs-revision-pruner-prod`,
    actions: words('kms:CreateAlias kms:UpdateAlias kms:DeleteAlias kms:ListAliases'),
  },
  'AWS::KMS::Key': {
    arn: `arn:aws:kms:${account}:key/00000000-0000-4000-8000-000000000000`,
    actions: words(`
      kms:CreateKey kms:DescribeKey kms:EnableKey kms:DisableKey kms:EnableKeyRotation kms:DisableKeyRotation
      kms:GetKeyRotationStatus kms:PutKeyPolicy kms:GetKeyPolicy kms:TagResource kms:UntagResource
      kms:ListResourceTags kms:UpdateKeyDescription kms:ScheduleKeyDeletion
      kms:CreateAlias kms:UpdateAlias kms:DeleteAlias`),
  },
  'AWS::Lambda::EventInvokeConfig': {
    arn: `arn:aws:lambda:${account}:function:ecs-revision-pruner-prod-nightly`,
    actions: words(`
      lambda:PutFunctionEventInvokeConfig lambda:GetFunctionEventInvokeConfig lambda:UpdateFunctionEventInvokeConfig
      lambda:DeleteFunctionEventInvokeConfig`),
  },
  'AWS::Lambda::Function': {
    arn: `arn:aws:lambda:${account}:function:ecs-revision-pruner-prod-nightly`,
    actions: functionActions,
  },
  'AWS::Logs::LogGroup': {
    arn: `arn:aws:logs:${account}:log-group:/aws/lambda/ecs-revision-pruner-prod-prune:*`,
    actions: words(`
      logs:DescribeLogGroups logs:CreateLogGroup logs:PutRetentionPolicy logs:DeleteRetentionPolicy logs:DeleteLogGroup
      logs:TagResource logs:UntagResource logs:ListTagsForResource logs:GetDataProtectionPolicy
      logs:DescribeIndexPolicies logs:DescribeResourcePolicies`),
  },
  'AWS::Logs::QueryDefinition': {
    arn: `arn:aws:logs:${account}:query-definition:00000000-0000-4000-8000-000000000000`,
    actions: words('logs:PutQueryDefinition logs:DescribeQueryDefinitions logs:DeleteQueryDefinition'),
  },
  'AWS::S3::Bucket': {
    arn: 'arn:aws:s3:::ecs-revision-pruner-prod-statebucket-1a2b3c4d5e6f',
    actions: bucketActions,
  },
  'AWS::S3::BucketPolicy': {
    arn: 'arn:aws:s3:::ecs-revision-pruner-prod-statebucket-1a2b3c4d5e6f',
    actions: words('s3:GetBucketPolicy s3:PutBucketPolicy s3:DeleteBucketPolicy'),
  },
  'AWS::SNS::Subscription': {
    arn: `arn:aws:sns:${account}:ecs-revision-pruner-prod`,
    actions: words(
      'sns:Subscribe sns:GetSubscriptionAttributes sns:SetSubscriptionAttributes sns:Unsubscribe sns:ListSubscriptionsByTopic',
    ),
  },
  'AWS::SNS::Topic': {
    arn: `arn:aws:sns:${account}:ecs-revision-pruner-prod`,
    actions: words(`
      sns:CreateTopic sns:DeleteTopic sns:GetTopicAttributes sns:SetTopicAttributes sns:TagResource sns:UntagResource
      sns:ListTagsForResource sns:ListSubscriptionsByTopic sns:GetDataProtectionPolicy`),
  },
  'AWS::SNS::TopicPolicy': {
    arn: `arn:aws:sns:${account}:ecs-revision-pruner-prod`,
    actions: words('sns:SetTopicAttributes'),
  },
  'AWS::SSM::Parameter': {
    arn: `arn:aws:ssm:${account}:parameter/ecs-revision-pruner-prod/settings`,
    actions: words(`
      ssm:PutParameter ssm:GetParameters ssm:DeleteParameter ssm:AddTagsToResource ssm:RemoveTagsFromResource
      ssm:ListTagsForResource`),
  },
  'AWS::SQS::Queue': {
    arn: `arn:aws:sqs:${account}:ecs-revision-pruner-prod-failed-runs`,
    actions: words(`
      sqs:CreateQueue sqs:DeleteQueue sqs:GetQueueUrl sqs:GetQueueAttributes sqs:SetQueueAttributes sqs:TagQueue
      sqs:UntagQueue sqs:ListQueueTags`),
  },
  'AWS::Scheduler::Schedule': {
    arn: `arn:aws:scheduler:${account}:schedule/default/ecs-revision-pruner-prod`,
    actions: words('scheduler:CreateSchedule scheduler:GetSchedule scheduler:UpdateSchedule scheduler:DeleteSchedule'),
  },
};

/** The types that only the hub has. The policy of a queue is in both policies: it changes the queue. */
export const hubHandlers: Readonly<Record<string, Handled>> = {
  'AWS::Events::EventBus': {
    arn: `arn:aws:events:${account}:event-bus/ecs-revision-pruner-fleet-prod`,
    actions: words(`
      events:CreateEventBus events:DescribeEventBus events:UpdateEventBus events:DeleteEventBus events:TagResource
      events:UntagResource events:ListTagsForResource`),
  },
  'AWS::Events::EventBusPolicy': {
    arn: `arn:aws:events:${account}:event-bus/ecs-revision-pruner-fleet-prod`,
    actions: words('events:PutPermission events:RemovePermission events:DescribeEventBus'),
  },
  'AWS::Events::Rule': {
    arn: `arn:aws:events:${account}:rule/ecs-revision-pruner-fleet-prod/ecs-revision-pruner-fleet-prod`,
    actions: words(`
      events:PutRule events:DescribeRule events:DeleteRule events:PutTargets events:RemoveTargets
      events:ListTargetsByRule`),
  },
  'AWS::Lambda::EventSourceMapping': {
    arn: `arn:aws:lambda:${account}:event-source-mapping:00000000-0000-4000-8000-000000000000`,
    actions: words(`
      lambda:CreateEventSourceMapping lambda:GetEventSourceMapping lambda:UpdateEventSourceMapping
      lambda:DeleteEventSourceMapping lambda:TagResource lambda:UntagResource lambda:ListTags`),
  },
  'AWS::SQS::QueuePolicy': {
    arn: `arn:aws:sqs:${account}:ecs-revision-pruner-fleet-prod-events`,
    actions: words('sqs:GetQueueAttributes sqs:SetQueueAttributes'),
  },
};

/** The calls that the parameters SubnetIds and SecurityGroupIds need. */
export const network = words('ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs');

/** The resources that the deployment creates without CloudFormation. */
export const direct: readonly Handled[] = [
  {
    arn: `arn:aws:cloudformation:${account}:stack/ecs-revision-pruner-prod/00000000-0000-4000-8000-000000000000`,
    actions: words(`
      cloudformation:CreateStack cloudformation:CreateChangeSet cloudformation:DescribeChangeSet
      cloudformation:ExecuteChangeSet cloudformation:DeleteChangeSet cloudformation:DescribeStacks
      cloudformation:DescribeStackEvents cloudformation:DescribeStackResource cloudformation:ListStackResources
      cloudformation:UpdateStack cloudformation:DeleteStack cloudformation:GetTemplate
      cloudformation:ValidateTemplate`),
  },
  {
    arn: 'arn:aws:s3:::ecs-revision-pruner-prod-serverlessdeploymentbucket-1a2b3c4d5e6f',
    actions: words('s3:ListBucket s3:ListBucketVersions s3:GetBucketLocation'),
  },
  {
    arn: 'arn:aws:s3:::ecs-revision-pruner-prod-serverlessdeploymentbucket-1a2b3c4d5e6f/serverless/x.zip',
    actions: words('s3:PutObject s3:GetObject s3:GetObjectVersion s3:DeleteObject s3:DeleteObjectVersion'),
  },
];
