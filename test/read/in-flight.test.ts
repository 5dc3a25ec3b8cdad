// Whether a service is between two states: this decides over the longest stretches of revisions, so every case has its row.
import type { Deployment, Service, TaskSet } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { assertKnownStates, isInFlight } from '../../shared/sources/in-flight.ts';

const counts = (desiredCount: number, runningCount: number, pendingCount: number) => ({
  desiredCount,
  runningCount,
  pendingCount,
});
const completed: Deployment = { status: 'PRIMARY', rolloutState: 'COMPLETED', ...counts(2, 2, 0) };
const failed: Deployment = { status: 'PRIMARY', rolloutState: 'FAILED', ...counts(2, 0, 0) };
const before: Deployment = { ...completed, status: 'ACTIVE' };
const steady: TaskSet = { status: 'PRIMARY', stabilityStatus: 'STEADY_STATE' };

const table: readonly { service: string; is: Service; inFlight: boolean }[] = [
  { service: 'nothing at all', is: {}, inFlight: false },
  { service: 'no deployments and no task sets', is: { deployments: [], taskSets: [] }, inFlight: false },

  { service: 'one completed deployment', is: { deployments: [completed] }, inFlight: false },
  {
    service: 'one completed deployment, short of tasks',
    is: { deployments: [{ ...completed, ...counts(2, 1, 1) }] },
    inFlight: false,
  },
  {
    service: 'a deployment in progress',
    is: { deployments: [{ ...completed, rolloutState: 'IN_PROGRESS' }] },
    inFlight: true,
  },
  {
    service: 'a failed deployment',
    is: { deployments: [{ ...completed, rolloutState: 'FAILED' }] },
    inFlight: false,
  },
  {
    service: 'a failed deployment without a task, and the completed one before it',
    is: { deployments: [failed, before] },
    inFlight: false,
  },
  {
    service: 'a failed deployment that does not say what is pending',
    is: { deployments: [{ status: 'PRIMARY', rolloutState: 'FAILED' }, before] },
    inFlight: false,
  },
  {
    service: 'a failed deployment of which some tasks run, and the completed one before it',
    is: { deployments: [{ ...failed, ...counts(2, 1, 0) }, before] },
    inFlight: false,
  },
  {
    service: 'two failed deployments, and the completed one before them',
    is: { deployments: [failed, { ...failed, status: 'ACTIVE' }, before] },
    inFlight: false,
  },
  {
    service: 'a failed deployment, and a completed one that replaces a task of its own',
    is: { deployments: [failed, { ...before, ...counts(2, 1, 1) }] },
    inFlight: false,
  },
  {
    service: 'a failed deployment of which a task is starting',
    is: { deployments: [{ ...failed, ...counts(2, 0, 1) }, before] },
    inFlight: true,
  },
  {
    service: 'an earlier failed deployment of which a task is starting',
    is: { deployments: [failed, { ...failed, status: 'ACTIVE', ...counts(2, 0, 1) }] },
    inFlight: true,
  },
  {
    service: 'a failed deployment, and one in progress before it',
    is: { deployments: [failed, { ...before, rolloutState: 'IN_PROGRESS' }] },
    inFlight: true,
  },
  {
    service: 'a failed deployment, and one before it that does not say how it went',
    is: { deployments: [failed, { status: 'ACTIVE', ...counts(2, 2, 0) }] },
    inFlight: true,
  },
  {
    service: 'a rollback in progress from a failed deployment',
    is: {
      deployments: [
        { ...completed, rolloutState: 'IN_PROGRESS' },
        { ...failed, status: 'ACTIVE' },
      ],
    },
    inFlight: true,
  },
  {
    service: 'a rollback that has ended, and the failed deployment that still drains',
    is: { deployments: [completed, { ...failed, status: 'ACTIVE' }] },
    inFlight: true,
  },
  {
    service: 'two PRIMARY deployments that failed',
    is: { deployments: [failed, failed] },
    inFlight: true,
  },
  {
    service: 'an ACTIVE deployment alone that failed',
    is: { deployments: [{ ...failed, status: 'ACTIVE' }] },
    inFlight: true,
  },
  {
    service: 'a failed deployment and a replaced one that was in progress',
    is: { deployments: [failed, { ...before, status: 'INACTIVE', rolloutState: 'IN_PROGRESS' }] },
    inFlight: false,
  },
  {
    service: 'a failed deployment and a task set that is stabilizing',
    is: { deployments: [failed, before], taskSets: [{ ...steady, stabilityStatus: 'STABILIZING' }] },
    inFlight: true,
  },
  {
    service: 'a failed deployment and two task sets',
    is: { deployments: [failed, before], taskSets: [steady, steady] },
    inFlight: true,
  },
  {
    service: 'a completed one and an ACTIVE one that still has tasks',
    is: { deployments: [completed, { ...completed, status: 'ACTIVE' }] },
    inFlight: true,
  },
  { service: 'two PRIMARY ones', is: { deployments: [completed, completed] }, inFlight: true },
  {
    service: 'a completed one and a replaced one',
    is: { deployments: [completed, { ...completed, status: 'INACTIVE', rolloutState: 'IN_PROGRESS' }] },
    inFlight: false,
  },
  {
    service: 'an ACTIVE deployment alone',
    is: { deployments: [{ ...completed, status: 'ACTIVE' }] },
    inFlight: true,
  },
  {
    service: 'only replaced ones',
    is: { deployments: [{ ...completed, status: 'INACTIVE' }] },
    inFlight: false,
  },

  // Behind a Classic Load Balancer there is no rollout state.
  {
    service: 'no rollout state, all tasks running',
    is: { deployments: [{ status: 'PRIMARY', ...counts(2, 2, 0) }] },
    inFlight: false,
  },
  {
    service: 'no rollout state, none wanted and none there',
    is: { deployments: [{ status: 'PRIMARY', ...counts(0, 0, 0) }] },
    inFlight: false,
  },
  {
    service: 'no rollout state, one task short',
    is: { deployments: [{ status: 'PRIMARY', ...counts(2, 1, 0) }] },
    inFlight: true,
  },
  {
    service: 'no rollout state, one task too many',
    is: { deployments: [{ status: 'PRIMARY', ...counts(2, 3, 0) }] },
    inFlight: true,
  },
  {
    service: 'no rollout state, one task pending',
    is: { deployments: [{ status: 'PRIMARY', ...counts(2, 2, 1) }] },
    inFlight: true,
  },

  {
    service: 'no rollout state, all that is wanted runs, and no word of pending ones',
    is: { deployments: [{ status: 'PRIMARY', runningCount: 2, desiredCount: 2 }] },
    inFlight: false,
  },
  {
    service: 'no rollout state and no counts',
    is: { deployments: [{ status: 'PRIMARY' }] },
    inFlight: true,
  },
  {
    service: 'no rollout state, and no word of what is running or wanted',
    is: { deployments: [{ status: 'PRIMARY', pendingCount: 0 }] },
    inFlight: true,
  },
  {
    service: 'no rollout state, running but no word of what is wanted',
    is: { deployments: [{ status: 'PRIMARY', runningCount: 2, pendingCount: 0 }] },
    inFlight: true,
  },

  { service: 'one steady task set', is: { deployments: [], taskSets: [steady] }, inFlight: false },
  {
    service: 'a task set that is stabilizing',
    is: { taskSets: [{ ...steady, stabilityStatus: 'STABILIZING' }] },
    inFlight: true,
  },
  { service: 'a task set that does not say', is: { taskSets: [{ status: 'PRIMARY' }] }, inFlight: true },
  { service: 'two steady task sets', is: { taskSets: [steady, steady] }, inFlight: true },
  {
    service: 'a steady task set and one that drains',
    is: { taskSets: [steady, { ...steady, status: 'DRAINING' }] },
    inFlight: true,
  },
  {
    service: 'a completed deployment and a task set that is stabilizing',
    is: { deployments: [completed], taskSets: [{ ...steady, stabilityStatus: 'STABILIZING' }] },
    inFlight: true,
  },
];

