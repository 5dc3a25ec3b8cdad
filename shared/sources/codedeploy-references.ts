// Finds the references in CodeDeploy's deployment groups and deployments on ECS. Pure, and apart from the calls,
// because a revision that is overlooked here is deregistered.
import type { DeploymentGroupInfo, DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { mentionFinder } from '../domain/mentions.ts';
import type { Target } from '../domain/revision.ts';
import { keyByWord } from '../domain/objects.ts';
import { meaningOf } from './common/documented.ts';
import type { ReadContext } from './common/reader.ts';
import { type DeployedRevision, referencesInRevision, type ParseContext, type AppSpecReference } from './appspec.ts';

export type Group = DeploymentGroupInfo & { readonly applicationName: string; readonly deploymentGroupName: string };

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
const prefixOf = ({ partition, region, account }: Target) => `arn:${partition}:codedeploy:${region}:${account}`;
export const groupArn = (target: Target, application: string, group: string) =>
  `${prefixOf(target)}:deploymentgroup:${application}/${group}`;
export const applicationArn = (target: Target, application: string) => `${prefixOf(target)}:application:${application}`;

/** All statuses that CodeDeploy documents. Another value may mean anything, so it holds the run.
 *  https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html */
const statuses = keyByWord({
  deploys: 'Created Queued InProgress Baking Ready',
  'rolls back to': 'Succeeded',
  // A failed or stopped deployment is no longer deployed, and no rollback picks it.
  nothing: 'Failed Stopped',
});

/** One list for each group and each deployment. */
export function findingsIn(
  groups: readonly Group[],
  deployments: readonly DeploymentInfo[],
  { target, leftOut, memory }: Pick<ReadContext, 'target' | 'leftOut' | 'memory'>,
): AppSpecReference[][] {
  const reading = { target, find: mentionFinder(target, memory.inventory ?? new Map()) };
  const services = new Map<string, readonly string[]>();
  const found = groups.map((group) => {
    const referrer = groupArn(target, group.applicationName, group.deploymentGroupName);
    services.set(referrer, servicesOf(group, target));
    const deployed = { source: 'codedeploy', referrer, via: ['target revision'], services: servicesOf(group, target) };
    return referencesInRevision(group.targetRevision, { ...deployed, use: 'deploys' }, reading);
  });
  for (const deployment of deployments) {
    const { applicationName = '', deploymentGroupName = '', deploymentId = 'a deployment' } = deployment;
    const referrer = groupArn(target, applicationName, deploymentGroupName);
    if (leftOut(referrer) || leftOut(applicationArn(target, applicationName))) continue;
    if (!services.has(referrer) && !isOnEcs(deployment.computePlatform, deploymentId)) continue;
    const deployed = {
      source: 'codedeploy',
      referrer,
      via: [`deployment ${deploymentId}`],
      services: services.get(referrer) ?? [],
    };
    found.push(findingsOf(deployment, deployed, reading));
  }
  return unique(found);
}

function findingsOf(
  deployment: DeploymentInfo,
  deployed: Omit<DeployedRevision, 'use'>,
  reading: ParseContext,
): AppSpecReference[] {
  const { status, revision, previousRevision, deploymentId = 'a deployment' } = deployment;
  const use = meaningOf(statuses, status, `${deploymentId}: status`);
  if (use === 'nothing') return [];
  return [
    ...referencesInRevision(revision, { ...deployed, use }, reading),
    ...referencesInRevision(previousRevision, { ...deployed, use: 'rolls back to' }, reading),
  ];
}

/** A service of before 2018 has a shorter ARN, which cannot be built from the group. Its reference may then mean
 *  anything. */
function servicesOf({ ecsServices = [] }: Group, { partition, region, account }: Target): string[] {
  return ecsServices.map(
    ({ clusterName = 'default', serviceName = '' }) =>
      `arn:${partition}:ecs:${region}:${account}:service/${clusterName}/${serviceName}`,
  );
}

/** A group's target, its last deployment and the one before usually contain the same references. Each is reported
 *  once. */
function unique(found: readonly AppSpecReference[][]): AppSpecReference[][] {
  const seen = new Set<string>();
  return found.map((findings) =>
    findings.filter((finding) => {
      const { referrer } = finding;
      const said = finding.kind === 'unresolved' ? finding.description : [finding.relation, finding.target];
      const key = JSON.stringify([referrer, said]);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  );
}

/** The platform is absent on applications that are older than the choice. An unknown value may be on ECS or not.
 *  @throws Incomplete on an unknown value */
export function isOnEcs(computePlatform: string | undefined, referrer: string): boolean {
  return (
    computePlatform === undefined || meaningOf(platforms, computePlatform, `${referrer}: computePlatform`) === 'ECS'
  );
}

const platforms = keyByWord({ ECS: 'ECS', other: 'Server Lambda' });
