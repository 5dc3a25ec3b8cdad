// How fast AWS lets an account call: token buckets per account and Region, each shared by every caller in it, so also
// by the deployments that we must not slow down.

import type { BucketName } from '../settings/schema.ts';

/** A bucket holds at most `burst` tokens and regains `perSecond`; a call takes one. */
export interface Quota {
  readonly burst: number;
  readonly perSecond: number;
}

/** ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html (by bucket).
 *  Tagging: https://docs.aws.amazon.com/general/latest/gr/arg.html (15 a second; the burst is not published).
 *  EventBridge: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (all calls together).
 *  Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html (GetSchedule: the smaller Regions').
 *  Step Functions: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (ListExecutions: the smaller Regions').
 *  Pipes, CodeDeploy, CloudFormation and Cloud Control publish none: four a second, of which the usual half is two.
 *  Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (15 a second, all calls that control it).
 *  Systems Manager: https://docs.aws.amazon.com/general/latest/gr/ssm.html (40 a second, all Get calls of parameters).
 *  CloudTrail: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html (two a second). */
export const publishedQuotas = {
  'task-definition-modify': { burst: 20, perSecond: 1 },
  'task-definition-read': { burst: 50, perSecond: 20 },
  'task-definition-deletion': { burst: 5, perSecond: 1 },
  'cluster-read': { burst: 50, perSecond: 20 },
  'cluster-resource-read': { burst: 100, perSecond: 20 },
  'service-read': { burst: 100, perSecond: 20 },
  'service-deployment': { burst: 50, perSecond: 20 },
  'service-revision': { burst: 50, perSecond: 20 },
  tagging: { burst: 15, perSecond: 15 },
  events: { burst: 50, perSecond: 50 },
  'list-schedules': { burst: 50, perSecond: 50 },
  'get-schedule': { burst: 250, perSecond: 250 },
  'describe-state-machine': { burst: 200, perSecond: 20 },
  'list-state-machines': { burst: 100, perSecond: 5 },
  'list-state-machine-versions': { burst: 100, perSecond: 1 },
  'list-executions': { burst: 100, perSecond: 2 },
  'describe-state-machine-for-execution': { burst: 200, perSecond: 1 },
  pipes: { burst: 8, perSecond: 4 },
  codedeploy: { burst: 8, perSecond: 4 },
  cloudformation: { burst: 8, perSecond: 4 },
  cloudcontrol: { burst: 8, perSecond: 4 },
  cloudtrail: { burst: 2, perSecond: 2 },
  lambda: { burst: 15, perSecond: 15 },
  parameters: { burst: 40, perSecond: 40 },
} as const satisfies Record<BucketName, Quota>;

const bucketOf: Readonly<Record<string, BucketName>> = {
  DescribeServiceDeployments: 'service-deployment',
  ListServiceDeployments: 'service-deployment',
  DescribeServiceRevisions: 'service-revision',
  DescribeExpressGatewayService: 'service-read',
  DeregisterTaskDefinition: 'task-definition-modify',
  RegisterTaskDefinition: 'task-definition-modify',
  DeleteTaskDefinitions: 'task-definition-deletion',
  DescribeTaskDefinition: 'task-definition-read',
  ListTaskDefinitions: 'task-definition-read',
  DescribeClusters: 'cluster-read',
  ListClusters: 'cluster-read',
  DescribeTasks: 'cluster-resource-read',
  ListTasks: 'cluster-resource-read',
  DescribeServices: 'service-read',
  ListServices: 'service-read',
  GetResources: 'tagging',
  ListFunctions: 'lambda',
  GetParametersByPath: 'parameters',
  ListSchedules: 'list-schedules',
  GetSchedule: 'get-schedule',
  DescribeStateMachine: 'describe-state-machine',
  ListStateMachines: 'list-state-machines',
  ListStateMachineVersions: 'list-state-machine-versions',
  ListExecutions: 'list-executions',
  DescribeStateMachineForExecution: 'describe-state-machine-for-execution',
};

/** Services that publish one rate for all of their calls, or none at all. */
const bucketOfService: Readonly<Record<string, BucketName>> = {
  EventBridge: 'events',
  Pipes: 'pipes',
  CodeDeploy: 'codedeploy',
  CloudFormation: 'cloudformation',
  CloudControl: 'cloudcontrol',
  CloudTrail: 'cloudtrail',
};

/** The bucket that a call draws on; SNS, STS and S3 allow far more than what a run calls and are not paced. */
export function bucketFor(service: string, operation: string): BucketName | undefined {
  return bucketOf[operation] ?? bucketOfService[service];
}
