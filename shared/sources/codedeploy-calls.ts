// Lists and describes CodeDeploy's deployment groups on ECS and their deployments. Loaded only when the source is read,
// with the SDK client.
import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  BatchGetDeploymentsCommand,
  CodeDeployClient,
  type DeploymentInfo,
  type DeploymentStatus,
  paginateListApplications,
  paginateListDeploymentGroups,
  paginateListDeployments,
} from '@aws-sdk/client-codedeploy';
import { kindOf } from '../aws/errors.ts';
import type { Tally } from '../aws/tally.ts';
import { inBatches, readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import type { ReadContext } from './common/reader.ts';
import { applicationArn, type Group, groupArn, isOnEcs } from './codedeploy-references.ts';

/** An item that was just listed is not found: it changed between two calls, or AWS contradicts itself. */
export class Moved extends Incomplete {}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeployments.html */
const BATCH = 100;
const DEPLOYMENTS_A_BATCH = 25;
const unfinished: DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];

export function connect(context: ReadContext, tally: Tally): CodeDeployClient {
  return context.aws.client(tally, (settings) => new CodeDeployClient(settings));
}

/** @returns every deployment group on ECS, with its target revision and last deployments
 *  @throws Moved where listings and descriptions disagree */
export async function groupsOnEcs(context: ReadContext, client: CodeDeployClient): Promise<Group[]> {
  const groups: Group[] = [];
  try {
    for (const application of await applicationsOnEcs(context, client))
      for await (const group of groupsOf(application, context, client)) groups.push(group);
  } catch (error) {
    if (kindOf(error) === 'gone') throw new Moved('an application was there and then not', { cause: error });
    throw error;
  }
  return groups;
}

async function applicationsOnEcs(context: ReadContext, client: CodeDeployClient): Promise<string[]> {
  const names = readItems(paginateListApplications({ client }, {}), 'applications', 'nextToken', context.outOfTime);
  const wanted = filtered(names, (name) => !context.leftOut(applicationArn(context.target, name)));
  const found: string[] = [];
  for await (const applicationNames of inBatches(wanted, BATCH)) {
    const { applicationsInfo = [] } = await client.send(new BatchGetApplicationsCommand({ applicationNames }));
    assertAllNamed(
      applicationNames,
      applicationsInfo.map(({ applicationName }) => applicationName),
    );
    for (const { applicationName, computePlatform } of applicationsInfo)
      if (applicationName !== undefined && isOnEcs(computePlatform, applicationName)) found.push(applicationName);
  }
  return found;
}

async function* groupsOf(
  applicationName: string,
  context: ReadContext,
  client: CodeDeployClient,
): AsyncGenerator<Group> {
  const names = readItems(
    paginateListDeploymentGroups({ client }, { applicationName }),
    'deploymentGroups',
    'nextToken',
    context.outOfTime,
  );
  const wanted = filtered(names, (name) => !context.leftOut(groupArn(context.target, applicationName, name)));
  for await (const deploymentGroupNames of inBatches(wanted, BATCH)) {
    const { deploymentGroupsInfo = [], errorMessage = '' } = await client.send(
      new BatchGetDeploymentGroupsCommand({ applicationName, deploymentGroupNames }),
    );
    assertAllNamed(
      deploymentGroupNames,
      deploymentGroupsInfo.map((one) => one.deploymentGroupName),
    );
    if (errorMessage !== '') throw new Incomplete(`${applicationName}: ${errorMessage}`);
    for (const { deploymentGroupName = '', ...info } of deploymentGroupsInfo)
      yield { ...info, applicationName, deploymentGroupName };
  }
}

/** One listing for the account: with a group it would take a call for each.
 *  https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeployments.html */
export async function unfinishedDeployments(context: ReadContext, client: CodeDeployClient): Promise<string[]> {
  return Array.fromAsync(
    readItems(
      paginateListDeployments({ client }, { includeOnlyStatuses: unfinished }),
      'deployments',
      'nextToken',
      context.outOfTime,
    ),
  );
}

/** @throws Moved where one of the deployments cannot be described */
export async function describeDeployments(ids: Iterable<string>, client: CodeDeployClient): Promise<DeploymentInfo[]> {
  const found: DeploymentInfo[] = [];
  for await (const deploymentIds of inBatches(ids, DEPLOYMENTS_A_BATCH)) {
    const { deploymentsInfo = [] } = await client.send(new BatchGetDeploymentsCommand({ deploymentIds }));
    assertAllNamed(
      deploymentIds,
      deploymentsInfo.map(({ deploymentId }) => deploymentId),
    );
    found.push(...deploymentsInfo);
  }
  return found;
}

function assertAllNamed(asked: readonly string[], described: readonly (string | undefined)[]): void {
  const silent = asked.find((name) => !described.includes(name));
  if (silent !== undefined) throw new Moved(`${silent} is listed, but AWS does not describe it`);
}

async function* filtered(names: AsyncIterable<string>, wanted: (name: string) => boolean): AsyncGenerator<string> {
  for await (const name of names) if (wanted(name)) yield name;
}
