import {
  ApplicationInfo$,
  DeploymentGroupInfo$,
  DeploymentInfo$,
  type ApplicationInfo,
  type DeploymentGroupInfo,
  type DeploymentInfo,
  type LastDeploymentInfo,
} from '@aws-sdk/client-codedeploy';
import { listOf, required, withMembers, type FileList } from '../file-list.ts';
import { structureOf } from '../shapes.ts';
import { timeOf } from './deployments.ts';

type ApplicationEntry = ApplicationInfo & {
  readonly deploymentGroups?: readonly DeploymentGroupInfo[];
  readonly deployments?: readonly DeploymentInfo[];
};

/** A group's last deployments and its target revision follow from its deployments unless the file states them. */
export const applicationList: FileList<ApplicationEntry> = {
  shape: withMembers(structureOf(ApplicationInfo$), {
    deploymentGroups: listOf(structureOf(DeploymentGroupInfo$)),
    deployments: listOf(structureOf(DeploymentInfo$)),
  }),
  add({ deploymentGroups = [], deployments = [], ...info }, account) {
    const applicationName = required(info.applicationName, 'applicationName');
    const platform = info.computePlatform === undefined ? {} : { computePlatform: info.computePlatform };
    account.applications.add({ ...info, applicationName });
    for (const group of deploymentGroups) {
      const deploymentGroupName = required(group.deploymentGroupName, 'deploymentGroupName');
      const own = deployments
        .filter((one) => one.deploymentGroupName === deploymentGroupName)
        .sort((a, b) => timeOf(b.createTime) - timeOf(a.createTime));
      const [attempted, succeeded] = [own[0], own.find(({ status }) => status === 'Succeeded')];
      account.applications.addGroup({
        ...platform,
        ...(attempted?.revision === undefined ? {} : { targetRevision: attempted.revision }),
        ...(attempted === undefined ? {} : { lastAttemptedDeployment: summarize(attempted) }),
        ...(succeeded === undefined ? {} : { lastSuccessfulDeployment: summarize(succeeded) }),
        ...group,
        applicationName,
        deploymentGroupName,
      });
    }
    for (const deployment of deployments) {
      const deploymentId = required(deployment.deploymentId, 'deploymentId');
      account.deployments.add({ ...platform, applicationName, ...deployment, deploymentId });
    }
  },
};

function summarize({ deploymentId, status, createTime, completeTime }: DeploymentInfo): LastDeploymentInfo {
  return {
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(status === undefined ? {} : { status }),
    ...(createTime === undefined ? {} : { createTime }),
    ...(completeTime === undefined ? {} : { endTime: completeTime }),
  };
}
