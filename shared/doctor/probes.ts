// One read call for each permission. Later calls describe what earlier ones found.
import { CloudControlClient, GetResourceCommand, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import * as cfn from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as codedeploy from '@aws-sdk/client-codedeploy';
import * as ecs from '@aws-sdk/client-ecs';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DescribePipeCommand, ListPipesCommand, PipesClient } from '@aws-sdk/client-pipes';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import * as sfn from '@aws-sdk/client-sfn';
import { ecsReader } from '../aws/ecs.ts';
import { listAliases } from '../aws/alias-calls.ts';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import type { Target } from '../domain/revision.ts';

export type Probe = () => Promise<unknown>;

/** The name that is described where nothing is found. */
const NONEXISTENT = 'ecs-revision-pruner-doctor';
const SUBSCRIBERS = 'AWS::EventsV2::Subscriber';

export function probesOf(aws: Aws, target: Target): Readonly<Partial<Record<string, Probe>>> {
  const { account, region, partition } = target;
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const tally = new Tally();
  const client = ecsReader(aws, tally);
  const stacks = aws.client(tally, (settings) => new cfn.CloudFormationClient(settings));
  const deploys = aws.client(tally, (settings) => new codedeploy.CodeDeployClient(settings));
  const states = aws.client(tally, (settings) => new sfn.SFNClient(settings));
  const events = aws.client(tally, (settings) => new eventbridge.EventBridgeClient(settings));
  const pipes = aws.client(tally, (settings) => new PipesClient(settings));
  const schedules = aws.client(tally, (settings) => new SchedulerClient(settings));
  const control = aws.client(tally, (settings) => new CloudControlClient(settings));
  const tags = aws.client(tally, (settings) => new ResourceGroupsTaggingAPIClient(settings));
  const functions = aws.client(tally, (settings) => new LambdaClient(settings));
  const trail = aws.client(tally, (settings) => new CloudTrailClient(settings));

  let revision = `${NONEXISTENT}:1`;
  let cluster = NONEXISTENT;
  let service = arn('ecs', `service/${NONEXISTENT}/${NONEXISTENT}`);
  let task = arn('ecs', `task/${NONEXISTENT}/0123456789abcdef0123456789abcdef`);
  let deployment = arn('ecs', `service-deployment/${NONEXISTENT}/${NONEXISTENT}/0123456789abcdef`);
  let serviceRevision = arn('ecs', `service-revision/${NONEXISTENT}/${NONEXISTENT}/0123456789abcdef`);
  let application = NONEXISTENT;
  let group = NONEXISTENT;
  let deployed = 'd-000000000';
  let stack = NONEXISTENT;
  let changeSet = NONEXISTENT;
  let machine = arn('states', `stateMachine:${NONEXISTENT}`);
  let execution = arn('states', `execution:${NONEXISTENT}:${NONEXISTENT}`);
  let rule = NONEXISTENT;
  let schedule = { Name: NONEXISTENT, GroupName: 'default' };
  let pipe = NONEXISTENT;
  let subscriber = arn('events', `subscriber/${NONEXISTENT}`);

  return {
    'ecs:ListTaskDefinitions': async () => {
      const { taskDefinitionArns = [] } = await client.send(new ecs.ListTaskDefinitionsCommand({ maxResults: 1 }));
      revision = taskDefinitionArns[0] ?? revision;
    },
    'ecs:DescribeTaskDefinition': async () =>
      client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: revision })),
    'ecs:ListClusters': async () => {
      const { clusterArns = [] } = await client.send(new ecs.ListClustersCommand({ maxResults: 1 }));
      cluster = clusterArns[0] ?? cluster;
    },
    'ecs:DescribeClusters': async () => client.send(new ecs.DescribeClustersCommand({ clusters: [cluster] })),
    'ecs:ListServices': async () => {
      const { serviceArns = [] } = await client.send(new ecs.ListServicesCommand({ cluster, maxResults: 1 }));
      service = serviceArns[0] ?? service;
    },
    'ecs:DescribeServices': async () => client.send(new ecs.DescribeServicesCommand({ cluster, services: [service] })),
    'ecs:ListTasks': async () => {
      const { taskArns = [] } = await client.send(new ecs.ListTasksCommand({ cluster, maxResults: 1 }));
      task = taskArns[0] ?? task;
    },
    'ecs:DescribeTasks': async () => client.send(new ecs.DescribeTasksCommand({ cluster, tasks: [task] })),
    'ecs:ListServiceDeployments': async () => {
      const { serviceDeployments = [] } = await client.send(
        new ecs.ListServiceDeploymentsCommand({ service, maxResults: 1 }),
      );
      deployment = serviceDeployments[0]?.serviceDeploymentArn ?? deployment;
      serviceRevision = serviceDeployments[0]?.targetServiceRevisionArn ?? serviceRevision;
    },
    'ecs:DescribeServiceDeployments': async () =>
      client.send(new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [deployment] })),
    'ecs:DescribeServiceRevisions': async () =>
      client.send(new ecs.DescribeServiceRevisionsCommand({ serviceRevisionArns: [serviceRevision] })),
    'ecs:DescribeExpressGatewayService': async () =>
      client.send(new ecs.DescribeExpressGatewayServiceCommand({ serviceArn: service })),
    'tag:GetResources': async () =>
      tags.send(new GetResourcesCommand({ ResourcesPerPage: 1, ResourceTypeFilters: ['ecs:task-definition'] })),
    'codedeploy:ListApplications': async () => {
      const { applications = [] } = await deploys.send(new codedeploy.ListApplicationsCommand({}));
      application = applications[0] ?? application;
    },
    'codedeploy:BatchGetApplications': async () =>
      deploys.send(new codedeploy.BatchGetApplicationsCommand({ applicationNames: [application] })),
    'codedeploy:ListDeploymentGroups': async () => {
      const { deploymentGroups = [] } = await deploys.send(
        new codedeploy.ListDeploymentGroupsCommand({ applicationName: application }),
      );
      group = deploymentGroups[0] ?? group;
    },
    'codedeploy:BatchGetDeploymentGroups': async () =>
      deploys.send(
        new codedeploy.BatchGetDeploymentGroupsCommand({ applicationName: application, deploymentGroupNames: [group] }),
      ),
    'codedeploy:ListDeployments': async () => {
      const { deployments = [] } = await deploys.send(new codedeploy.ListDeploymentsCommand({}));
      deployed = deployments[0] ?? deployed;
    },
    'codedeploy:BatchGetDeployments': async () =>
      deploys.send(new codedeploy.BatchGetDeploymentsCommand({ deploymentIds: [deployed] })),
    'cloudformation:ListStacks': async () => {
      const { StackSummaries = [] } = await stacks.send(
        new cfn.ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] }),
      );
      stack = StackSummaries[0]?.StackName ?? stack;
    },
    'cloudformation:DescribeStacks': async () => stacks.send(new cfn.DescribeStacksCommand({ StackName: stack })),
    'cloudformation:ListStackResources': async () =>
      stacks.send(new cfn.ListStackResourcesCommand({ StackName: stack })),
    'cloudformation:DescribeStackEvents': async () =>
      stacks.send(new cfn.DescribeStackEventsCommand({ StackName: stack })),
    'cloudformation:ListChangeSets': async () => {
      const { Summaries = [] } = await stacks.send(new cfn.ListChangeSetsCommand({ StackName: stack }));
      changeSet = Summaries[0]?.ChangeSetName ?? changeSet;
    },
    'cloudformation:DescribeChangeSet': async () =>
      stacks.send(new cfn.DescribeChangeSetCommand({ StackName: stack, ChangeSetName: changeSet })),
    'cloudformation:GetTemplate': async () => stacks.send(new cfn.GetTemplateCommand({ StackName: stack })),
    'states:ListStateMachines': async () => {
      const { stateMachines = [] } = await states.send(new sfn.ListStateMachinesCommand({ maxResults: 1 }));
      machine = stateMachines[0]?.stateMachineArn ?? machine;
    },
    'states:DescribeStateMachine': async () =>
      states.send(new sfn.DescribeStateMachineCommand({ stateMachineArn: machine })),
    'states:ListStateMachineVersions': async () =>
      states.send(new sfn.ListStateMachineVersionsCommand({ stateMachineArn: machine, maxResults: 1 })),
    'states:ListExecutions': async () => {
      const { executions = [] } = await states.send(
        new sfn.ListExecutionsCommand({ stateMachineArn: machine, maxResults: 1 }),
      );
      execution = executions[0]?.executionArn ?? execution;
    },
    'states:DescribeStateMachineForExecution': async () =>
      states.send(new sfn.DescribeStateMachineForExecutionCommand({ executionArn: execution })),
    'events:ListEventBuses': async () => events.send(new eventbridge.ListEventBusesCommand({ Limit: 1 })),
    'events:ListRules': async () => {
      const { Rules = [] } = await events.send(new eventbridge.ListRulesCommand({ Limit: 1 }));
      rule = Rules[0]?.Name ?? rule;
    },
    'events:ListTargetsByRule': async () =>
      events.send(new eventbridge.ListTargetsByRuleCommand({ Rule: rule, Limit: 1 })),
    'scheduler:ListSchedules': async () => {
      const { Schedules = [] } = await schedules.send(new ListSchedulesCommand({ MaxResults: 1 }));
      const { Name = schedule.Name, GroupName = schedule.GroupName } = Schedules[0] ?? {};
      schedule = { Name, GroupName };
    },
    'scheduler:GetSchedule': async () => schedules.send(new GetScheduleCommand(schedule)),
    'pipes:ListPipes': async () => {
      const { Pipes = [] } = await pipes.send(new ListPipesCommand({ Limit: 1 }));
      pipe = Pipes[0]?.Name ?? pipe;
    },
    'pipes:DescribePipe': async () => pipes.send(new DescribePipeCommand({ Name: pipe })),
    'lambda:ListFunctions': async () => functions.send(new ListFunctionsCommand({ MaxItems: 1 })),
    'cloudformation:ListResources': async () => {
      const { ResourceDescriptions = [] } = await control.send(
        new ListResourcesCommand({ TypeName: SUBSCRIBERS, MaxResults: 1 }),
      );
      subscriber = ResourceDescriptions[0]?.Identifier ?? subscriber;
    },
    'cloudformation:GetResource': async () =>
      control.send(new GetResourceCommand({ TypeName: SUBSCRIBERS, Identifier: subscriber })),
    'iam:ListAccountAliases': async () => listAliases(aws),
    'cloudtrail:LookupEvents': async () => trail.send(new LookupEventsCommand({ MaxResults: 1 })),
  };
}
