// Decides whether a service has a deployment in progress. Pure, and apart from the calls, because it deserves the
// closest review.
import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { Incomplete } from './common/incomplete.ts';

/** All values that ECS documents. Another value may mean anything, so it holds the run.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html and API_TaskSet.html */
const known = {
  controller: [undefined, 'ECS', 'CODE_DEPLOY', 'EXTERNAL'],
  deployment: ['PRIMARY', 'ACTIVE', 'INACTIVE'],
  rollout: [undefined, 'COMPLETED', 'FAILED', 'IN_PROGRESS'],
  taskSet: ['PRIMARY', 'ACTIVE', 'DRAINING'],
  stability: [undefined, 'STEADY_STATE', 'STABILIZING'],
} as const satisfies Record<string, readonly (string | undefined)[]>;

/** @throws Incomplete when a field that decides has an unknown value */
export function assertKnownStates(service: Service): void {
  const demand = (field: string, value: string | undefined, values: readonly (string | undefined)[]) => {
    if (!values.includes(value))
      throw new Incomplete(
        `${service.serviceArn ?? 'a service'}: ${field} is ${value ?? 'missing'}, which this version does not know`,
      );
  };
  demand('deploymentController.type', service.deploymentController?.type, known.controller);
  for (const { status, rolloutState } of service.deployments ?? []) {
    demand('deployments[].status', status, known.deployment);
    demand('deployments[].rolloutState', rolloutState, known.rollout);
  }
  for (const { status, stabilityStatus } of service.taskSets ?? []) {
    demand('taskSets[].status', status, known.taskSet);
    demand('taskSets[].stabilityStatus', stabilityStatus, known.stability);
  }
}

export function isInFlight({ deployments = [], taskSets = [] }: Service): boolean {
  const current = deployments.filter(({ status }) => status !== 'INACTIVE');
  const isAtRest = isFailed(current) || (current.length <= 1 && current.every(isSettled));
  return !isAtRest || taskSets.length > 1 || taskSets.some(({ stabilityStatus }) => stabilityStatus !== 'STEADY_STATE');
}

/** Whether the newest deployment has failed and nothing replaces it: "A deployment in FAILED state doesn't launch
 *  any new tasks." The deployments before it have ended and keep running. A rollback is a new PRIMARY deployment in
 *  progress, and tasks of a failed one may still be starting. The revisions of each deployment stay referenced.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
function isFailed(current: readonly Deployment[]): boolean {
  const [primary, ...others] = current.filter(({ status }) => status === 'PRIMARY');
  return (
    primary?.rolloutState === 'FAILED' &&
    others.length === 0 &&
    current.every(({ rolloutState }) => rolloutState === 'FAILED' || rolloutState === 'COMPLETED') &&
    current.every(({ rolloutState, pendingCount = 0 }) => rolloutState === 'COMPLETED' || pendingCount === 0)
  );
}

/** Only the PRIMARY deployment is left, and it has completed. `rolloutState` is absent behind a Classic Load
 *  Balancer and for services last deployed long ago: the counts must then show it. Running and desired counts are
 *  required; a missing pending count means none. */
function isSettled({ status, rolloutState, runningCount, desiredCount, pendingCount = 0 }: Deployment): boolean {
  if (status !== 'PRIMARY') return false;
  return rolloutState === undefined
    ? runningCount !== undefined && runningCount === desiredCount && pendingCount === 0
    : rolloutState === 'COMPLETED';
}
