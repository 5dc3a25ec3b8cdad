// What EventBridge Scheduler's schedules name: templated and universal targets, paused and past ones, in every group.
import { describe, expect, test } from 'vitest';
import { ACCOUNT, type AccountBuilder, anAccount, REGION, revisionArn, scheduleTarget } from '../support/account.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

const schedule = (path: string) => `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/${path}`;
const sdk = (call: string) => `arn:aws:scheduler:::aws-sdk:${call}`;
const ours = revisionArn('web:7');

async function findingsOf(account: AccountBuilder) {
  const { reader } = await aReader(account);
  const { findings, problems } = await readSource(reader, 'schedules');
  expect(problems).toEqual([]);
  return findings;
}

/** The references of one target, without their referrer. */
async function linesOf(target: Parameters<typeof scheduleTarget>[0]) {
  const findings = await findingsOf(anAccount().schedule('s', '', { Target: scheduleTarget(target) }));
  return asLines(findings).map((line) => line.replace(`${schedule('default/s')} `, ''));
}

test('a reference says when, in which time zone, between which days, and that it is disabled', async () => {
  const account = anAccount()
    .schedule('nightly', 'web:7', { ScheduleExpressionTimezone: 'Europe/Berlin' })
    .schedule('yearly', 'web:6', {
      GroupName: 'audit',
      State: 'DISABLED',
      ScheduleExpression: 'rate(365 days)',
      StartDate: '2026-12-01T00:00:00.000Z',
      EndDate: '2027-12-01T00:00:00.000Z',
    })
    .schedule('past', 'web:5', { ScheduleExpression: 'at(2025-01-01T00:00:00)' });
  const common = { kind: 'reference', source: 'schedules', relation: 'starts' };
  expect(await findingsOf(account)).toEqual([
    {
      ...common,
      referrer: schedule('default/nightly'),
      target: { kind: 'revision', family: 'web', number: 7 },
      schedule: { expression: 'cron(0 3 * * ? *)', timeZone: 'Europe/Berlin' },
    },
    {
      kind: 'ends',
      source: 'schedules',
      referrer: schedule('audit/yearly'),
      at: Date.parse('2027-12-03T00:00:00.000Z'),
    },
    {
      ...common,
      referrer: schedule('audit/yearly'),
      target: { kind: 'revision', family: 'web', number: 6 },
      paused: 'disabled',
      schedule: {
        expression: 'rate(365 days)',
        from: Date.parse('2026-12-01T00:00:00.000Z'),
        until: Date.parse('2027-12-01T00:00:00.000Z'),
      },
    },
    {
      kind: 'ends',
      source: 'schedules',
      referrer: schedule('default/past'),
      at: Date.parse('2025-01-03T00:00:00.000Z'),
    },
    {
      ...common,
      referrer: schedule('default/past'),
      target: { kind: 'revision', family: 'web', number: 5 },
      schedule: { expression: 'at(2025-01-01T00:00:00)' },
    },
  ]);
});

