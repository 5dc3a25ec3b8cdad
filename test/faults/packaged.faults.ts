// The run under the packaged role without one permission: each missing permission holds the run and is in the mail.
import { expect, test, vi } from 'vitest';
import { rolePolicies } from '../../sandbox/template.ts';
import { stackOf } from '../deploy/stack.ts';
import { aNight } from '../support/night.ts';
import { pseudo, shop, without } from '../support/shop.ts';

const live = stackOf({ DryRun: 'false' });

test.each([
  'ecs:ListTaskDefinitions',
  'ecs:DescribeTaskDefinition',
  'ecs:ListClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListServiceDeployments',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'tag:GetResources',
  'codedeploy:ListDeployments',
  'codedeploy:BatchGetDeployments',
  'cloudformation:DescribeStacks',
  'states:ListStateMachineVersions',
  'states:DescribeStateMachineForExecution',
  'events:ListTargetsByRule',
  'scheduler:GetSchedule',
  'pipes:DescribePipe',
])('without %s the run is held, deregisters nothing and mails the missing permission', async (action) => {
  const { account, topicArn } = shop(live);
  const role = without(rolePolicies(live, 'PruneRole', pseudo), action);
  const night = await aNight(account, { quotas: 'none', roles: { ROLE: role } });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ROLE');
  const { outcome, results } = await night.prune({ keepLatest: 3 }, { topicArn });
  expect({ outcome, deregistered: results.deregistered }).toEqual({ outcome: 'HELD', deregistered: [] });
  expect(night.sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
  expect(night.sandbox.account.published[0]?.Message).toContain(action);
});
