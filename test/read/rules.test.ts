// What EventBridge's rules name: on every bus, enabled or not, by every target, in ECS's parameters and in what is sent.
import { describe, expect, test } from 'vitest';
import { ACCOUNT, type AccountBuilder, anAccount, REGION, revisionArn, ruleTarget } from '../support/account.ts';
import { aReader, arn, asLines, readSource } from '../support/reader.ts';

const rule = (path: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${path}`;
const queue = `arn:aws:sqs:${REGION}:${ACCOUNT}:q`;
const machine = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`;
const ours = revisionArn('web:7');

async function findingsOf(account: AccountBuilder) {
  const { reader } = await aReader(account);
  const { findings, problems } = await readSource(reader, 'rules');
  expect(problems).toEqual([]);
  return findings;
}

type RuleTarget = ReturnType<typeof ruleTarget>;

/** The references of one target, without their referrer. */
async function linesOf(target: Partial<RuleTarget>) {
  const findings = await findingsOf(anAccount().rule('r', '', { Targets: [ruleTarget(target)] }));
  return asLines(findings).map((line) => line.replace(`${rule('r')} `, ''));
}

test('a reference says which target, when, and that the rule is disabled', async () => {
  const account = anAccount()
    .rule('nightly', 'web:7', { ScheduleExpression: 'cron(0 3 * * ? *)' })
    .rule('monthly', 'web:6', { State: 'DISABLED', EventBusName: 'orders' })
    .rule('trail', 'web:5', { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' });
  const common = { kind: 'reference', source: 'rules', relation: 'starts', via: ['target task'] };
  expect(await findingsOf(account)).toEqual([
    {
      ...common,
      referrer: rule('nightly'),
      target: { kind: 'revision', family: 'web', number: 7 },
      schedule: { expression: 'cron(0 3 * * ? *)' },
    },
    { ...common, referrer: rule('trail'), target: { kind: 'revision', family: 'web', number: 5 } },
    {
      ...common,
      referrer: rule('orders/monthly'),
      target: { kind: 'revision', family: 'web', number: 6 },
      paused: 'disabled',
    },
  ]);
});

describe('the task definition of an ECS target', () => {
  test.each([
    { named: ours, lines: ['starts web:7'] },
    { named: revisionArn('web'), lines: ['starts web'] },
    { named: revisionArn('WEB-admin_2:12'), lines: ['starts WEB-admin_2:12'] },
    { named: ours.replace(ACCOUNT, '999999999999'), lines: [] },
    { named: ours.replace(REGION, 'eu-west-2'), lines: [] },
    { named: ours.replace('arn:aws:', 'arn:aws-cn:'), lines: [] },
    { named: ours.replace('task-definition', 'daemon-task-definition'), lines: [] },
    {
      named: revisionArn('web:latest'),
      lines: ['computes its task definition: web:{} (family web)'],
    },
    { named: 'web/7', lines: ['computes its task definition (any family)'] },
  ])('$named', async ({ named, lines }) => {
    expect(await linesOf({ EcsParameters: { TaskDefinitionArn: named } })).toEqual(lines);
  });

  test('counts whatever the target’s own ARN says', async () => {
    const EcsParameters = { TaskDefinitionArn: ours };
    expect(await linesOf({ Arn: machine, EcsParameters })).toEqual(['starts web:7']);
  });

  test('is unknown where a cluster has no parameters that this version knows', async () => {
    const { reader, sandbox } = await aReader(anAccount().rule('r', 'web:7'));
    const lines = async (change: (target: object) => object) => {
      const remove = sandbox.faults.add({
        operation: 'ListTargetsByRule',
        kind: 'answer',
        change: (answer) => {
          answer['Targets'] = [change({ Id: 'task', Arn: arn('cluster/prod') })];
        },
      });
      const { findings } = await readSource(reader, 'rules');
      remove();
      return asLines(findings);
    };
    const says = 'starts tasks in a cluster and does not say of which task definition (any family)';
    const newer = await lines((target) => ({ ...target, EcsParametersV2: { taskDefinition: 'web:7' } }));
    expect(newer).toEqual([`${rule('r')} ${says}`]);
    const other = await lines((target) => ({ ...target, EcsParameters: { TaskDefinition: 'web:7' } }));
    expect(other).toEqual([`${rule('r')} ${says}`]);
  });
});

describe('what is sent to any target', () => {
  test.each<{ sent: string; target: Partial<RuleTarget> & object; lines: string[] }>([
    {
      sent: 'an ARN in JSON',
      target: { Input: JSON.stringify({ remedy: ours }) },
      lines: ['mentions web:7'],
    },
    {
      sent: 'a family and revision under its key',
      target: { Input: '{"overrides":{"taskDefinition":"web:7"}}' },
      lines: ['mentions web:7'],
    },
    {
      sent: 'JSON in a text of JSON',
      target: { Input: JSON.stringify({ body: JSON.stringify({ TaskDefinition: 'web:7' }) }) },
      lines: ['mentions web:7'],
    },
    {
      sent: 'an ARN in the middle of a text',
      target: { Input: `"run ${ours}, please"` },
      lines: ['mentions web:7'],
    },
    {
      sent: 'an ARN in a template that is no JSON',
      target: { InputTransformer: { InputTemplate: `{"next": ${ours}, "id": <id>}` } },
      lines: ['mentions web:7'],
    },
    {
      sent: 'an ARN that the event completes',
      target: {
        InputTransformer: {
          InputPathsMap: { n: '$.detail.n' },
          InputTemplate: `{"next": "${revisionArn('web:<n>')}"}`,
        },
      },
      lines: ['computes its task definition: web:{} (family web)'],
    },
    {
      sent: 'an ARN far behind in a long text, that the event completes',
      target: { InputTransformer: { InputTemplate: `"${'x'.repeat(300)} ${revisionArn('web:<n>')}"` } },
      lines: ['computes its task definition: web:{} (family web)'],
    },
    {
      sent: 'an ARN in JSON that escapes its slash',
      target: { Input: JSON.stringify({ remedy: ours }).replace('/', '\\/') },
      lines: ['mentions web:7'],
    },
    {
      sent: 'an ARN in JSON that escapes its letters',
      target: { Input: JSON.stringify({ remedy: ours }).replace('task', '\\u0074\\u0061sk') },
      lines: ['mentions web:7'],
    },
    {
      sent: 'what an event says about a task, on its way to a person',
      target: {
        InputTransformer: {
          InputPathsMap: { taskDefinition: '$.detail.taskDefinitionArn' },
          InputTemplate: '{"taskDefinition": "<taskDefinition>", "why": "a task stopped"}',
        },
      },
      lines: [],
    },
    {
      sent: 'a word under the key that names nothing',
      target: { Input: '{"taskDefinition":"the usual"}' },
      lines: [],
    },
    {
      sent: 'a word under the key that could be a family',
      target: { Input: '{"taskDefinition":"web"}' },
      lines: [],
    },
    { sent: 'nothing of ECS', target: { Input: '{"web":7}' }, lines: [] },
  ])('$sent', async ({ target, lines }) => {
    expect(await linesOf({ Arn: queue, ...target })).toEqual(lines);
  });

  test('counts beside what an ECS target starts', async () => {
    const EcsParameters = { TaskDefinitionArn: ours };
    const Input = JSON.stringify({
      containerOverrides: [{ name: 'app', environment: [{ name: 'NEXT', value: revisionArn('web:4') }] }],
    });
    expect(await linesOf({ EcsParameters, Input })).toEqual(['starts web:7', 'mentions web:4']);
  });
});

test('every target of every page counts, and a rule without targets is no problem', async () => {
  const Targets = ['1', '2', '3', '4', '5'].map((Id) =>
    ruleTarget({ Id, EcsParameters: { TaskDefinitionArn: revisionArn(`web:${Id}`) } }),
  );
  const { reader } = await aReader(anAccount().rule('five', '', { Targets }).rule('none', '', { Targets: [] }), {
    pageSize: 2,
  });
  const { findings, problems, items } = await readSource(reader, 'rules');
  expect({ problems, items }).toEqual({ problems: [], items: 2 });
  expect(asLines(findings).map((line) => line.slice(-5))).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5']);
});

test('the default bus is asked even where it is not listed', async () => {
  const { reader, sandbox } = await aReader(anAccount().rule('r', 'web:7'));
  sandbox.faults.add({
    operation: 'ListEventBuses',
    kind: 'answer',
    change: (answer) => {
      answer['EventBuses'] = [];
    },
  });
  const { findings, problems } = await readSource(reader, 'rules');
  expect(problems).toEqual([]);
  expect(asLines(findings)).toEqual([`${rule('r')} starts web:7`]);
});

test('a rule that the settings leave out is not asked about', async () => {
  const account = anAccount().rule('kept', 'web:7').rule('out', 'web:6', { EventBusName: 'orders' });
  const { reader, sandbox } = await aReader(account, { without: [rule('orders/out')] });
  const { findings } = await readSource(reader, 'rules');
  expect(asLines(findings)).toEqual([`${rule('kept')} starts web:7`]);
  expect(sandbox.calls.count('ListTargetsByRule')).toBe(1);
});

describe('what is deleted while it is read', () => {
  const account = () => anAccount().rule('stays', 'web:7').rule('goes', 'web:6', { EventBusName: 'orders' });

  test('a rule: no problem, after a second listing', async () => {
    const { reader, sandbox } = await aReader(account());
    const remove = sandbox.after(({ operation }) => {
      if (operation !== 'ListRules') return;
      remove();
      sandbox.account.rules.targetsOf(sandbox.account.rules.named({ Name: 'stays' })).clear();
      sandbox.account.rules.delete({ Name: 'stays' });
    });
    const { findings, problems } = await readSource(reader, 'rules');
    expect(problems).toEqual([]);
    expect(asLines(findings)).toEqual([`${rule('orders/goes')} starts web:6`]);
    expect(sandbox.calls.count('ListEventBuses')).toBe(2);
  });

  test('a bus: no problem, after a second look at the buses', async () => {
    const { reader, sandbox } = await aReader(account());
    sandbox.before(({ operation }) => {
      if (operation === 'ListRules') sandbox.account.eventBuses.remove('orders');
    });
    const { findings, problems } = await readSource(reader, 'rules');
    expect(problems).toEqual([]);
    expect(asLines(findings)).toEqual([`${rule('stays')} starts web:7`]);
  });

  test.each(['ListRules', 'ListTargetsByRule'])('what is still listed is a problem: %s', async (operation) => {
    const { reader, sandbox } = await aReader(account());
    sandbox.faults.add({
      operation,
      kind: 'error',
      code: 'ResourceNotFoundException',
      status: 400,
      skip: 1,
    });
    const { problems } = await readSource(reader, 'rules');
    expect(problems).toMatchObject([{ part: 'rules', kind: 'incomplete' }]);
  });
});

test('a target that changes between two pages, and comes twice, counts as it was and as it is', async () => {
  const { reader, sandbox } = await aReader(anAccount().rule('r', 'web:7'));
  const targets = (name: string) => [ruleTarget({ EcsParameters: { TaskDefinitionArn: revisionArn(name) } })];
  sandbox.faults.add({
    operation: 'ListTargetsByRule',
    kind: 'answer',
    change: (output) => {
      output['Targets'] = [...targets('web:7'), ...targets('web:8')];
    },
  });
  const { findings } = await readSource(reader, 'rules');
  expect(asLines(findings).map((line) => line.slice(-12))).toEqual(['starts web:7', 'starts web:8']);
});

test('a run that is out of time says how long it would have taken', async () => {
  const { reader } = await aReader(anAccount().rule('a', 'web:1').rule('b', 'web:2'), {
    outOfTime: () => true,
  });
  const { problems } = await readSource(reader, 'rules');
  expect(problems[0]?.reason).toContain('the run ran out of time');
});
