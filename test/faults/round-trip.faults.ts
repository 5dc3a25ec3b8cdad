// Every source has the same findings in an account and in its snapshot: the same references, relations and
// unresolved references.
import { expect, test } from 'vitest';
import { readEvidence } from '../../shared/read/evidence.ts';
import { sources } from '../../shared/sources/readers.ts';
import { takeSnapshot } from '../../shared/snapshot/snapshot.ts';
import type { AccountFile } from '../../sandbox/account-file.ts';
import {
  type AccountBuilder,
  anAccount,
  appSpec,
  daysBefore,
  groupArn,
  revisionArn,
  ruleTarget,
  scheduleTarget,
  stackArn,
  stateMachineArn,
} from '../support/account.ts';
import { aReader, asLines, protectTag, readAll, readSource } from '../support/reader.ts';
import { specimenOf } from '../support/specimens.ts';
import { accountIn, ordinary, snapshotOf } from '../support/snapshots.ts';

/** The findings of all sources. */
async function foundIn(account: AccountBuilder | AccountFile): Promise<string[]> {
  const { reader } = await aReader(account, { quotas: 'none' });
  const { readings } = await readAll(reader);
  expect(readings.flatMap(({ problems }) => problems)).toEqual([]);
  return asLines(readings.flatMap(({ findings }) => findings)).toSorted();
}

test.each(sources)('$name has the same findings in the snapshot and in the account', async (source) => {
  const specimen = specimenOf(source.name);
  if (specimen === undefined) throw new Error('no specimen');
  const { search } = specimen;
  const { file, notes } = await snapshotOf(specimen.account(), { search });
  const { reader } = await aReader(file, { quotas: 'none', search });
  const { findings, problems } = await readSource(reader, source.name);
  expect({ faults: problems, names: asLines(findings).toSorted(), notes }).toEqual({
    faults: [],
    names: specimen.names,
    notes: [],
  });
});

test('searched objects have the same findings in the snapshot, which contains no text of them', async () => {
  const search = ['s3://states/prod/', 's3://states/old/', 's3://empty', 'ssm:/launch/', 'ssm:/none/'];
  const account = anAccount()
    .family('web', '1-9')
    .bucket('empty')
    .object('states/prod/ä +.json', `{"token":"hunter2","run":"web:2","then":"${revisionArn('gone:7')}"}`)
    .object('states/prod/zip', Uint8Array.of(0))
    .object('states/old/a', 'hunter2')
    .object('states/old/b', 'hunter2')
    .parameter('/launch/task', 'hunter2 web:3')
    .parameter('/launch/quiet', 'hunter2');
  const read = async (of: AccountBuilder | AccountFile) => {
    const { reader } = await aReader(of, { quotas: 'none', search });
    const { readings } = await readAll(reader);
    expect(readings.flatMap(({ problems }) => problems)).toEqual([]);
    return asLines(readings.flatMap(({ findings }) => findings)).toSorted();
  };
  const { file, text } = await snapshotOf(account, { search });
  expect(text).not.toContain('hunter2');
  expect(file.buckets?.map(({ objects }) => objects?.map(({ Key }) => Key))).toEqual([
    ['prod/zip', 'prod/ä +.json', 'old/a'],
    [],
  ]);
  const found = await read(account);
  expect(found).toContain('arn:aws:s3:::states/prod/ä +.json mentions web:2');
  expect(found).toContain('s3://empty/ not checked: nothing exists there, so nothing was searched');
  expect(await read(file)).toEqual(found);
});

