// The source `state-machines` against the sandbox: definitions, published versions, what running executions began with, and
// with how few calls.
import { describe, expect, test } from 'vitest';
import type { AccountBuilder } from '../support/account.ts';
import { anAccount, daysBefore, stateMachineArn } from '../support/account.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { machine, running, runTask } from '../support/state-machines.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

const who = stateMachineArn('m');
const execution = (name: string) => who.replace('stateMachine:m', `execution:m:${name}`);
const text = (definition: object) => JSON.stringify(definition);
const account = () => anAccount().family('web', '1-40');
type More = Parameters<AccountBuilder['stateMachine']>[2];

/** Reads machine m, and says what it starts without saying m each time. */
async function given(builder: AccountBuilder, options: Parameters<typeof aReader>[1] = {}) {
  const aReaderContext = await aReader(builder, options);
  return {
    ...aReaderContext,
    read: async () => {
      const { findings, problems } = await readSource(aReaderContext.reader, 'state-machines');
      return {
        lines: asLines(findings).map((line) => line.replace(`${who} `, '')),
        ways: findings.map((finding) => (finding.kind === 'reference' ? finding.via : undefined)),
        problems: problems,
      };
    },
  };
}

const machineWith = (more: More, definition: object | string = running('web:9')) =>
  account().stateMachine('m', definition, more);

describe('versions', () => {
  const two = {
    versions: [
      { definition: text(running('web:7')), creationDate: daysBefore(90) },
      { definition: text(running('web:8')), creationDate: daysBefore(80) },
    ],
  };

  test('each of them can be started, whether an alias leads to it or not', async () => {
    const { read } = await given(machineWith(two));
    const { lines, ways } = await read();
    expect(lines).toEqual(['starts web:9', 'starts web:8', 'starts web:7']);
    expect(ways).toEqual([['state Run'], ['version 2', 'state Run'], ['version 1', 'state Run']]);
  });

  test('are described once and for all, and the list is read again while they name something', async () => {
    const { read, sandbox } = await given(machineWith(two));
    await read();
    sandbox.calls.clear();
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:8', 'starts web:7']);
    expect(sandbox.calls.byOperation()).toEqual({
      ListStateMachines: 1,
      DescribeStateMachine: 1,
      ListStateMachineVersions: 1,
    });
    sandbox.account.deleteStateMachineVersion(`${who}:1`);
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:8']);
  });

  test('that name nothing are listed once, until the machine changes', async () => {
    const idle = { Type: 'Pass' };
    const { read, sandbox } = await given(
      machineWith({ versions: [{ definition: text(machine(idle)) }] }, machine(idle)),
    );
    await read();
    sandbox.account.publishStateMachineVersion({ stateMachineArn: who });
    sandbox.calls.clear();
    expect((await read()).lines).toEqual([]);
    expect(sandbox.calls.byOperation()).toEqual({ ListStateMachines: 1, DescribeStateMachine: 1 });

    // The revision shows that something was published or changed since, so the list is read again.
    sandbox.account.updateStateMachine({ stateMachineArn: who, definition: text(running('web:7')) });
    sandbox.account.publishStateMachineVersion({ stateMachineArn: who });
    sandbox.account.updateStateMachine({ stateMachineArn: who, definition: text(machine(idle)) });
    expect((await read()).lines).toEqual(['starts web:7']);
  });

  test('of a machine that was made anew under its name are not the old ones', async () => {
    const { read, sandbox, clock } = await given(machineWith({ versions: [{ definition: text(running('web:7')) }] }));
    await read();
    sandbox.account.deleteStateMachine(who);
    clock.advance(1_000);
    const roleArn = 'arn:aws:iam::123456789012:role/r';
    sandbox.account.createStateMachine({
      name: 'm',
      definition: text(running('web:5')),
      roleArn,
      publish: true,
    });
    sandbox.account.updateStateMachine({ stateMachineArn: who, definition: text(running('web:6')) });
    expect((await read()).lines).toEqual(['starts web:6', 'starts web:5']);
  });

  test('one deleted between the list and its description is none; one that the list still has is a problem', async () => {
    const { read, sandbox } = await given(machineWith(two));
    const undo = sandbox.before(({ operation, input }) => {
      if (operation === 'DescribeStateMachine' && input['stateMachineArn'] === `${who}:1`)
        sandbox.account.deleteStateMachineVersion(`${who}:1`);
    });
    expect(await read()).toMatchObject({ lines: ['starts web:9', 'starts web:8'], problems: [] });
    undo();
    const gone = { kind: 'error', code: 'StateMachineDoesNotExist', status: 400 } as const;
    const fresh = await given(machineWith(two));
    fresh.sandbox.faults.add({
      operation: 'DescribeStateMachine',
      when: ({ input }) => input['stateMachineArn'] === `${who}:2`,
      ...gone,
    });
    expect((await fresh.read()).problems).toMatchObject([
      { kind: 'incomplete', reason: `Incomplete: ${who}:2 is listed, but AWS says that it does not exist` },
    ]);
  });

  test('one that was left out is read again when the settings include it', async () => {
    const left = new Set([`${who}:1`]);
    const idle = machine({ Type: 'Pass' });
    const one = await aReader(machineWith({ versions: [{ definition: text(running('web:7')) }] }, idle));
    const reader = { ...one.reader, leftOut: (arn: string) => left.has(arn) };
    expect((await readSource(reader, 'state-machines')).findings).toEqual([]);
    left.clear();
    expect(asLines((await readSource(reader, 'state-machines')).findings)).toEqual([`${who} starts web:7`]);
  });

  test('one that cannot be read is a problem that names it, and can be left out by its ARN', async () => {
    const broken = { versions: [{ definition: '{}' }, { definition: text(running('web:8')) }] };
    const { problems } = await (await given(machineWith(broken))).read();
    expect(problems).toMatchObject([{ part: 'state-machines', kind: 'incomplete' }]);
    expect(problems[0]?.reason).toContain('the definition of version 1 came without states: it is encrypted');
    expect(problems[0]?.remedy).toContain(`\`without: [${who}:1]\``);
    const without = await given(machineWith(broken), { without: [`${who}:1`] });
    expect(await without.read()).toMatchObject({ lines: ['starts web:9', 'starts web:8'], problems: [] });
  });
});