test.each(table)('$service: in flight is $inFlight', ({ is, inFlight }) => {
  expect(isInFlight(is)).toBe(inFlight);
});

/** As the wire may bring it: what the SDK's types do not know yet. */
function asSent(service: object): Service {
  return service;
}

describe('a value that this version does not know may mean anything', () => {
  test.each([
    { field: 'deploymentController.type', is: { deploymentController: { type: 'MAGIC' } }, value: 'MAGIC' },
    { field: 'deployments[].status', is: { deployments: [{ status: 'BAKING' }] }, value: 'BAKING' },
    { field: 'deployments[].status', is: { deployments: [{}] }, value: 'missing' },
    {
      field: 'deployments[].rolloutState',
      is: { deployments: [{ status: 'PRIMARY', rolloutState: 'PAUSED' }] },
      value: 'PAUSED',
    },
    { field: 'taskSets[].status', is: { taskSets: [{ status: 'primary' }] }, value: 'primary' },
    { field: 'taskSets[].status', is: { taskSets: [{}] }, value: 'missing' },
    {
      field: 'taskSets[].stabilityStatus',
      is: { taskSets: [{ status: 'PRIMARY', stabilityStatus: 'WOBBLING' }] },
      value: 'WOBBLING',
    },
    // The second of two counts as much as the first.
    {
      field: 'deployments[].status',
      is: { deployments: [{ status: 'PRIMARY' }, { status: 'GREEN' }] },
      value: 'GREEN',
    },
  ])('$field $value is a problem', ({ field, is, value }) => {
    expect(() => {
      assertKnownStates(asSent({ serviceArn: 'service/web', ...is }));
    }).toThrow(`service/web: ${field} is ${value}, which this version does not know`);
  });

  test.each([
    {},
    { deploymentController: { type: 'ECS' } },
    { deploymentController: { type: 'CODE_DEPLOY' }, deployments: [] },
    { deploymentController: { type: 'EXTERNAL' } },
    ...['PRIMARY', 'ACTIVE', 'INACTIVE'].map((status) => ({ deployments: [{ status }] })),
    ...['COMPLETED', 'FAILED', 'IN_PROGRESS'].map((rolloutState) => ({
      deployments: [{ status: 'PRIMARY', rolloutState }],
    })),
    ...['PRIMARY', 'ACTIVE', 'DRAINING'].map((status) => ({ taskSets: [{ status }] })),
    ...['STEADY_STATE', 'STABILIZING'].map((stabilityStatus) => ({
      taskSets: [{ status: 'ACTIVE', stabilityStatus }],
    })),
  ])('%o is known', (is) => {
    expect(() => {
      assertKnownStates(asSent(is));
    }).not.toThrow();
  });
});