const universal = (Input: string) => scheduleTarget({ Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', Input });
const schedule = (name: string) => `arn:aws:scheduler:eu-west-1:123456789012:schedule/default/${name}`;
const rule = (name: string) => `arn:aws:events:eu-west-1:123456789012:rule/${name}`;
const task = (more: object) => ({
  StartAt: 'Run',
  States: { Run: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask', End: true, ...more } },
});

test('two services with the same old ARN stay two in the snapshot, each with its history', async () => {
  const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/web';
  const account = anAccount()
    .family('web', '1-9')
    .service('prod/web', 'web:9', { serviceArn })
    .serviceDeployment('prod/web', 'web:9', { daysAgo: 40 })
    .serviceDeployment('prod/web', 'web:3', { daysAgo: 50 })
    .service('dev/web', 'web:8', { serviceArn })
    .serviceDeployment('dev/web', 'web:8', { daysAgo: 40 })
    .serviceDeployment('dev/web', 'web:2', { daysAgo: 50 });
  const { file } = await snapshotOf(account);
  expect(await foundIn(file)).toEqual(
    [
      'service/dev/web deploys web:8',
      'service/dev/web rolls back to web:2',
      'service/dev/web rolls back to web:8',
      'service/prod/web deploys web:9',
      'service/prod/web rolls back to web:3',
      'service/prod/web rolls back to web:9',
    ].toSorted(),
  );
});

test.each<{ what: string; account: AccountBuilder; finds: string[] }>([
  {
    what: 'a schedule with a call that is not JSON',
    account: anAccount().schedule('a', '', { Target: universal('web:3 at night') }),
    finds: [`${schedule('a')} calls ECS with an Input that is no JSON object (any family)`],
  },
  {
    what: 'a schedule with a call that is a template',
    account: anAccount().schedule('a', '', {
      Target: universal('{"startedBy": <aws.scheduler.execution-id>, "taskDefinition": "web:3"}'),
    }),
    finds: [
      `${schedule('a')} calls ECS with an Input that is no JSON object (any family)`,
      `${schedule('a')} mentions web:3`,
    ],
  },
  {
    what: 'a schedule with a call that starts nothing',
    account: anAccount().schedule('a', '', { Target: universal('{"service":"web","desiredCount":0}') }),
    finds: [],
  },
  {
    what: 'a text with an ARN',
    account: anAccount().rule('a', '', {
      Targets: [ruleTarget({ Arn: 'arn:aws:sqs:x', Input: `"start ${revisionArn('web:3')}, please"` })],
    }),
    finds: [`${rule('a')} mentions web:3`],
  },
  {
    what: 'a family in a target that is an ECS cluster',
    account: anAccount().rule('a', '', {
      Targets: [
        ruleTarget({
          Input: '{"containerOverrides":[{"name":"taskDefinition"}]}',
          EcsParameters: { TaskDefinitionArn: revisionArn('web') },
        }),
      ],
    }),
    finds: [`${rule('a')} starts web`],
  },
  {
    what: 'a state machine with all parameters from an expression',
    account: anAccount().stateMachine(
      'm',
      task({ Arguments: "{% {'TaskDefinition': 'web:3', 'Cluster': $states.input.cluster} %}" }),
    ),
    finds: [
      `${stateMachineArn('m')} computes all its parameters (state Run) (any family)`,
      `${stateMachineArn('m')} starts web:3`,
    ],
  },
  {
    what: 'a state machine that computes the end of a name',
    account: anAccount().stateMachine(
      'm',
      task({ Parameters: { 'TaskDefinition.$': "States.Format('web-{}', $.color)" } }),
    ),
    finds: [`${stateMachineArn('m')} computes its task definition: web-{} (state Run) (families web-*)`],
  },
  {
    what: 'an execution of a version that was deleted',
    account: anAccount().stateMachine('m', task({ Parameters: { TaskDefinition: 'web:5' } }), {
      updateDate: daysBefore(1),
      revisionId: 'r2',
      executions: [
        {
          name: 'old',
          startDate: daysBefore(9),
          stateMachineVersionArn: `${stateMachineArn('m')}:7`,
          definition: JSON.stringify(task({ Parameters: { TaskDefinition: 'web:2' } })),
          updateDate: daysBefore(20),
        },
      ],
    }),
    finds: [`${stateMachineArn('m')} starts web:2`, `${stateMachineArn('m')} starts web:5`],
  },
  {
    what: 'AppSpecs in a bucket and AppSpecs that cannot be parsed',
    account: anAccount()
      .service('prod/web', 'web:9')
      .codeDeploy('shop/blue', {
        service: 'prod/web',
        deployments: [
          {
            revision: { revisionType: 'S3', s3Location: { bucket: 'b', key: 'k' } },
            previousRevision: appSpec('web:3'),
          },
          {
            status: 'InProgress',
            revision: { revisionType: 'AppSpecContent', appSpecContent: { content: '{{' } },
          },
        ],
      }),
    finds: [
      `${groupArn('shop/blue')} deploys an AppSpec that is neither JSON nor YAML (families of arn:aws:ecs:eu-west-1:123456789012:service/prod/web)`,
      `${groupArn('shop/blue')} rolls back to an AppSpec that lies in s3://redacted/redacted (families of arn:aws:ecs:eu-west-1:123456789012:service/prod/web)`,
      `${groupArn('shop/blue')} rolls back to web:3`,
      'service/prod/web deploys web:9',
    ],
  },
  {
    what: "a stack's parameters, and the properties of a change that goes on",
    account: anAccount().stack(
      'shop',
      {},
      {
        StackStatus: 'UPDATE_IN_PROGRESS',
        LastUpdatedTime: daysBefore(0.01),
        Parameters: [
          { ParameterKey: 'TaskDefinition', ParameterValue: 'web:3' },
          { ParameterKey: 'Image', ParameterValue: 'web:4' },
        ],
        events: [
          {
            Timestamp: daysBefore(0.01),
            ResourceType: 'AWS::ECS::Service',
            ResourceProperties: JSON.stringify({ TaskDefinition: revisionArn('web:5'), Cluster: 'prod' }),
          },
        ],
      },
    ),
    finds: [`${stackArn('shop')} holds web:3`, `${stackArn('shop')} holds web:5`],
  },
])('$what', async ({ account, finds }) => {
  account.family('web', '1-9').cluster('prod');
  const { file } = await snapshotOf(account);
  const found = await foundIn(file);
  expect(found).toEqual(finds);
  // In the account texts say more; what they mean is the same.
  const meant = (lines: readonly string[]) => lines.map((line) => line.replace(/(computes its|lies in).* \(/, '('));
  expect(meant(await foundIn(account)).filter((line) => !isTagged(line))).toEqual(
    meant(finds).filter((line) => !isTagged(line)),
  );

  /** A mention in a value that is redacted: the revision carries the protecting tag in the snapshot. */
  function isTagged(line: string): boolean {
    const number = /mentions web:(\d)$/.exec(line)?.[1] ?? '';
    return (file.taskDefinitions ?? []).some(
      ({ revisions, tags = [] }) => revisions === number && tags.some(({ key }) => key === protectTag),
    );
  }
});

const usagePlan = { days: 30, seconds: 120, known: undefined };

/** The uses in the history, in days ago. */
async function usageIn(account: AccountBuilder | AccountFile, usage = usagePlan) {
  const { reader } = await aReader(account, { quotas: 'none' });
  const read = await readEvidence(reader, {
    protectTags: [protectTag],
    without: [],
    usage,
    progress: () => undefined,
  });
  const ago = (at = 0) => ((read.asOf - at) / 86_400_000).toFixed(2);
  const uses = [...(read.usage?.lastUsed ?? [])].flatMap(([family, numbers]) =>
    [...numbers].map(([number, at]) => `${family}:${number} ${ago(at)}`),
  );
  return { uses: uses.toSorted(), since: ago(read.usage?.coveredSince) };
}

const asked = (taskDefinition: string, tasks: readonly object[] = []) => ({
  requestParameters: { taskDefinition, overrides: { CANARY: 'CANARY' } },
  responseElements: { tasks },
});

test('usage is the same in the snapshot, with the newest of equal events', async () => {
  const account = anAccount()
    .family('web', '1-9')
    .event('RunTask', daysBefore(2), asked('web:3', [{ taskArn: 'CANARY' }]))
    .event('RunTask', daysBefore(1), asked('web:3', [{ taskArn: 'CANARY' }]))
    .event('RunTask', daysBefore(4), asked('web', [{ taskDefinitionArn: revisionArn('web:8') }]))
    .event('RunTask', daysBefore(5), asked('web'))
    .event('StartTask', daysBefore(6), {
      ...asked('web:2'),
      errorCode: 'ClientException',
      responseElements: null,
    })
    // An event that cannot be parsed, and the events behind it.
    .event('RunTask', daysBefore(20), asked('web', [{ taskArn: 'CANARY' }]))
    .event('RunTask', daysBefore(21), asked('web:1'));
  const { file, text, notes } = await snapshotOf(account, { usage: usagePlan });
  expect(await usageIn(file)).toEqual({
    // The first is behind the unparsed event, but on the same page.
    uses: ['web:1 21.00', 'web:2 6.00', 'web:3 1.00', 'web:8 4.00'],
    since: '20.00',
  });
  expect(await usageIn(account)).toEqual(await usageIn(file));
  expect(file.events).toHaveLength(6);
  expect(text).not.toContain('CANARY');
  expect(notes).toEqual([]);
});

test('an incomplete usage history has the same length in the snapshot', async () => {
  const account = anAccount().family('web', '1-9');
  for (let day = 1; day < 29; day++) account.event('RunTask', daysBefore(day), asked(`web:${(day % 9) + 1}`));
  const { reader, sandbox } = await aReader(account, { quotas: 'none', pageSize: 3 });
  // Each page takes ten seconds of the budget.
  sandbox.faults.add({ operation: 'LookupEvents', kind: 'slow', ms: 10_000 });
  const { snapshot, notes } = await takeSnapshot(reader, {
    ...ordinary,
    usage: { ...usagePlan, seconds: 85 },
  });
  expect(notes).toEqual([expect.stringContaining('The event history was not read to its end')]);
  const { since, uses } = await usageIn(accountIn(JSON.stringify(snapshot)));
  expect(since).toBe('9.00');
  expect(uses).toHaveLength(9);
});

test('a service revision that ECS does not describe any more: the families of its service carry the tag', async () => {
  const account = anAccount()
    .family('web', '1-3')
    .family('api', '1-2')
    .service('prod/web', 'web:3')
    .serviceDeployment('prod/web', 'web:2', { daysAgo: 50 })
    .serviceDeployment('prod/web', 'web:3', { daysAgo: 40 })
    .service('prod/api', 'api:2');
  const { reader, sandbox } = await aReader(account, { quotas: 'none' });
  sandbox.faults.add({
    operation: 'DescribeServiceRevisions',
    kind: 'failures',
    reason: 'MISSING',
    when: ({ input }) => JSON.stringify(input).includes('web-2'),
  });
  const { snapshot, notes } = await takeSnapshot(reader, ordinary);
  expect(notes).toEqual([expect.stringContaining('does not describe all that 1 services deployed')]);
  const tagged = snapshot.taskDefinitions.filter(({ tags = [] }) => tags.length > 0);
  expect(tagged.map(({ family, revisions }) => `${family}:${revisions}`)).toEqual(['web:1', 'web:2-3']);
  expect((await foundIn(accountIn(JSON.stringify(snapshot)))).join()).toContain('web rolls back to web:3');
});

test('a revision in an unknown field has the tag in the snapshot, which cannot contain the field', async () => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-3').pipe('orders', 'web:3'));
  sandbox.faults.add({
    operation: 'DescribePipe',
    kind: 'answer',
    change: (answer) => {
      answer['aFieldOfTomorrow'] = revisionArn('web:1');
    },
  });
  const { snapshot, notes } = await takeSnapshot(reader, ordinary);
  expect(notes).toEqual([expect.stringContaining('1 references stand in texts that a snapshot does not keep')]);
  expect(snapshot.taskDefinitions.map(({ revisions, tags = [] }) => `${revisions} ${tags.length}`)).toEqual([
    '1 1',
    '2-3 0',
  ]);
});

test('referenced INACTIVE revisions are in the snapshot with their status', async () => {
  const account = anAccount()
    .family('web', '2-3')
    .family('web', '1', { status: 'INACTIVE' })
    .schedule('a', 'web:1')
    .schedule('b', 'web:9');
  const { file } = await snapshotOf(account);
  expect(file.taskDefinitions?.map(({ revisions, status }) => `${revisions} ${status}`)).toEqual([
    '2 ACTIVE',
    '3 ACTIVE',
    '1 INACTIVE',
  ]);
});

test('a rule that is deleted during the reading is not in the snapshot', async () => {
  const account = anAccount().family('web', '1-3').rule('stays', 'web:1').rule('goes', '', { Targets: [] });
  const { reader, sandbox } = await aReader(account);
  sandbox.before(({ operation }) => {
    if (operation === 'ListTargetsByRule') sandbox.account.rules.delete({ Name: 'goes' });
  });
  const { snapshot } = await takeSnapshot(reader, ordinary);
  expect(snapshot.rules.map(({ Name }) => Name)).toEqual(['stays']);
});