describe('running executions', () => {
  const began = (name: string, revision: string, started: number, updated: number) => ({
    name,
    startDate: daysBefore(started),
    definition: text(running(revision)),
    updateDate: daysBefore(updated),
  });
  const changed = (executions: NonNullable<More>['executions']): More => ({
    revisionId: 'now',
    updateDate: daysBefore(1),
    executions: executions ?? [],
  });

  test('keep the definition that they began with', async () => {
    const { read } = await given(machineWith(changed([began('old', 'web:5', 8, 20)])));
    const { lines, ways } = await read();
    expect(lines).toEqual(['starts web:9', 'starts web:5']);
    expect(ways).toEqual([['state Run'], ['execution old of 2026-11-16', 'state Run']]);
  });

  test('that have ended start nothing any more', async () => {
    const ended = { ...began('old', 'web:5', 8, 20), status: 'FAILED' as const, stopDate: daysBefore(7) };
    const { read } = await given(machineWith(changed([ended])));
    expect((await read()).lines).toEqual(['starts web:9']);
  });

  test('take one call for each definition in use, not for each execution', async () => {
    const many = [
      ...Array.from({ length: 20 }, (_, index) => ({ name: `now${index}`, startDate: daysBefore(0.5) })),
      ...Array.from({ length: 20 }, (_, index) => began(`a${index}`, 'web:6', 2 + index / 10, 5)),
      ...Array.from({ length: 20 }, (_, index) => began(`b${index}`, 'web:5', 6 + index / 10, 9)),
    ];
    const { read, sandbox } = await given(machineWith(changed(many)));
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:6', 'starts web:5']);
    expect(sandbox.calls.count('DescribeStateMachineForExecution')).toBe(3);
  });

  test('that began within a minute after an update are asked one by one: it may not have reached them', async () => {
    const second = 1 / 86_400;
    const { read } = await given(
      machineWith(changed([began('later', 'web:6', 5 - 61 * second, 5), began('just', 'web:5', 5 - 59 * second, 9)])),
    );
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:6', 'starts web:5']);
  });

  test('say nothing about others where their date is later than their beginning', async () => {
    const { read } = await given(
      machineWith(changed([began('a', 'web:6', 3, 1), began('b', 'web:5', 3.5, 1), began('c', 'web:4', 4, 1)])),
    );
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:6', 'starts web:5', 'starts web:4']);
  });

  test('of a version that was deleted go on, those of one that is published are known', async () => {
    const versions = [1, 2].map((version) => ({
      definition: text(running(`web:${version}`)),
      creationDate: daysBefore(30 - version),
    }));
    const by = (version: number, name: string) => ({
      name,
      startDate: daysBefore(0.1),
      stateMachineVersionArn: `${who}:${version}`,
    });
    const { read, sandbox } = await given(
      machineWith({
        ...changed([
          { name: 'now', startDate: daysBefore(0.05) },
          by(1, 'one'),
          by(2, 'two'),
          by(2, 'too'),
          began('old', 'web:5', 8, 20),
        ]),
        versions,
      }),
    );
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:2', 'starts web:1', 'starts web:5']);
    expect(sandbox.calls.count('DescribeStateMachineForExecution')).toBe(2);
    sandbox.calls.clear();
    sandbox.account.deleteStateMachineVersion(`${who}:2`);
    expect((await read()).lines).toEqual(['starts web:9', 'starts web:1', 'starts web:2', 'starts web:5']);
    expect(sandbox.calls.count('DescribeStateMachineForExecution')).toBe(3);
  });

  test('of a version whose list is not read again are known while it can be described', async () => {
    const idle = text(machine({ Type: 'Pass' }));
    const executions = [{ name: 'e', startDate: daysBefore(2), stateMachineVersionArn: `${who}:1` }];
    const { read, sandbox } = await given(machineWith({ ...changed(executions), versions: [{ definition: idle }] }));
    await read();
    sandbox.calls.clear();
    expect((await read()).lines).toEqual(['starts web:9']);
    expect(sandbox.calls.byOperation()).toEqual({
      ListStateMachines: 1,
      DescribeStateMachine: 2,
      ListExecutions: 1,
    });
  });

  test('are not asked for where nothing but the present definition can run', async () => {
    const { read, sandbox } = await given(
      machineWith({ executions: [{ name: 'e' }] }).stateMachine('x', running('web:3'), {
        type: 'EXPRESS',
        revisionId: 'r2',
      }),
    );
    expect((await read()).problems).toEqual([]);
    expect(sandbox.calls.count('ListExecutions')).toBe(0);
  });

  test('are asked for until nothing older can be redriven, and no longer', async () => {
    const { read, sandbox, clock } = await given(machineWith(changed([began('old', 'web:5', 8, 20)])));
    const listed = async () => {
      sandbox.calls.clear();
      const { lines } = await read();
      return [sandbox.calls.count('ListExecutions'), ...lines];
    };
    expect(await listed()).toEqual([1, 'starts web:9', 'starts web:5']);
    clock.advance(16 * 86_400_000);
    expect(await listed()).toEqual([1, 'starts web:9', 'starts web:5']);
    expect(await listed()).toEqual([1, 'starts web:9', 'starts web:5']);
    sandbox.account.updateStateMachine({ stateMachineArn: who, definition: text(running('web:9')) });
    expect(await listed()).toEqual([1, 'starts web:9', 'starts web:5']);
    sandbox.account.stopExecution(execution('old'));
    clock.advance(14 * 86_400_000);
    expect(await listed()).toEqual([1, 'starts web:9']);
    clock.advance(2 * 86_400_000);
    expect(await listed()).toEqual([1, 'starts web:9']);
    expect(await listed()).toEqual([0, 'starts web:9']);
    sandbox.account.updateStateMachine({ stateMachineArn: who, definition: text(running('web:10')) });
    expect(await listed()).toEqual([1, 'starts web:10']);
  });

  test('are asked for as long as one runs whose definition references nothing by itself: it may mention something', async () => {
    const idle = (Result: string) => machine({ Type: 'Pass', Result });
    const old = { ...began('old', 'web:5', 8, 20), definition: text(idle('web:5')) };
    const { read, sandbox, clock } = await given(machineWith(changed([old]), idle('none')));
    await read();
    clock.advance(16 * 86_400_000);
    await read();
    sandbox.calls.clear();
    await read();
    expect(sandbox.calls.count('ListExecutions')).toBe(1);
  });

  test('are asked for as long as what ran until now can be redriven', async () => {
    const { read, sandbox, clock } = await given(machineWith(changed([began('old', 'web:5', 8, 20)])));
    const listed = async () => {
      sandbox.calls.clear();
      const { lines } = await read();
      return [sandbox.calls.count('ListExecutions'), ...lines];
    };
    await listed();
    clock.advance(30 * 86_400_000);
    expect(await listed()).toEqual([1, 'starts web:9', 'starts web:5']);
    // It fails, and is redriven thirteen days later.
    sandbox.account.stopExecution(execution('old'));
    expect(await listed()).toEqual([1, 'starts web:9']);
    clock.advance(13 * 86_400_000);
    const again = sandbox.account.stateMachines.execution(execution('old')).execution;
    again.status = 'RUNNING';
    expect(await listed()).toEqual([1, 'starts web:9', 'starts web:5']);
  });

  test('on more than thirty definitions are unknown, beyond those that were read', async () => {
    const of = (count: number) =>
      Array.from({ length: count }, (_, index) => began(`e${index}`, `web:${index + 1}`, 2 * index + 2, 2 * index + 3));
    const thirty = await (await given(machineWith(changed(of(30)), running('web:40')))).read();
    expect(thirty.lines.filter((line) => !line.startsWith('starts web:'))).toEqual([]);
    const more = await (await given(machineWith(changed(of(31)), running('web:40')))).read();
    expect(more.lines.at(-1)).toBe(
      'runs more than 30 definitions at once, and which of them began with an earlier definition was not read to the end (any family)',
    );
    expect(more.lines).toHaveLength(32);
  });

  test('more than fifty thousand are unknown', async () => {
    const { read, sandbox } = await given(machineWith(changed([])));
    const change = (answer: Record<string, unknown>) => {
      answer['executions'] = Array.from({ length: 50_001 }, (_, index) => ({
        executionArn: `e${index}`,
        startDate: 1,
      }));
    };
    sandbox.faults.add({ operation: 'ListExecutions', kind: 'answer', change });
    expect((await read()).lines.at(-1)).toMatch(/^has more than 50000 running executions, .* \(any family\)$/);
    expect(sandbox.calls.count('DescribeStateMachineForExecution')).toBe(0);
  });

  test('one deleted between the list and its description is none; one that the list still has is a problem', async () => {
    const { read, sandbox } = await given(machineWith(changed([began('old', 'web:5', 8, 20)])));
    const error = {
      operation: 'DescribeStateMachineForExecution',
      kind: 'error',
      code: 'ExecutionDoesNotExist',
      status: 400,
    } as const;
    const undo = sandbox.faults.add(error);
    expect((await read()).problems).toMatchObject([
      {
        kind: 'incomplete',
        reason: `Incomplete: ${execution('old')} is listed, but AWS says that it does not exist`,
      },
    ]);
    undo();
    sandbox.faults.add({
      ...error,
      when: () => {
        sandbox.account.stopExecution(execution('old'));
        return true;
      },
    });
    expect(await read()).toMatchObject({ lines: ['starts web:9'], problems: [] });
  });
});