describe('a templated target', () => {
  test.each([
    { named: ours, lines: ['starts web:7'] },
    { named: revisionArn('web'), lines: ['starts web'] },
    { named: 'web:7', lines: ['starts web:7'] },
    { named: ours.replace(ACCOUNT, '999999999999'), lines: [] },
    { named: 'web:v7', lines: ['computes its task definition: web:{} (family web)'] },
  ])('of ECS names $named', async ({ named, lines }) => {
    expect(await linesOf({ EcsParameters: { TaskDefinitionArn: named } })).toEqual(lines);
  });

  test('that is a cluster without parameters is unknown', async () => {
    expect(await linesOf({})).toEqual([
      'starts tasks in a cluster and does not say of which task definition (any family)',
    ]);
  });

  test.each([
    {
      of: 'Step Functions',
      Arn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`,
      Input: `{"next":"${ours}"}`,
    },
    {
      of: 'Lambda',
      Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`,
      Input: '{"taskDefinition":"web:7"}',
    },
    { of: 'SQS', Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:q`, Input: `deploy ${ours} now` },
  ])('of $of is searched', async ({ Arn, Input }) => {
    expect(await linesOf({ Arn, Input })).toEqual(['mentions web:7']);
  });

  test('of anything else that says nothing of ECS references nothing', async () => {
    expect(await linesOf({ Arn: 'arn:aws:sqs:x', Input: 'not JSON' })).toEqual([]);
    expect(await linesOf({ Arn: 'arn:aws:sqs:x', Input: '{"taskDefinition":"as usual"}' })).toEqual([]);
  });
});

describe('a universal target', () => {
  test.each<{ call: string; Input: string; lines: string[] }>([
    { call: 'ecs:runTask', Input: '{"Cluster":"prod","TaskDefinition":"web:7"}', lines: ['starts web:7'] },
    { call: 'ecs:startTask', Input: `{"taskDefinition":"${ours}"}`, lines: ['starts web:7'] },
    { call: 'ecs:runTask', Input: '{"taskDefinition":"web"}', lines: ['starts web'] },
    { call: 'ecs:createService', Input: '{"taskDefinition":"web:7"}', lines: ['starts web:7'] },
    { call: 'ecs:updateService', Input: '{"taskDefinition":"web:7"}', lines: ['starts web:7'] },
    { call: 'ecs:createTaskSet', Input: '{"taskDefinition":"web:7"}', lines: ['starts web:7'] },
    {
      call: 'ecs:updateExpressGatewayService',
      Input: '{"taskDefinitionArn":"web:7"}',
      lines: ['starts web:7'],
    },
    { call: 'ecs:deregisterTaskDefinition', Input: '{"taskDefinition":"web:7"}', lines: ['mentions web:7'] },
    { call: 'ecs:updateService', Input: '{"service":"web","desiredCount":0}', lines: [] },
    {
      call: 'ecs:runTask',
      Input: `{"taskDefinition":"web:7","tags":[{"key":"next","value":"${revisionArn('web:4')}"}]}`,
      lines: ['starts web:7', 'starts web:4'],
    },
    {
      call: 'ecs:runTask',
      Input: '{"taskDefinition":"web-<aws.scheduler.execution-id>"}',
      lines: ['computes its task definition: web-{} (families web-*)'],
    },
    {
      call: 'sfn:startExecution',
      Input: JSON.stringify({ StateMachineArn: 'm', Input: JSON.stringify({ taskDefinition: 'web:7' }) }),
      lines: ['mentions web:7'],
    },
    { call: 'lambda:invoke', Input: `{"Payload":"{\\"run\\":\\"${ours}\\"}"}`, lines: ['mentions web:7'] },
    {
      call: 'codedeploy:createDeployment',
      Input: JSON.stringify({ Revision: { Content: `Properties:\n  TaskDefinition: "${ours}"\n` } }),
      lines: ['mentions web:7'],
    },
    { call: 'sqs:sendMessage', Input: 'not JSON', lines: [] },
  ])('$call with $Input', async ({ call, Input, lines }) => {
    expect(await linesOf({ Arn: sdk(call), Input })).toEqual(lines);
  });

  test.each(['{"taskDefinition":"web:7"', `run ${ours}`, '"web:7"', '["web:7"]', 'null', ''])(
    'of ECS that is sent %s is unknown',
    async (Input) => {
      // A report does not repeat its input, which may contain a secret.
      const says = 'calls ECS with an Input that is no JSON object (any family)';
      expect(await linesOf({ Arn: sdk('ecs:runTask'), Input })).toContain(says);
    },
  );

  test('of ECS that is sent an ARN in a text references it as well', async () => {
    expect(await linesOf({ Arn: sdk('ecs:runTask'), Input: `run ${ours}` })).toContain('mentions web:7');
  });

  test('that is sent nothing references nothing', async () => {
    expect(await linesOf({ Arn: sdk('ecs:runTask') })).toEqual([]);
  });

  test('is one in every partition', async () => {
    const Arn = sdk('ecs:runTask').replace('arn:aws:', 'arn:aws-us-gov:');
    expect(await linesOf({ Arn, Input: '{"taskDefinition":"web:7"}' })).toEqual(['starts web:7']);
  });
});

test('what is described without its target is a problem', async () => {
  const { reader } = await aReader(anAccount().schedule('s', '', { Target: undefined }));
  const { problems } = await readSource(reader, 'schedules');
  expect(problems).toMatchObject([
    {
      part: 'schedules',
      kind: 'incomplete',
      operation: `reading schedules: GetSchedule (${schedule('default/s')})`,
      reason: `Incomplete: ${schedule('default/s')} is described without its target`,
    },
  ]);
});

test('a schedule that is deleted before its description is no problem; one that is still listed is', async () => {
  const account = () => anAccount().schedule('a', 'web:1').schedule('b', 'web:2');
  const { reader, sandbox } = await aReader(account());
  const remove = sandbox.after(({ operation }) => {
    if (operation !== 'ListSchedules') return;
    remove();
    sandbox.account.schedules.delete({ Name: 'a' });
  });
  const { findings, problems } = await readSource(reader, 'schedules');
  expect(problems).toEqual([]);
  expect(asLines(findings)).toEqual([`${schedule('default/b')} starts web:2`]);

  const { reader: second, sandbox: other } = await aReader(account());
  const gone = { kind: 'error', code: 'ResourceNotFoundException', status: 404 } as const;
  other.faults.add({ operation: 'GetSchedule', ...gone, when: ({ input }) => input['Name'] === 'a' });
  const reading = await readSource(second, 'schedules');
  expect(reading.problems[0]?.reason).toContain('is listed, but AWS says that it does not exist');
});

describe('read once more', () => {
  const account = () => anAccount().schedule('a', 'web:1').schedule('b', 'web:2');

  test('only what has changed is described again', async () => {
    const { reader, sandbox, clock } = await aReader(account());
    await readSource(reader, 'schedules');
    clock.advance(60_000);
    sandbox.account.schedules.update({
      Name: 'b',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`,
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/start`,
        EcsParameters: { TaskDefinitionArn: ours },
      },
    });
    clock.advance(60_000);
    sandbox.calls.clear();
    const { findings } = await readSource(reader, 'schedules');
    expect(asLines(findings)).toEqual([
      `${schedule('default/a')} starts web:1`,
      `${schedule('default/b')} starts web:7`,
    ]);
    expect(sandbox.calls.byOperation()).toEqual({ ListSchedules: 1, GetSchedule: 1 });
  });

  test('one without a date is always described again', async () => {
    const { reader, sandbox } = await aReader(anAccount().schedule('a', 'web:1', { LastModificationDate: undefined }));
    await readSource(reader, 'schedules');
    await readSource(reader, 'schedules');
    expect(sandbox.calls.count('GetSchedule')).toBe(2);
  });
});
