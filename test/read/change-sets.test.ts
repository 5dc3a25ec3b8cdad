// The source `stacks`: change sets that wait to be executed, such as a way back that was prepared.
import { describe, expect, test } from 'vitest';
import { Memory } from '../../shared/sources/common/memory.ts';
import { byName } from '../../shared/domain/revision.ts';
import { executeChangeSet } from '../../sandbox/cloudformation/change-set-operations.ts';
import { anAccount, changeSet, changeSetArn, daysBefore, revisionArn, stackArn } from '../support/account.ts';
import { aNight, asText } from '../support/night.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

type ChangeSet = ReturnType<typeof changeSet>;
type ResourceChange = NonNullable<NonNullable<NonNullable<ChangeSet['Changes']>[number]>['ResourceChange']>;

const shop = stackArn('shop');
const parameter = (ParameterValue: string) => [{ ParameterKey: 'TaskDefinition', ParameterValue }];
const change = (more: ResourceChange) => [
  {
    Type: 'Resource' as const,
    ResourceChange: {
      Action: 'Modify' as const,
      LogicalResourceId: 'Web',
      ResourceType: 'AWS::ECS::Service',
      AfterContext: '{}',
      ...more,
    },
  },
];
const service = {
  LogicalResourceId: 'Service',
  PhysicalResourceId: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web',
  ResourceType: 'AWS::ECS::Service',
  LastUpdatedTimestamp: daysBefore(100),
  ResourceStatus: 'CREATE_COMPLETE' as const,
};
/** A stack with a service that takes its revision as a parameter. */
const account = (...changeSets: ChangeSet[]) =>
  anAccount()
    .family('web', '1-9')
    .stack('shop', {}, { resources: [service], Parameters: parameter('web:9'), changeSets });

async function read(...changeSets: ChangeSet[]) {
  const { reader, sandbox } = await aReader(account(...changeSets));
  const found = await readSource(reader, 'stacks');
  const lines = asLines(found.findings).map((line) => line.replace(`${shop} `, ''));
  return { lines: lines.filter((line) => line !== 'holds web:9'), found, sandbox, reader };
}

describe('a change set that waits', () => {
  test('references the revision among its parameters, and is reported as the path to it', async () => {
    const { found } = await read(changeSet('back', { Parameters: parameter('web:4') }));
    expect(found.findings).toContainEqual({
      kind: 'reference',
      source: 'stacks',
      referrer: shop,
      relation: 'holds',
      target: { kind: 'revision', family: 'web', number: 4 },
      via: ['change set back'],
    });
  });

  const inProperties = (revision: string) => JSON.stringify({ Properties: { TaskDefinition: revision } });
  test.each<{ what: string; Changes: ChangeSet['Changes'] }>([
    {
      what: 'by ARN after the change',
      Changes: change({ AfterContext: inProperties(revisionArn('web:4')) }),
    },
    { what: 'by its short name after the change', Changes: change({ AfterContext: inProperties('web:4') }) },
    { what: 'before the change', Changes: change({ BeforeContext: inProperties('web:4') }) },
    {
      what: 'as the new value of a property',
      Changes: change({ Details: [{ Target: { Name: 'TaskDefinition', AfterValue: 'web:4' } }] }),
    },
    {
      what: 'as what it imports',
      Changes: change({
        Action: 'Import',
        ResourceType: 'AWS::ECS::TaskDefinition',
        PhysicalResourceId: revisionArn('web:4'),
      }),
    },
    {
      what: 'in what a rule will start',
      Changes: change({
        ResourceType: 'AWS::Events::Rule',
        AfterContext: JSON.stringify({
          Properties: { Targets: [{ EcsParameters: { TaskDefinitionArn: revisionArn('web:4') } }] },
        }),
      }),
    },
  ])('references the revision $what', async ({ Changes }) => {
    const { lines, sandbox } = await read(changeSet('back', { Changes }));
    expect(lines).toEqual(['holds web:4']);
    expect(sandbox.calls.count('GetTemplate')).toBe(0);
  });

  test.each([
    { what: 'JSON', template: inProperties('web:4') },
    { what: 'YAML', template: 'Resources:\n  Web:\n    Properties:\n      TaskDefinition: web:4\n' },
    { what: 'YAML with quotes', template: "      TaskDefinition: 'web:4'\n" },
    {
      what: 'YAML that fills in account and Region',
      template: '      TaskDefinition: !Sub arn:aws:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/web:4\n',
    },
    {
      what: 'YAML beside a reference to a resource',
      template: '  A:\n    TaskDefinition: !Ref Web\n  B:\n    TaskDefinition: web:4',
    },
  ])(
    'from before changes showed properties references the revision in its template, in $what',
    async ({ template }) => {
      const Changes = change({ AfterContext: undefined });
      const { lines, sandbox } = await read(changeSet('back', { Changes, TemplateBody: template }));
      expect(lines).toEqual(['holds web:4']);
      expect(sandbox.calls.count('GetTemplate')).toBe(1);
    },
  );

  test('is read to its last page', async () => {
    const many = Array.from({ length: 5 }, (_, index) =>
      change({ AfterContext: inProperties(`web:${index + 1}`) }),
    ).flat();
    const { reader, sandbox } = await aReader(account(changeSet('back', { Changes: many })), { pageSize: 2 });
    const { findings } = await readSource(reader, 'stacks');
    expect(asLines(findings)).toHaveLength(6);
    expect(sandbox.calls.count('DescribeChangeSet')).toBe(3);
  });

  test('of a nested stack is read by way of the one that it belongs to', async () => {
    const nested = changeSet('inner', {
      ChangeSetId: changeSetArn('inner'),
      ExecutionStatus: 'UNAVAILABLE',
      Parameters: parameter('web:4'),
    });
    const outer = changeSet('outer', {
      IncludeNestedStacks: true,
      Changes: change({
        ResourceType: 'AWS::CloudFormation::Stack',
        AfterContext: undefined,
        ChangeSetId: changeSetArn('inner'),
      }),
    });
    const inner = { Parameters: parameter('web:9'), resources: [service], changeSets: [nested] };
    const base = () => anAccount().family('web', '1-9');
    // The stack around it holds nothing itself.
    const around = base()
      .stack('inner', {}, { ...inner, ParentId: stackArn('root'), RootId: stackArn('root') })
      .stack('root', {}, { changeSets: [outer] });
    const { reader, sandbox } = await aReader(around);
    const found = await readSource(reader, 'stacks');
    expect(asLines(found.findings)).toContain(`${stackArn('inner')} holds web:4`);
    expect(sandbox.calls.count('DescribeChangeSet')).toBe(2);
    expect(sandbox.calls.count('GetTemplate')).toBe(0);

    // A nested stack that does not list it.
    const { reader: other, sandbox: hiding } = await aReader(around);
    hiding.faults.add({
      operation: 'ListChangeSets',
      kind: 'answer',
      change: (answer) => {
        answer['Summaries'] = [];
      },
      when: ({ input }) => input['StackName'] === stackArn('inner'),
    });
    expect(asLines((await readSource(other, 'stacks')).findings)).toContain(`${stackArn('inner')} holds web:4`);
  });

  test('and would create a stack references its revision, since nothing else of the stack does', async () => {
    const { reader } = await aReader(
      anAccount()
        .family('web', '1-9')
        .stack(
          'shop',
          {},
          {
            StackStatus: 'REVIEW_IN_PROGRESS',
            changeSets: [changeSet('first', { Parameters: parameter('web:4') })],
          },
        ),
    );
    expect(asLines((await readSource(reader, 'stacks')).findings)).toEqual([`${shop} holds web:4`]);
  });
});

