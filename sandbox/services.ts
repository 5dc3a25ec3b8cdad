/**
 * The AWS services that the sandbox knows. Another one is an entry here; another resource of one of these is a file
 * with its operations and a line in the entry's list.
 */
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as s3 from '@aws-sdk/client-s3';
import { eventOperations } from './cloudtrail/events.ts';
import { restXml } from './protocols/rest-xml.ts';
import { objectOperations } from './s3/objects.ts';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as pipes from '@aws-sdk/client-pipes';
import * as scheduler from '@aws-sdk/client-scheduler';
import { busOperations } from './events/buses.ts';
import { ruleOperations } from './events/rules.ts';
import { targetOperations } from './events/targets.ts';
import { pipeOperations } from './pipes/pipes.ts';
import * as lambda from '@aws-sdk/client-lambda';
import { durableOperations } from './lambda/executions.ts';
import { functionOperations } from './lambda/functions.ts';
import * as cloudcontrol from '@aws-sdk/client-cloudcontrol';
import * as ssm from '@aws-sdk/client-ssm';
import { resourceOperations as cloudControlOperations } from './cloudcontrol/subscribers.ts';
import { parameterOperations } from './ssm/parameters.ts';
import { restJson } from './protocols/rest-json.ts';
import { groupOperations } from './scheduler/groups.ts';
import { scheduleOperations } from './scheduler/schedules.ts';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as ecs from '@aws-sdk/client-ecs';
import * as tagging from '@aws-sdk/client-resource-groups-tagging-api';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { changeSetOperations } from './cloudformation/change-sets.ts';
import { stackOperations } from './cloudformation/stacks.ts';
import { applicationOperations } from './codedeploy/applications.ts';
import { deploymentOperations } from './codedeploy/deployments.ts';
import { clusterOperations } from './ecs/clusters.ts';
import { expressOperations } from './ecs/express.ts';
import { serviceDeploymentOperations } from './ecs/service-deployments.ts';
import { serviceOperations } from './ecs/services.ts';
import { tagOperations } from './ecs/tags.ts';
import { taskDefinitionOperations } from './ecs/task-definitions.ts';
import { taskSetOperations } from './ecs/task-sets.ts';
import { taskOperations } from './ecs/tasks.ts';
import type { Operations } from './operation.ts';
import { awsJson } from './protocols/aws-json.ts';
import type { Protocol } from './protocols/protocol.ts';
import { query } from './protocols/query.ts';
import { operationsOf, type OperationShapes } from './shapes.ts';
import { topicOperations } from './sns/topics.ts';
import { executionOperations } from './states/executions.ts';
import { stateMachineOperations } from './states/state-machines.ts';
import { aliasOperations } from './sts/aliases.ts';
import { callerOperations } from './sts/caller.ts';
import { resourceOperations } from './tagging/resources.ts';

export interface AwsService {
  /** As in a signature's scope and in a call's record. */
  readonly name: string;
  /** The prefix of its IAM actions. */
  readonly iam: string;
  readonly protocol: Protocol;
  /** How a request names the service: the target's prefix (JSON) or the API version (Query). */
  readonly id: string;
  readonly shapes: ReadonlyMap<string, OperationShapes>;
  readonly operations: Operations;
  /** How it words the two refusals that AWS itself makes, whatever the operation. */
  readonly throttled: Refusal;
  readonly denied: Refusal;
}

interface Refusal {
  readonly code: string;
  readonly status: number;
}

const schedulerShapes = operationsOf(scheduler);
const pipesShapes = operationsOf(pipes);
const lambdaShapes = operationsOf(lambda);