describe('what moves while it is read', () => {
  /** Just before the machine itself is described: the moment that separates what was from what is. */
  async function moving(change: (account: Sandbox['account']) => void) {
    const one = await given(machineWith({ revisionId: 'r1' }));
    const undo = one.sandbox.before(({ operation, input }) => {
      if (operation !== 'DescribeStateMachine' || input['stateMachineArn'] !== who) return;
      undo();
      change(one.sandbox.account);
      one.sandbox.account.updateStateMachine({ stateMachineArn: who, definition: text(running('web:10')) });
    });
    return (await one.read()).lines;
  }

  test('a version that is published, and left behind by an update', async () => {
    const lines = await moving((it) => it.publishStateMachineVersion({ stateMachineArn: who }));
    expect(lines).toEqual(['starts web:10', 'starts web:9']);
  });

  test('an execution that begins, and is left behind by an update', async () => {
    const lines = await moving((it) => it.startExecution({ stateMachineArn: who }));
    expect(lines).toEqual(['starts web:10', 'starts web:9']);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['is not JSON', 'StartAt: Run'],
    ['is encrypted, and so empty', '{}'],
    [
      'is nested too deeply',
      JSON.stringify({ States: {} }).replace('{}', '{"a":'.repeat(1_001) + '1' + '}'.repeat(1_001)),
    ],
  ])('a definition that %s is a problem of this machine, which can be left out', async (_, definition) => {
    const builder = () => machineWith({}, definition).stateMachine('other', running('web:3'));
    const { problems } = await (await given(builder())).read();
    expect(problems).toMatchObject([{ part: 'state-machines', kind: 'incomplete' }]);
    expect(problems[0]?.operation).toBe(`reading state-machines: DescribeStateMachine (${who})`);
    expect(problems[0]?.remedy).toContain(`\`without: [${who}]\``);
    const without = await given(builder(), { without: [who] });
    expect(await without.read()).toMatchObject({
      lines: [`${stateMachineArn('other')} starts web:3`],
      problems: [],
    });
  });

  test('the problem names a key that may not be used', async () => {
    const { read, sandbox } = await given(machineWith({}));
    const locked = { kind: 'error', code: 'KmsAccessDeniedException', status: 400 } as const;
    sandbox.faults.add({ operation: 'DescribeStateMachine', ...locked });
    const { problems } = await read();
    expect(problems).toMatchObject([{ kind: 'denied' }]);
    expect(problems[0]?.remedy).toMatch(/^Allow kms:Decrypt on its key /);
    expect(problems[0]?.remedy).toContain(`\`without: [${who}]\``);
  });

  test('a type that is unknown is a problem', async () => {
    const { read, sandbox } = await given(machineWith({ revisionId: 'r2' }));
    const change = (answer: Record<string, unknown>) => {
      answer['type'] = 'LINGERING';
    };
    sandbox.faults.add({ operation: 'DescribeStateMachine', kind: 'answer', change });
    expect((await read()).problems).toMatchObject([{ kind: 'incomplete' }]);
  });

  test.each(['StateMachineDoesNotExist'])('a machine deleted while it is read is none', async (code) => {
    const { read, sandbox } = await given(machineWith({}).stateMachine('other', running('web:3')));
    const undo = sandbox.before(({ operation, input }) => {
      if (operation === 'DescribeStateMachine' && input['stateMachineArn'] === who)
        sandbox.account.deleteStateMachine(who);
    });
    expect(await read()).toMatchObject({ lines: [`${stateMachineArn('other')} starts web:3`], problems: [] });
    undo();
    sandbox.faults.add({ operation: 'DescribeStateMachine', kind: 'error', code, status: 400 });
    expect((await read()).problems).toMatchObject([{ kind: 'incomplete' }]);
  });

  test('time that is over says how much it would take', async () => {
    let asked = 0;
    const many = Array.from({ length: 40 }, (_, index) => `m${index}`);
    const builder = many.reduce((one, name) => one.stateMachine(name, running('web:3')), account());
    const { read } = await given(builder, { outOfTime: () => ++asked > 20 });
    const { problems } = await read();
    expect(problems).toMatchObject([{ part: 'state-machines', kind: 'incomplete' }]);
    expect(problems[0]?.reason).toMatch(/out of time after 20 of 40; all of them take about \d+ seconds$/);
    expect(problems[0]?.remedy).toContain('`without: [state-machines]`');
  });
});