describe('whether a change set waits', () => {
  test.each<{ is: Partial<ChangeSet>; waits: boolean }>([
    { is: { ExecutionStatus: 'AVAILABLE' }, waits: true },
    { is: { ExecutionStatus: 'UNAVAILABLE', Status: 'CREATE_IN_PROGRESS' }, waits: true },
    { is: { ExecutionStatus: 'UNAVAILABLE', Status: 'CREATE_PENDING' }, waits: true },
    { is: { ExecutionStatus: 'EXECUTE_IN_PROGRESS' }, waits: true },
    { is: { ExecutionStatus: 'AVAILABLE', Status: 'DELETE_FAILED' }, waits: true },
    { is: { ExecutionStatus: 'UNAVAILABLE', Status: 'FAILED' }, waits: false },
    { is: { ExecutionStatus: 'OBSOLETE' }, waits: false },
    { is: { ExecutionStatus: 'EXECUTE_COMPLETE' }, waits: false },
    { is: { ExecutionStatus: 'EXECUTE_FAILED' }, waits: false },
    { is: { ExecutionStatus: 'AVAILABLE', Status: 'DELETE_COMPLETE' }, waits: false },
  ])('$is: $waits', async ({ is, waits }) => {
    const { lines, sandbox, found } = await read(changeSet('back', { ...is, Parameters: parameter('web:4') }));
    expect(found.problems).toEqual([]);
    expect(lines).toEqual(waits ? ['holds web:4'] : []);
    expect(sandbox.calls.count('DescribeChangeSet')).toBe(waits ? 1 : 0);
  });

  test.each(['ExecutionStatus', 'Status'])('%s that is unknown is a problem', async (member) => {
    const { reader, sandbox } = await aReader(account(changeSet('back')));
    sandbox.faults.add({
      operation: 'ListChangeSets',
      kind: 'answer',
      change: ({ Summaries }) => {
        if (Array.isArray(Summaries)) Object.assign(Summaries[0], { [member]: 'SIMMERING' });
      },
    });
    const { problems } = await readSource(reader, 'stacks');
    expect(problems[0]?.reason).toContain('SIMMERING');
    expect(problems[0]?.reason).toContain('which this version does not know');
  });
});

