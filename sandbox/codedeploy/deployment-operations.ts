/** CodeDeploy's operations on deployments. */
import {
  DeploymentStatus,
  type BatchGetDeploymentsInput,
  type BatchGetDeploymentsOutput,
  type CreateDeploymentInput,
  type CreateDeploymentOutput,
  type ListDeploymentsInput,
  type StopDeploymentInput,
  type StopDeploymentOutput,
} from '@aws-sdk/client-codedeploy';
import type { AccountStores } from '../account-stores.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { groupArn, refusal } from './applications.ts';
import { createDeployment, deploymentsOfGroup, stopDeployment } from './deployment-changes.ts';
import { timeOf, type StoredDeployment } from './deployments.ts';

const statuses = new Set<string>(Object.values(DeploymentStatus));
const bucket = 'codedeploy';
const MAX_BATCH = 25;
const groupOf = (account: AccountStores, one: StoredDeployment | undefined) =>
  one === undefined ? '*' : groupArn(account.place, one.applicationName, one.deploymentGroupName);

export const deploymentOperations: Operations = {
  /** Requires an application with a group, or neither: then it lists all deployments of the account. */
  ListDeployments: listOperation({
    bucket,
    token: 'nextToken',
    items: 'deployments',
    defaultSize: 100,
    errorCodes: { token: 'InvalidNextTokenException', size: 'InvalidNextTokenException' },
    iamScope: ({ applicationName, deploymentGroupName }: ListDeploymentsInput, account: AccountStores) => ({
      resources: [applicationName === undefined ? '*' : groupArn(account.place, applicationName, deploymentGroupName)],
    }),
    all(input: ListDeploymentsInput, { account }) {
      const { applicationName, deploymentGroupName, includeOnlyStatuses = [], createTimeRange } = input;
      if (applicationName === undefined && deploymentGroupName !== undefined)
        throw refusal('ApplicationNameRequired', 'A deployment group needs its application.');
      if (applicationName !== undefined && deploymentGroupName === undefined)
        throw refusal('DeploymentGroupNameRequired', 'An application needs a deployment group.');
      if (includeOnlyStatuses.some((status) => !statuses.has(status)))
        throw refusal('InvalidDeploymentStatus', 'There is no such status.');
      const all =
        applicationName === undefined
          ? account.deployments.all()
          : deploymentsOfGroup(account, account.applications.group(applicationName, deploymentGroupName));
      const [from, upto] = [timeOf(createTimeRange?.start), createTimeRange?.end?.getTime() ?? Infinity];
      const matching = all.filter(
        ({ status, createTime }) =>
          (includeOnlyStatuses.length === 0 || includeOnlyStatuses.some((one) => one === status)) &&
          timeOf(createTime) >= from &&
          timeOf(createTime) <= upto,
      );
      return sequence(matching.map(({ deploymentId }) => deploymentId));
    },
  }),

  /** Unknown ids are omitted. AWS does not document this; other emulators do the same. */
  BatchGetDeployments: {
    bucket,
    iamScope: ({ deploymentIds }: BatchGetDeploymentsInput, account) => ({
      resources: (deploymentIds ?? []).map((id) => groupOf(account, account.deployments.find(id))),
    }),
    run({ deploymentIds = [] }: BatchGetDeploymentsInput, { account }): BatchGetDeploymentsOutput {
      if (deploymentIds.length === 0) throw refusal('DeploymentIdRequired', 'At least one id is required.');
      if (deploymentIds.length > MAX_BATCH) throw refusal('BatchLimitExceeded', `At most ${MAX_BATCH} ids a call.`);
      const bad = deploymentIds.find((id) => !/^d-[A-Z0-9]{9}$/.test(id));
      if (bad !== undefined) throw refusal('InvalidDeploymentId', `${bad} is not a deployment id.`);
      return { deploymentsInfo: deploymentIds.flatMap((id) => account.deployments.find(id) ?? []) };
    },
  },

  CreateDeployment: {
    bucket,
    iamScope: ({ applicationName, deploymentGroupName }: CreateDeploymentInput, account) => ({
      resources: [groupArn(account.place, applicationName, deploymentGroupName)],
    }),
    run: (input: CreateDeploymentInput, { account }): CreateDeploymentOutput => ({
      deploymentId: createDeployment(account, input).deploymentId,
    }),
  },

  StopDeployment: {
    bucket,
    iamScope: ({ deploymentId }: StopDeploymentInput, account) => ({
      resources: [groupOf(account, account.deployments.find(deploymentId))],
    }),
    run(input: StopDeploymentInput, { account }): StopDeploymentOutput {
      stopDeployment(account, input);
      return { status: 'Succeeded', statusMessage: 'No more commands will be scheduled for execution.' };
    },
  },
};
