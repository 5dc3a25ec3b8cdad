// What EventBridge's pipes name: running or stopped, by what their target starts and by what is sent.
import { describe, expect, test } from 'vitest';
import { ACCOUNT, type AccountBuilder, anAccount, REGION, revisionArn } from '../support/account.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

const pipe = (name: string) => `arn:aws:pipes:${REGION}:${ACCOUNT}:pipe/${name}`;
const machine = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`;
const ours = revisionArn('web:7');

async function findingsOf(account: AccountBuilder) {
  const { reader } = await aReader(account);
  const { findings, problems } = await readSource(reader, 'pipes');
  expect(problems).toEqual([]);
  return findings;
}

/** The references of one pipe, without their referrer. */
async function linesOf(more: Parameters<AccountBuilder['pipe']>[2]) {
  const findings = await findingsOf(anAccount().pipe('p', 'web:7', more));
  return asLines(findings).map((line) => line.replace(`${pipe('p')} `, ''));
}

test('a reference says that the pipe is stopped', async () => {
  const account = anAccount().pipe('runs', 'web:7').pipe('stands', 'web:6', { DesiredState: 'STOPPED' });
  const common = { kind: 'reference', source: 'pipes', relation: 'starts' };
  expect(await findingsOf(account)).toEqual([
    { ...common, referrer: pipe('runs'), target: { kind: 'revision', family: 'web', number: 7 } },
    {
      ...common,
      referrer: pipe('stands'),
      target: { kind: 'revision', family: 'web', number: 6 },
      paused: 'stopped',
    },
  ]);
});

test.each(['CREATE_FAILED', 'START_FAILED', 'UPDATE_ROLLBACK_FAILED', 'DELETING'] as const)(
  'a pipe that is %s counts as any other',
  async (CurrentState) => {
    expect(await linesOf({ CurrentState })).toEqual(['starts web:7']);
  },
);

test.each([
  { named: revisionArn('web'), lines: ['starts web'] },
  { named: ours.replace(REGION, 'eu-west-2'), lines: [] },
  {
    named: '$.body.taskDefinition',
    lines: ['computes its task definition (any family)'],
  },
])('the task definition $named', async ({ named, lines }) => {
  const TargetParameters = { EcsTaskParameters: { TaskDefinitionArn: named } };
  expect(await linesOf({ TargetParameters })).toEqual(lines);
});

test('a cluster without parameters is unknown', async () => {
  expect(await linesOf({ TargetParameters: undefined })).toEqual([
    'starts tasks in a cluster and does not say of which task definition (any family)',
  ]);
});

describe('what is sent', () => {
  test.each<{ sent: string; more: Parameters<AccountBuilder['pipe']>[2]; lines: string[] }>([
    {
      sent: 'to another target',
      more: { Target: machine, TargetParameters: { InputTemplate: `{"next":"${ours}","id":<$.id>}` } },
      lines: ['mentions web:7'],
    },
    {
      sent: 'to the enrichment',
      more: {
        Target: machine,
        TargetParameters: undefined,
        EnrichmentParameters: { InputTemplate: `{"run":"${ours}"}` },
      },
      lines: ['mentions web:7'],
    },
    {
      sent: 'to an ECS target beside its task definition',
      more: {
        TargetParameters: {
          EcsTaskParameters: { TaskDefinitionArn: ours },
          InputTemplate: `{"next":"${revisionArn('web:4')}"}`,
        },
      },
      lines: ['starts web:7', 'mentions web:4'],
    },
    {
      sent: 'out of the message itself',
      more: {
        Target: machine,
        TargetParameters: { InputTemplate: '{"taskDefinition":"<$.body.taskDefinition>"}' },
      },
      lines: [],
    },
    {
      sent: 'as an ARN that the message completes',
      more: {
        Target: machine,
        TargetParameters: { InputTemplate: `{"run":"${revisionArn('web-<$.body.name>')}"}` },
      },
      lines: ['computes its task definition: web-{} (families web-*)'],
    },
  ])('$sent', async ({ more, lines }) => {
    expect(await linesOf(more)).toEqual(lines);
  });
});

test('what is described without its target is a problem', async () => {
  const { reader } = await aReader(anAccount().pipe('p', 'web:7', { Target: undefined }));
  const { problems } = await readSource(reader, 'pipes');
  expect(problems).toMatchObject([{ part: 'pipes', kind: 'incomplete' }]);
  expect(problems[0]?.reason).toContain(`${pipe('p')} is described without its target`);
});

test('a pipe that changes is described again, and no other', async () => {
  const { reader, sandbox, clock } = await aReader(anAccount().pipe('a', 'web:1').pipe('b', 'web:2'));
  await readSource(reader, 'pipes');
  clock.advance(60_000);
  sandbox.account.pipes.update({
    Name: 'b',
    RoleArn: 'arn:aws:iam::123456789012:role/pipe',
    TargetParameters: { EcsTaskParameters: { TaskDefinitionArn: ours } },
  });
  sandbox.account.pipes.delete('a');
  clock.advance(60_000);
  sandbox.calls.clear();
  const { findings } = await readSource(reader, 'pipes');
  expect(asLines(findings)).toEqual([`${pipe('b')} starts web:7`]);
  expect(sandbox.calls.byOperation()).toEqual({ ListPipes: 1, DescribePipe: 1 });
});