describe('change sets are asked for', () => {
  test('of stacks that hold or take task definitions, and of no others', async () => {
    const bucket = { ...service, ResourceType: 'AWS::S3::Bucket', PhysicalResourceId: 'deploys' };
    const { reader, sandbox } = await aReader(
      account()
        .stack('bucket', {}, { resources: [bucket] })
        .stack('holds', { Web: 'web:3' })
        .stack('told', {}, { Outputs: [{ OutputKey: 'TaskDefinition', OutputValue: revisionArn('web:2') }] })
        .stack('gone', { Web: 'web:3' }, { StackStatus: 'DELETE_COMPLETE' }),
    );
    await readSource(reader, 'stacks');
    const asked = sandbox.calls
      .list()
      .filter(({ operation }) => operation === 'ListChangeSets')
      .map(({ input }) => String(input['StackName']));
    expect(asked.toSorted(byName)).toEqual([stackArn('holds'), shop, stackArn('told')].toSorted(byName));
  });

  test('at each reading, also of a remembered stack; the references of a change set are remembered', async () => {
    const { reader, sandbox } = await aReader(account(changeSet('back', { Parameters: parameter('web:4') })));
    await readSource(reader, 'stacks');
    sandbox.calls.clear();
    const { findings } = await readSource(reader, 'stacks');
    expect(asLines(findings)).toContain(`${shop} holds web:4`);
    expect(sandbox.calls.byOperation()).toEqual({ DescribeStacks: 1, ListChangeSets: 1 });
  });

  test('also in a later step of the run, which remembers what the stack holds', async () => {
    const { reader } = await aReader(account(changeSet('back', { Parameters: parameter('web:4') })));
    await readSource(reader, 'stacks');
    const later = { ...reader, memory: Memory.from(reader.memory.carried()) };
    expect(asLines((await readSource(later, 'stacks')).findings)).toContain(`${shop} holds web:4`);
  });

  test('not of a stack, nor about a change set, that the settings leave out', async () => {
    for (const without of [shop, changeSetArn('back')]) {
      const back = changeSet('back', { Parameters: parameter('web:4') });
      const { reader, sandbox } = await aReader(account(back), { without: [without] });
      const { findings, problems } = await readSource(reader, 'stacks');
      expect(problems).toEqual([]);
      expect(asLines(findings)).not.toContain(`${shop} holds web:4`);
      expect(sandbox.calls.count('DescribeChangeSet')).toBe(0);
    }
  });
});

describe('between two calls', () => {
  const back = () => changeSet('back', { Parameters: parameter('web:4') });

  test('a change set is deleted: it is no problem', async () => {
    const { reader, sandbox } = await aReader(account(back()));
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'DescribeChangeSet') return;
      remove();
      sandbox.account.stacks.existing('shop').changeSets = [];
    });
    const { findings, problems } = await readSource(reader, 'stacks');
    expect(problems).toEqual([]);
    expect(asLines(findings)).not.toContain(`${shop} holds web:4`);
  });

  test('a change set is executed: what it named is read from the stack', async () => {
    const { reader, sandbox } = await aReader(account(back()));
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'DescribeChangeSet') return;
      remove();
      executeChangeSet(sandbox.account, 'shop', 'back');
    });
    const { findings, problems } = await readSource(reader, 'stacks');
    expect(problems).toEqual([]);
    expect(asLines(findings)).toContain(`${shop} holds web:4`);
  });

  test('a stack is deleted: it is no problem', async () => {
    const { reader, sandbox } = await aReader(account(back()));
    const remove = sandbox.before(({ operation }) => {
      if (operation !== 'ListChangeSets') return;
      remove();
      sandbox.account.stacks.existing('shop').StackStatus = 'DELETE_COMPLETE';
    });
    expect((await readSource(reader, 'stacks')).problems).toEqual([]);
  });

  test('a change set is listed and for ever said not to exist: a problem', async () => {
    const { reader, sandbox } = await aReader(account(back()));
    sandbox.faults.add({
      operation: 'DescribeChangeSet',
      kind: 'error',
      code: 'ChangeSetNotFound',
      status: 404,
    });
    const { problems } = await readSource(reader, 'stacks');
    expect(problems[0]?.reason).toContain(`${changeSetArn('back')} is listed, but AWS says that it does not exist`);
  });

  test.each([
    { operation: 'ListChangeSets', code: 'ValidationError', status: 400 },
    { operation: 'ListChangeSets', code: 'AccessDenied', status: 403 },
    { operation: 'DescribeChangeSet', code: 'AccessDenied', status: 403 },
  ])('$operation is answered with $code for what is still there: a problem', async ({ operation, code, status }) => {
    const { reader, sandbox } = await aReader(account(back()));
    sandbox.faults.add({ operation, kind: 'error', code, status });
    const { problems } = await readSource(reader, 'stacks');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.operation).toContain(operation);
    expect(problems[0]?.reason).toContain(code);
  });
});

test('a run keeps the revision of a prepared rollback, and says by which change set', async () => {
  const night = await aNight(account(changeSet('back', { Parameters: parameter('web:4') })));
  const { plan } = await night.plan({ keepLatest: 1 });
  expect(asText(plan)).toEqual([
    'web  1-3  deregister',
    'web  4  keep  referenced',
    'web  5-8  deregister',
    'web  9  keep  referenced, newest, keep-latest',
  ]);
});
