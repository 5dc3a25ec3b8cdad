// A principal that may create a state machine, a schedule or a rule can hold a run, without any permission in ECS. The
// report then names the resource, and the way to exclude it.
import { describe, expect, test } from 'vitest';
import { isAnyReference } from '../../shared/domain/pattern.ts';
import { holdProblem } from '../../shared/plan/unresolved.ts';
import {
  type AccountBuilder,
  ACCOUNT,
  anAccount,
  changeSet,
  groupArn,
  NOW,
  REGION,
  ruleTarget,
  scheduleTarget,
  stackArn,
  stateMachineArn,
} from '../support/account.ts';
import { aReader, readSource } from '../support/reader.ts';
import { machine, runTask } from '../support/state-machines.ts';

const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
const inName = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const runTaskApi = 'arn:aws:scheduler:::aws-sdk:ecs:runTask';
const group = (content: string) =>
  anAccount().codeDeploy('shop/blue', {
    service: 'prod/web',
    deployments: [{ revision: { revisionType: 'AppSpecContent', appSpecContent: { content } } }],
  });
const described = (more: Parameters<typeof changeSet>[1]) =>
  anAccount().stack('shop', { Web: 'web:1' }, { changeSets: [changeSet('back', more)] });

interface Case {
  readonly source: string;
  readonly what: string;
  readonly account: AccountBuilder;
  readonly who: string;
}

const cases: readonly Case[] = [
  {
    source: 'state-machines',
    what: 'computes its task definition',
    account: anAccount().stateMachine('m', machine({ Resource: runTask, Parameters: { 'TaskDefinition.$': '$.td' } })),
    who: stateMachineArn('m'),
  },
  {
    source: 'state-machines',
    what: 'is nested too deeply',
    account: anAccount().stateMachine('m', `{"States":{},"a":${deep}}`),
    who: stateMachineArn('m'),
  },
  {
    source: 'state-machines',
    what: 'has a text of JSON that is nested too deeply',
    account: anAccount().stateMachine('m', machine({ Parameters: `{"taskDefinition":${deep}}` })),
    who: stateMachineArn('m'),
  },
  {
    source: 'state-machines',
    what: 'is no JSON',
    account: anAccount().stateMachine('m', '{"States":'),
    who: stateMachineArn('m'),
  },
  {
    source: 'schedules',
    what: 'computes its task definition',
    account: anAccount().schedule('s', '', {
      Target: scheduleTarget({ Arn: runTaskApi, Input: '{"taskDefinition":"<aws.scheduler.execution-id>"}' }),
    }),
    who: inName('scheduler', 'schedule/default/s'),
  },
  {
    source: 'schedules',
    what: 'is nested too deeply',
    account: anAccount().schedule('s', '', { Target: scheduleTarget({ Arn: runTaskApi, Input: deep }) }),
    who: inName('scheduler', 'schedule/default/s'),
  },
  {
    source: 'schedules',
    what: 'is no JSON',
    account: anAccount().schedule('s', '', { Target: scheduleTarget({ Arn: runTaskApi, Input: '{"a' }) }),
    who: inName('scheduler', 'schedule/default/s'),
  },
  {
    source: 'rules',
    what: 'computes its task definition',
    account: anAccount().rule('r', '', {
      Targets: [ruleTarget({ Arn: 'arn:aws:sqs:x', Input: `{"a":"${inName('ecs', 'task-definition/<b>')}"}` })],
    }),
    who: inName('events', 'rule/r'),
  },
  {
    source: 'rules',
    what: 'is nested too deeply',
    account: anAccount().rule('r', '', {
      Targets: [ruleTarget({ Arn: 'arn:aws:sqs:x', Input: `{"taskDefinition":${deep}}` })],
    }),
    who: inName('events', 'rule/r'),
  },
  {
    source: 'pipes',
    what: 'is nested too deeply',
    account: anAccount().pipe('p', 'web:1', {
      TargetParameters: { InputTemplate: `{"taskDefinition":${deep}}` },
    }),
    who: inName('pipes', 'pipe/p'),
  },
  {
    source: 'subscribers',
    what: 'computes its task definition',
    account: anAccount().subscriber('s', { Target: { EcsParameters: { TaskDefinitionArn: '<td>' } } }),
    who: inName('events', 'subscriber/orders/s'),
  },
  {
    source: 'subscribers',
    what: 'has a text of JSON that is nested too deeply',
    account: anAccount().subscriber('s', { Target: { Input: `{"taskDefinition":${deep}}` } }),
    who: inName('events', 'subscriber/orders/s'),
  },
  {
    source: 'codedeploy',
    what: 'computes its task definition',
    account: group('TaskDefinition: <TASK_DEFINITION>'),
    who: groupArn('shop/blue'),
  },
  {
    source: 'codedeploy',
    what: 'is nested too deeply',
    account: group(deep.slice(0, 9_000)),
    who: groupArn('shop/blue'),
  },
  {
    source: 'codedeploy',
    what: 'is too large',
    account: group(' '.repeat(40_000)),
    who: groupArn('shop/blue'),
  },
  {
    source: 'codedeploy',
    what: 'is neither JSON nor YAML',
    account: group('a: ['),
    who: groupArn('shop/blue'),
  },
  {
    source: 'stacks',
    what: 'has a change set that is nested too deeply',
    account: described({
      Changes: [
        {
          Type: 'Resource',
          ResourceChange: { ResourceType: 'AWS::ECS::Service', AfterContext: `{"taskDefinition":${deep}}` },
        },
      ],
    }),
    who: 'changeSet/back',
  },
  {
    source: 'stacks',
    what: 'has an unsettled event that is nested too deeply',
    account: anAccount().stack(
      'shop',
      { Web: 'web:1' },
      {
        StackStatus: 'UPDATE_IN_PROGRESS',
        events: [
          {
            Timestamp: NOW,
            ResourceType: 'AWS::ECS::Service',
            ResourceProperties: `{"taskDefinition":${deep}}`,
          },
        ],
      },
    ),
    who: stackArn('shop'),
  },
];

describe('the report names the resource that holds, and how to leave it out:', () => {
  test.each(cases)('one of $source that $what', async ({ source: name, account, who }) => {
    const { reader } = await aReader(account.family('web', '1-9'));
    const { problems, findings } = await readSource(reader, name);
    const unknown = findings.filter((finding) => finding.kind === 'unresolved');
    // A reference that may resolve to any family holds the run; one that is for services shows its referrer with them.
    const held = unknown
      .filter(({ resolvesTo }) => resolvesTo.kind === 'pattern' && isAnyReference(resolvesTo))
      .map(holdProblem);
    for (const { remedy } of [...problems, ...held]) expect(remedy).toMatch(new RegExp(`without: \\[[^\\]]*${who}`));
    for (const finding of unknown) expect(finding.referrer).toContain(who);
    expect(problems.length + unknown.length).toBeGreaterThan(0);
  });
});