test('a version keeps its findings in a field that is unknown, also when it is not read again', async () => {
  const idle = machine({ Type: 'Pass' });
  const { read, sandbox } = await given(machineWith({ versions: [{ definition: text(idle) }] }, idle));
  const change = (answer: Record<string, unknown>) => {
    answer['aFieldOfTomorrow'] = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
  };
  const when = ({ input }: { input: Record<string, unknown> }) => input['stateMachineArn'] === `${who}:1`;
  sandbox.faults.add({ operation: 'DescribeStateMachine', kind: 'answer', change, when });
  expect((await read()).lines).toEqual(['mentions web:2']);
  sandbox.faults.clear();
  expect((await read()).lines).toEqual(['mentions web:2']);
});

test('each machine is described at each reading, and nothing else is asked again', async () => {
  const builder = Array.from({ length: 40 }, (_, index) => index).reduce(
    (one, index) =>
      one.stateMachine(`m${index}`, machine({ Resource: runTask, Parameters: { TaskDefinition: 'web:3' } })),
    account(),
  );
  const { reader, sandbox } = await aReader(builder, { quotas: 'none' });
  const { items, problems } = await readSource(reader, 'state-machines');
  expect([items, problems]).toEqual([40, []]);
  expect(sandbox.calls.byOperation()).toEqual({
    ListStateMachines: 1,
    DescribeStateMachine: 40,
    ListStateMachineVersions: 40,
  });
  sandbox.calls.clear();
  await readSource(reader, 'state-machines');
  expect(sandbox.calls.byOperation()).toEqual({ ListStateMachines: 1, DescribeStateMachine: 40 });
});
