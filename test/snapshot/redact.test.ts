// No user text of inputs, definitions, AppSpecs, parameters or records leaves the account. That these reference
// task definitions is in the snapshot.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { referencesInJson } from '../../shared/sources/common/references-in-json.ts';
import { redactorFor } from '../../shared/snapshot/redact.ts';
import {
  type AccountBuilder,
  anAccount,
  daysBefore,
  revisionArn,
  ruleTarget,
  scheduleTarget,
} from '../support/account.ts';
import { target } from '../support/reader.ts';
import { snapshotOf } from '../support/snapshots.ts';

const secret = 'CANARY';
const web3 = revisionArn('web:3');
const usage = { days: 30, seconds: 120, known: undefined };
const task = (more: object) => ({
  Comment: secret,
  StartAt: 'Run',
  States: { Run: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask', End: true, ...more } },
});

test.each<{ where: string; account: AccountBuilder; stays?: string[] }>([
  {
    where: 'the overrides in the input of a schedule',
    account: anAccount().schedule('a', 'web:3', {
      Description: secret,
      Target: scheduleTarget({
        EcsParameters: {
          TaskDefinitionArn: web3,
          Group: secret,
          ReferenceId: secret,
          Tags: [{ Key: 'owner', Value: secret }],
        },
        Input: JSON.stringify({
          containerOverrides: [{ name: secret, command: [secret], environment: [{ name: 'A', value: secret }] }],
        }),
      }),
    }),
    stays: ['containerOverrides', web3],
  },
  {
    where: 'what a universal schedule calls with',
    account: anAccount().schedule('a', '', {
      Target: scheduleTarget({
        Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
        Input: JSON.stringify({
          taskDefinition: 'web:3',
          overrides: { containerOverrides: [{ name: secret }] },
        }),
      }),
    }),
    stays: ['web:3'],
  },
  {
    where: 'other targets of a schedule',
    account: anAccount().schedule('a', '', {
      Target: scheduleTarget({
        Arn: 'arn:aws:sqs:eu-west-1:123456789012:queue',
        Input: `${secret} says {"a":"${secret}"}`,
        EventBridgeParameters: { DetailType: secret, Source: secret },
        SqsParameters: { MessageGroupId: secret },
        SageMakerPipelineParameters: { PipelineParameterList: [{ Name: 'p', Value: secret }] },
      }),
    }),
  },
  {
    where: 'the targets of a rule, and what it waits for',
    account: anAccount().rule('a', '', {
      Description: secret,
      EventPattern: `{"detail":["${secret}"]}`,
      Targets: [
        ruleTarget({
          Arn: 'arn:aws:events:eu-west-1:123456789012:api-destination/x/1',
          InputPath: `$.${secret}`,
          InputTransformer: {
            InputPathsMap: { a: `$.${secret}` },
            InputTemplate: `"${secret} runs ${web3} now"`,
          },
          HttpParameters: {
            PathParameterValues: [secret],
            HeaderParameters: { token: secret, name: secret },
            QueryStringParameters: { id: secret },
          },
          RedshiftDataParameters: { Database: secret, Sql: secret },
          RunCommandParameters: { RunCommandTargets: [{ Key: secret, Values: [secret] }] },
        }),
      ],
    }),
    stays: [web3, 'api-destination/x/1'],
  },
  {
    where: 'where a pipe comes from, and what it sends',
    account: anAccount().pipe('a', 'web:3', {
      Description: secret,
      Source: `smk://${secret}:9092`,
      SourceParameters: {
        SelfManagedKafkaParameters: { TopicName: secret, AdditionalBootstrapServers: [secret] },
        FilterCriteria: { Filters: [{ Pattern: secret }] },
      },
      EnrichmentParameters: {
        InputTemplate: secret,
        HttpParameters: { HeaderParameters: { status: secret } },
      },
      TargetParameters: {
        InputTemplate: `{"a": <$.${secret}>, "b": "${secret}"}`,
        EcsTaskParameters: {
          TaskDefinitionArn: web3,
          Overrides: { ContainerOverrides: [{ Command: [secret] }] },
        },
      },
    }),
    stays: [web3],
  },
  {
    where: 'the texts of a state machine, its versions and executions',
    account: anAccount().stateMachine(
      'm',
      task({
        Parameters: {
          TaskDefinition: 'web:3',
          Payload: { type: secret, Type: secret, Resource: secret, name: secret },
        },
      }),
      {
        description: secret,
        label: secret,
        updateDate: daysBefore(1),
        revisionId: 'r2',
        versions: [
          {
            description: secret,
            definition: JSON.stringify(task({ Parameters: { TaskDefinition: 'web:2', a: secret } })),
          },
        ],
        executions: [
          {
            name: 'e',
            startDate: daysBefore(9),
            input: secret,
            definition: JSON.stringify(task({ Parameters: { TaskDefinition: 'web:1', a: secret } })),
            updateDate: daysBefore(10),
          },
        ],
      },
    ),
    stays: ['web:1', 'web:2', 'web:3', 'arn:aws:states:::ecs:runTask'],
  },
  {
    where: 'an expression around what it starts',
    account: anAccount().stateMachine(
      'm',
      task({
        Arguments: `{% {'TaskDefinition': 'web:3', 'Overrides': '${secret}', 'a': $x = '${secret}'} %}`,
      }),
    ),
    stays: ['web:3'],
  },
  {
    where: 'an AppSpec, its hooks, and the words about a deployment',
    account: anAccount().codeDeploy('shop/blue', {
      service: 'prod/web',
      deployments: [
        {
          description: secret,
          errorInformation: { message: secret },
          revision: {
            revisionType: 'AppSpecContent',
            appSpecContent: {
              sha256: secret,
              content: `Resources:\n  - Web:\n      Type: AWS::ECS::Service\n      Properties:\n        TaskDefinition: ${web3}\n        LoadBalancerInfo: { ContainerName: ${secret} }\nHooks:\n  - BeforeInstall: ${secret}\n`,
            },
          },
          previousRevision: { revisionType: 'S3', s3Location: { bucket: secret, key: secret, eTag: secret } },
        },
        {
          status: 'InProgress',
          revision: { revisionType: 'GitHub', gitHubLocation: { repository: secret, commitId: secret } },
        },
        {
          status: 'Ready',
          revision: { revisionType: 'String', string: { content: `{{ ${secret}`, sha256: secret } },
        },
      ],
    }),
    stays: [web3],
  },
  {
    where: "a stack's parameters, outputs, resources and events",
    account: anAccount().stack(
      'shop',
      { Web: 'web:3' },
      {
        Description: secret,
        StackStatusReason: secret,
        StackStatus: 'UPDATE_IN_PROGRESS',
        LastUpdatedTime: daysBefore(0.01),
        Tags: [{ Key: secret, Value: secret }],
        Parameters: [
          { ParameterKey: 'Password', ParameterValue: secret, ResolvedValue: secret },
          { ParameterKey: 'TaskDefinition', ParameterValue: 'web:2' },
        ],
        Outputs: [{ OutputKey: 'Url', OutputValue: `https://${secret}`, Description: secret, ExportName: secret }],
        events: [
          {
            Timestamp: daysBefore(0.01),
            LogicalResourceId: 'Web',
            PhysicalResourceId: `https://sqs.eu-west-1.amazonaws.com/123456789012/${secret}`,
            ResourceStatusReason: secret,
            ClientRequestToken: secret,
            ResourceProperties: JSON.stringify({
              Environment: [{ Name: 'A', Value: secret }],
              TaskDefinition: web3,
            }),
          },
        ],
      },
    ),
    stays: ['web:2', web3, 'Password'],
  },
  {
    where: 'who called, from where and with what, in records of CloudTrail',
    account: anAccount()
      .event(
        'RunTask',
        daysBefore(1),
        {
          userIdentity: { arn: secret, accessKeyId: secret },
          sourceIPAddress: secret,
          userAgent: secret,
          requestParameters: {
            taskDefinition: 'web:3',
            group: secret,
            overrides: { environment: [{ value: secret }] },
          },
          responseElements: { tasks: [{ taskDefinitionArn: web3, overrides: { command: [secret] } }] },
        },
        { Username: secret, AccessKeyId: secret, Resources: [{ ResourceName: secret }] },
      )
      .event('RunTask', daysBefore(2), {
        requestParameters: secret,
        responseElements: null,
        errorMessage: secret,
      })
      .event('RunTask', daysBefore(3), {}, { CloudTrailEvent: secret }),
    stays: ['web:3'],
  },
])('no canary leaves $where', async ({ account, stays = [] }) => {
  const { text } = await snapshotOf(account.family('web', '1-3').cluster('prod'), { usage });
  expect(text).not.toContain(secret);
  expect(stays.filter((one) => !text.includes(one))).toEqual([]);
});

/** A key, a number, a value of three letters, a word of a command, and what is encoded. */
const shapes = ['CANARYKEY', '74639201', 'Zq9', 'hunter2', Buffer.from('hunter2').toString('base64')] as const;
const [key, digits, short, word, encoded] = shapes;
const free = {
  [key]: { [`${key}.$`]: '$.x', n: Number(digits), list: [Number(digits), short] },
  environment: { [key]: short, n: Number(digits) },
  containerOverrides: [{ environment: [{ name: key, value: short }], command: ['sh', '-c', `echo ${word}`] }],
  ContainerOverrides: [{ Environment: [{ Name: key, Value: encoded }], Cpu: Number(digits) }],
  TaskDefinition: `{% $state ? 'web:3' : 'web-' & $call('${word}', ${digits}, "${short}") %}`,
  startedBy: word,
  group: word,
  Resource: `arn:aws:states:::lambda:${key}`,
  Description: `${encoded} {"${key}":${digits}}`,
};

test.each<{ where: string; account: AccountBuilder }>([
  {
    where: 'the definition of a state machine',
    account: anAccount().stateMachine('m', task({ Parameters: { ...free, [key]: free } })),
  },
  {
    where: 'the input of a schedule',
    account: anAccount().schedule('a', '', {
      Description: word,
      Target: scheduleTarget({
        Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask',
        Input: JSON.stringify({ ...free, taskDefinition: 'web:3' }),
      }),
    }),
  },
  {
    where: 'the input and the transformer of a rule',
    account: anAccount().rule('a', '', {
      Targets: [
        ruleTarget({ Id: '1', Arn: 'arn:aws:sqs:x', Input: JSON.stringify({ free, run: web3 }) }),
        ruleTarget({
          Id: '2',
          Arn: 'arn:aws:sqs:x',
          InputTransformer: {
            InputPathsMap: { [key]: '$.a' },
            InputTemplate: `{"${key}": <${key}>, "n": ${digits}}`,
          },
        }),
      ],
    }),
  },
  {
    where: 'the parameters of a pipe, for ECS and for Batch',
    account: anAccount().pipe('a', 'web:3', {
      TargetParameters: {
        InputTemplate: JSON.stringify(free),
        EcsTaskParameters: {
          TaskDefinitionArn: web3,
          Group: word,
          Overrides: { ContainerOverrides: [{ Environment: [{ name: key, value: short }] }] },
          Tags: [{ Key: key, Value: short }],
        },
        BatchJobParameters: {
          JobDefinition: word,
          JobName: word,
          Parameters: { [key]: short },
          ContainerOverrides: { Environment: [{ Name: key, Value: encoded }], Command: [word] },
        },
      },
    }),
  },
  {
    where: 'the environment of a function, and of a task',
    account: anAccount()
      .lambda('launch', { [key]: short, RUN: web3, TOKEN: encoded })
      .task('prod', 'web:3', {
        startedBy: word,
        group: word,
        overrides: { containerOverrides: [{ name: 'app', environment: [{ name: key, value: short }] }] },
        tags: [{ key, value: short }],
      }),
  },
  {
    where: 'an AppSpec, the parameters of a stack and its events',
    account: anAccount()
      .codeDeploy('shop/blue', {
        service: 'prod/web',
        deployments: [
          {
            description: word,
            revision: {
              revisionType: 'AppSpecContent',
              appSpecContent: {
                content: `Resources:\n  - ${key}:\n      Properties:\n        TaskDefinition: ${web3}\n        N: ${digits}\n`,
              },
            },
          },
        ],
      })
      .stack(
        'shop',
        { Web: 'web:3' },
        {
          StackStatus: 'UPDATE_IN_PROGRESS',
          Parameters: [{ ParameterKey: 'Free', ParameterValue: JSON.stringify(free) }],
          events: [
            {
              Timestamp: daysBefore(0.01),
              LogicalResourceId: 'Web',
              ResourceProperties: JSON.stringify(free),
            },
          ],
        },
      ),
  },
  {
    where: 'what a record of CloudTrail was asked for',
    account: anAccount().event('RunTask', daysBefore(1), {
      requestParameters: { taskDefinition: 'web:3', startedBy: word, group: word, overrides: free },
      responseElements: { tasks: [{ taskDefinitionArn: web3, [key]: [{ n: Number(digits) }] }] },
    }),
  },
])('no key, number, short or encoded value leaves $where, and what it references does', async ({ account }) => {
  const { text } = await snapshotOf(account.family('web', '1-3').cluster('prod'), { usage });
  expect(shapes.filter((one) => text.includes(one))).toEqual([]);
  expect(text).toMatch(/web:3/);
});

test('what a text computes is left of it', () => {
  let inexact = 0;
  const redact = redactorFor(target, () => inexact++);
  expect(redact({ Input: `${secret} ${revisionArn('web-{% x %}')}` })).toEqual({
    Input: `redacted ${revisionArn('web-{% redacted %}')}`,
  });
  expect(redact({ Input: `TaskDefinition: "web:" & ${secret}` })).toEqual({
    Input: "redacted taskDefinition: 'web:{% redacted %}'",
  });
  expect(inexact).toBe(0);
});

/** Pieces of generated texts. Each contains a reference in another form, or only looks like one. */
const pieces = [
  'taskDefinition: "web:3"',
  "TaskDefinition: 'web-' & $color",
  '"task_definition_arn": "a" & $x',
  revisionArn('web:3'),
  revisionArn('web-{% $x %}'),
  `${revisionArn('web')}.`,
  'task-definition/web:2',
  ':task-definition/web:<n>',
  '{"taskDefinition": <td>, "<k>": <v>}',
  `{"a": ["${revisionArn('api:1')}", {"TaskDefinition.$": "$.x"}]}`,
  "{% 'web:' & $n %}",
  ' ',
  ', ',
  '"',
  "'",
  '\\',
  '{',
  '}',
  '<v>',
  secret,
  'x'.repeat(210),
];

test('a redacted text has the same references in the same form, and nothing else', () => {
  let inexact = 0;
  const redact = redactorFor(target, () => inexact++);
  const told = (Input: string) => {
    const said = referencesInJson(Input, target).map((one) => (one.kind === 'resolved' ? one.target : one.resolvesTo));
    return new Set(said.map((one) => JSON.stringify(one)));
  };
  const text = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, (Input) => {
      const after = redact({ Input }).Input;
      expect(told(after)).toEqual(told(Input));
      expect(after).not.toContain(secret);
    }),
    { seed: 3, numRuns: 1_000 },
  );
  expect(inexact).toBe(0);
});

test('labels and tags called like a member are texts all the same', () => {
  const redact = redactorFor(target, () => undefined);
  const labelled = { dockerLabels: { name: secret, status: secret }, tags: [{ key: 'id', value: secret }] };
  expect(JSON.stringify(redact(labelled))).not.toContain(secret);
});
