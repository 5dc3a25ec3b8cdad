/** CodeDeploy's operations on applications and deployment groups. */
import type {
  BatchGetApplicationsInput,
  BatchGetApplicationsOutput,
  BatchGetDeploymentGroupsInput,
  BatchGetDeploymentGroupsOutput,
  CreateApplicationInput,
  CreateDeploymentGroupInput,
  ListDeploymentGroupsInput,
} from '@aws-sdk/client-codedeploy';
import type { AccountStores } from '../account-stores.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { applicationArn, groupArn, refusal } from './applications.ts';

/** The limit of these batches; BatchGetDeployments has a lower one. */
const MAX_BATCH = 100;
const bucket = 'codedeploy';
const paging = {
  bucket,
  token: 'nextToken',
  defaultSize: 100,
  errorCodes: { token: 'InvalidNextTokenException', size: 'InvalidNextTokenException' },
} as const;

export const applicationOperations: Operations = {
  ListApplications: listOperation({
    ...paging,
    items: 'applications',
    all: (_: object, { account }) => sequence(account.applications.all().map((one) => one.applicationName)),
  }),

  /** One unknown name fails the whole call. */
  BatchGetApplications: {
    bucket,
    iamScope: ({ applicationNames }: BatchGetApplicationsInput, account) => ({
      resources: (applicationNames ?? []).map((name) => applicationArn(account.place, name)),
    }),
    run({ applicationNames = [] }: BatchGetApplicationsInput, { account }): BatchGetApplicationsOutput {
      checkBatch(applicationNames, 'ApplicationNameRequired');
      return { applicationsInfo: applicationNames.map((name) => account.applications.application(name)) };
    },
  },

  ListDeploymentGroups: listOperation({
    ...paging,
    items: 'deploymentGroups',
    iamScope: ({ applicationName }: ListDeploymentGroupsInput, account: AccountStores) => ({
      resources: [applicationArn(account.place, applicationName)],
    }),
    all: ({ applicationName }: ListDeploymentGroupsInput, { account }) =>
      sequence(account.applications.groups(applicationName).map((one) => one.deploymentGroupName)),
  }),

  /** Unknown groups are omitted and appear in `errorMessage`. AWS does not document the text; this one is a guess. */
  BatchGetDeploymentGroups: {
    bucket,
    iamScope: ({ applicationName, deploymentGroupNames }: BatchGetDeploymentGroupsInput, account) => ({
      resources: (deploymentGroupNames ?? []).map((name) => groupArn(account.place, applicationName, name)),
    }),
    run(input: BatchGetDeploymentGroupsInput, { account }): BatchGetDeploymentGroupsOutput {
      const names = input.deploymentGroupNames ?? [];
      checkBatch(names, 'DeploymentGroupNameRequired');
      const groups = account.applications.groups(input.applicationName);
      const deploymentGroupsInfo = groups.filter(({ deploymentGroupName: name }) => names.includes(name));
      const missing = names.filter((name) => !groups.some((one) => one.deploymentGroupName === name));
      if (missing.length === 0) return { deploymentGroupsInfo };
      return {
        deploymentGroupsInfo,
        errorMessage: `No Deployment Group found for name: ${missing.join(', ')}`,
      };
    },
  },

  CreateApplication: {
    bucket,
    iamScope: ({ applicationName }: CreateApplicationInput, account) => ({
      resources: [applicationArn(account.place, applicationName)],
    }),
    run({ applicationName = '', computePlatform = 'Server' }: CreateApplicationInput, { account }) {
      const applicationId = account.ids.uuid();
      const createTime = new Date(account.now());
      account.applications.add({
        applicationId,
        applicationName,
        createTime,
        linkedToGitHub: false,
        computePlatform,
      });
      return { applicationId };
    },
  },

  CreateDeploymentGroup: {
    bucket,
    iamScope: ({ applicationName, deploymentGroupName }: CreateDeploymentGroupInput, account) => ({
      resources: [groupArn(account.place, applicationName, deploymentGroupName)],
    }),
    run({ applicationName, deploymentGroupName = '', ...rest }: CreateDeploymentGroupInput, { account }) {
      const { applicationName: name, computePlatform } = account.applications.application(applicationName);
      const deploymentGroupId = account.ids.uuid();
      const { serviceRoleArn, ecsServices = [] } = rest;
      if (computePlatform === 'ECS' && ecsServices.length !== 1)
        throw refusal('InvalidECSService', 'A deployment group on ECS has one service.');
      account.applications.addGroup({
        applicationName: name,
        deploymentGroupId,
        deploymentGroupName,
        ...(computePlatform === undefined ? {} : { computePlatform }),
        ...(serviceRoleArn === undefined ? {} : { serviceRoleArn }),
        ecsServices,
      });
      return { deploymentGroupId };
    },
  },
};

function checkBatch(names: readonly string[], missingCode: string): void {
  if (names.length === 0) throw refusal(missingCode, 'At least one name is required.');
  if (names.length > MAX_BATCH) throw refusal('BatchLimitExceeded', `At most ${MAX_BATCH} names a call.`);
}