export const services: readonly AwsService[] = [
  {
    name: 'ecs',
    iam: 'ecs',
    protocol: awsJson('1.1'),
    id: 'AmazonEC2ContainerServiceV20141113',
    shapes: operationsOf(ecs),
    operations: {
      ...taskDefinitionOperations,
      ...clusterOperations,
      ...serviceOperations,
      ...serviceDeploymentOperations,
      ...expressOperations,
      ...taskSetOperations,
      ...taskOperations,
      ...tagOperations,
    },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  {
    name: 'tagging',
    iam: 'tag',
    protocol: awsJson('1.1'),
    id: 'ResourceGroupsTaggingAPI_20170126',
    shapes: operationsOf(tagging),
    operations: { ...resourceOperations },
    throttled: { code: 'ThrottledException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  {
    name: 'sns',
    iam: 'sns',
    protocol: query,
    id: '2010-03-31',
    shapes: operationsOf(sns),
    operations: { ...topicOperations },
    throttled: { code: 'Throttled', status: 429 },
    denied: { code: 'AuthorizationError', status: 403 },
  },
  {
    name: 'iam',
    iam: 'iam',
    protocol: query,
    id: '2010-05-08',
    shapes: operationsOf(iam),
    operations: { ...aliasOperations },
    throttled: { code: 'Throttling', status: 400 },
    denied: { code: 'AccessDenied', status: 403 },
  },
  {
    name: 'sts',
    iam: 'sts',
    protocol: query,
    id: '2011-06-15',
    shapes: operationsOf(sts),
    operations: { ...callerOperations },
    throttled: { code: 'Throttling', status: 400 },
    denied: { code: 'AccessDenied', status: 403 },
  },
  {
    name: 'codedeploy',
    iam: 'codedeploy',
    protocol: awsJson('1.1'),
    id: 'CodeDeploy_20141006',
    shapes: operationsOf(codedeploy),
    operations: { ...applicationOperations, ...deploymentOperations },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  {
    name: 'cloudformation',
    iam: 'cloudformation',
    protocol: query,
    id: '2010-05-15',
    shapes: operationsOf(cloudformation),
    operations: { ...stackOperations, ...changeSetOperations },
    throttled: { code: 'Throttling', status: 400 },
    denied: { code: 'AccessDenied', status: 403 },
  },
  {
    name: 'states',
    iam: 'states',
    protocol: awsJson('1.0'),
    id: 'AWSStepFunctions',
    shapes: operationsOf(sfn),
    operations: { ...stateMachineOperations, ...executionOperations },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  {
    name: 'events',
    iam: 'events',
    protocol: awsJson('1.1'),
    id: 'AWSEvents',
    shapes: operationsOf(eventbridge),
    operations: { ...busOperations, ...ruleOperations, ...targetOperations },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  {
    name: 'scheduler',
    iam: 'scheduler',
    protocol: restJson(schedulerShapes, 'Message'),
    id: 'scheduler',
    shapes: schedulerShapes,
    operations: { ...groupOperations, ...scheduleOperations },
    throttled: { code: 'ThrottlingException', status: 429 },
    denied: { code: 'AccessDeniedException', status: 403 },
  },
  {
    name: 'pipes',
    iam: 'pipes',
    protocol: restJson(pipesShapes, 'message'),
    id: 'pipes',
    shapes: pipesShapes,
    operations: { ...pipeOperations },
    throttled: { code: 'ThrottlingException', status: 429 },
    denied: { code: 'AccessDeniedException', status: 403 },
  },
  {
    name: 's3',
    iam: 's3',
    protocol: restXml,
    id: 's3',
    shapes: operationsOf(s3),
    operations: { ...objectOperations },
    throttled: { code: 'SlowDown', status: 503 },
    denied: { code: 'AccessDenied', status: 403 },
  },
  {
    name: 'cloudtrail',
    iam: 'cloudtrail',
    protocol: awsJson('1.1'),
    id: 'CloudTrail_20131101',
    shapes: operationsOf(cloudtrail),
    operations: { ...eventOperations },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  {
    name: 'lambda',
    iam: 'lambda',
    protocol: restJson(lambdaShapes, 'message'),
    id: 'lambda',
    shapes: lambdaShapes,
    operations: { ...durableOperations, ...functionOperations },
    throttled: { code: 'TooManyRequestsException', status: 429 },
    denied: { code: 'AccessDeniedException', status: 403 },
  },
  {
    name: 'ssm',
    iam: 'ssm',
    protocol: awsJson('1.1'),
    id: 'AmazonSSM',
    shapes: operationsOf(ssm),
    operations: { ...parameterOperations },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
  // Its actions have the prefix of CloudFormation.
  {
    name: 'cloudcontrol',
    iam: 'cloudformation',
    protocol: awsJson('1.0'),
    id: 'CloudApiService',
    shapes: operationsOf(cloudcontrol),
    operations: { ...cloudControlOperations },
    throttled: { code: 'ThrottlingException', status: 400 },
    denied: { code: 'AccessDeniedException', status: 400 },
  },
];
