// A state machine that runs what it has just registered is bound to that family, where every way to the state shows it, in
// both query languages; anywhere else it may run anything.
import { describe, expect, test } from 'vitest';
import { definitionReferences } from '../../shared/sources/states/language.ts';
import { stateMachineArn } from '../support/account.ts';
import { runTask } from '../support/state-machines.ts';
import { asLines, target } from '../support/reader.ts';

const registers = 'arn:aws:states:::aws-sdk:ecs:registerTaskDefinition';
const register = (more: object = {}, Family: object = { Family: 'web' }) => ({
  Type: 'Task',
  Resource: registers,
  Parameters: { ...Family, 'ContainerDefinitions.$': '$.c' },
  Next: 'Run',
  ...more,
});
const run = (path: string, more: object = {}) => ({
  Type: 'Task',
  Resource: runTask,
  Parameters: { Cluster: 'prod', 'TaskDefinition.$': path },
  End: true,
  ...more,
});
const pass = (more: object = {}) => ({ Type: 'Pass', Next: 'Run', ...more });

type States = Readonly<Record<string, object>>;

/** `web` where it is bound to that family and registers it just before, `web, held` where it may wait, else `any`. */
function bound(States: States, more: object = {}): string {
  const definition = JSON.stringify({ StartAt: Object.keys(States)[0], States, ...more });
  const found = definitionReferences({ definition, referrer: stateMachineArn('m'), via: [] }, target).filter(
    ({ kind }) => kind === 'unresolved',
  );
  return found
    .map((one) => {
      const [line = ''] = asLines([one]);
      const [, family] = /\((?:family|families) (.*)\)$/.exec(line) ?? [];
      if (family === undefined) return 'any';
      return one.kind === 'unresolved' && one.registersFirst === true ? family : `${family}, held`;
    })
    .join('; ');
}

const arnAt = (place: string) => `${place}.TaskDefinition.TaskDefinitionArn`;

describe('with JSONPath', () => {
  test.each<[string, States, string]>([
    ['by ResultPath', { Reg: register({ ResultPath: '$.Registered' }), Run: run(arnAt('$.Registered')) }, 'web'],
    ['by the whole output', { Reg: register(), Run: run(arnAt('$')) }, 'web'],
    ['by its family', { Reg: register(), Run: run('$.TaskDefinition.Family') }, 'web'],
    [
      'in brackets',
      { Reg: register({ ResultPath: "$['a b']" }), Run: run("$['a b'].TaskDefinition.TaskDefinitionArn") },
      'web',
    ],
    [
      'by ResultSelector',
      {
        Reg: register({ ResultSelector: { 'arn.$': arnAt('$') }, ResultPath: '$.reg' }),
        Run: run('$.reg.arn'),
      },
      'web',
    ],
    ['by OutputPath', { Reg: register({ OutputPath: '$.TaskDefinition' }), Run: run('$.TaskDefinitionArn') }, 'web'],
    [
      'by ResultPath, then OutputPath',
      { Reg: register({ ResultPath: '$.a.b', OutputPath: '$.a' }), Run: run(arnAt('$.b')) },
      'web',
    ],
    [
      'by InputPath of the state that runs it',
      { Reg: register({ ResultPath: '$.a' }), Run: run(arnAt('$'), { InputPath: '$.a' }) },
      'web',
    ],
    [
      'through states that leave it alone',
      {
        Reg: register({ ResultPath: '$.reg', Next: 'Note' }),
        Note: pass({ Result: { a: 1 }, ResultPath: '$.note', Next: 'Wait' }),
        Wait: { Type: 'Wait', Seconds: 60, Next: 'Tell' },
        Tell: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', ResultPath: null, Next: 'Run' },
        Run: run(arnAt('$.reg')),
      },
      'web',
    ],
    [
      'through a Pass that picks it',
      {
        Reg: register({ Next: 'Pick' }),
        Pick: pass({ Parameters: { deep: { 'td.$': arnAt('$') } } }),
        Run: run('$.deep.td'),
      },
      'web',
    ],
    [
      'of a computed family',
      {
        Reg: register({}, { 'Family.$': "States.Format('job-{}', $.name)" }),
        Run: run(arnAt('$')),
      },
      'job-{}:{}',
    ],
    [
      'of one of two families',
      {
        Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'A' }], Default: 'B' },
        A: register({ ResultPath: '$.r' }),
        B: register({ ResultPath: '$.r' }, { Family: 'api' }),
        Run: run(arnAt('$.r')),
      },
      'web; api',
    ],
    [
      'in a branch behind it',
      {
        Reg: register({ Next: 'Both' }),
        Both: { Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: run(arnAt('$')) } }], End: true },
      },
      'web',
    ],
    [
      'in a loop',
      {
        Reg: register({ ResultPath: '$.r' }),
        Run: run(arnAt('$.r'), { End: undefined, Next: 'Again', ResultPath: '$.run' }),
        Again: { Type: 'Choice', Choices: [{ Variable: '$.x', IsNull: true, Next: 'Reg' }], Default: 'Run' },
      },
      'web, held',
    ],
    [
      'after a wait without an end',
      {
        Reg: register({ ResultPath: '$.r', Next: 'Wait' }),
        Wait: { Type: 'Wait', TimestampPath: '$.when', Next: 'Run' },
        Run: run(arnAt('$.r')),
      },
      'web, held',
    ],
    [
      'after a person has agreed',
      {
        Reg: register({ ResultPath: '$.r', Next: 'Ask' }),
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          ResultPath: null,
          Next: 'Run',
        },
        Run: run(arnAt('$.r')),
      },
      'web, held',
    ],
  ])('%s it is bound to the family', (_, states, expected) => {
    expect(bound(states)).toBe(expected);
  });

  test.each<[string, States]>([
    ['the path leads elsewhere', { Reg: register({ ResultPath: '$.a' }), Run: run(arnAt('$.b')) }],
    ['the path ends elsewhere', { Reg: register(), Run: run('$.TaskDefinition.TaskRoleArn') }],
    ['the result is thrown away', { Reg: register({ ResultPath: null }), Run: run(arnAt('$')) }],
    ['a selector leaves it out', { Reg: register({ ResultSelector: { 'a.$': '$.Tags' } }), Run: run(arnAt('$')) }],
    [
      'a way leads past it',
      {
        Choose: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'Reg' }], Default: 'Run' },
        Reg: register({ ResultPath: '$.r' }),
        Run: run(arnAt('$.r')),
      },
    ],
    [
      'an error leads past it',
      {
        Reg: register({
          ResultPath: '$.r',
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.e', Next: 'Run' }],
        }),
        Run: run(arnAt('$.r')),
      },
    ],
    [
      'a state overwrites it',
      {
        Reg: register({ ResultPath: '$.r', Next: 'Over' }),
        Over: pass({ Result: { TaskDefinitionArn: 'x' }, ResultPath: '$.r.TaskDefinition' }),
        Run: run(arnAt('$.r')),
      },
    ],
    [
      'a literal takes its place',
      {
        Reg: register({ Next: 'Over' }),
        Over: pass({ Result: { TaskDefinition: { TaskDefinitionArn: 'x' } } }),
        Run: run(arnAt('$')),
      },
    ],
    [
      'a state overwrites all of it',
      {
        Reg: register({ ResultPath: '$.r', Next: 'Over' }),
        Over: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Next: 'Run' },
        Run: run(arnAt('$.r')),
      },
    ],
    ['the machine begins at the state that runs it', { Run: run(arnAt('$.r')), Reg: register({ ResultPath: '$.r' }) }],
    [
      'what registers it says nothing of its family',
      { Reg: register({}, { 'Family.$': '$.f' }), Run: run(arnAt('$')) },
    ],
    [
      'another action has this output',
      { Reg: register({ Resource: registers.replace('register', 'describe') }), Run: run(arnAt('$')) },
    ],
    [
      'it waits for a token, which is its output then',
      { Reg: register({ Resource: `${registers}.waitForTaskToken` }), Run: run(arnAt('$')) },
    ],
    [
      'items of a Map run it',
      {
        Reg: register({ Next: 'Each' }),
        Each: { Type: 'Map', ItemProcessor: { StartAt: 'In', States: { In: run(arnAt('$')) } }, End: true },
      },
    ],
    [
      'a branch gets other parameters',
      {
        Reg: register({ Next: 'Both' }),
        Both: {
          Type: 'Parallel',
          Parameters: { 'TaskDefinition.$': '$.other' },
          Branches: [{ StartAt: 'In', States: { In: run(arnAt('$')) } }],
          End: true,
        },
      },
    ],
    ['a Pass state gives a literal', { Lit: pass({ Result: { td: 'web:4' }, ResultPath: '$.r' }), Run: run('$.r.td') }],
    ['the path is no plain one', { Reg: register(), Run: run('$..TaskDefinitionArn') }],
    ['it is of the execution', { Reg: register(), Run: run('$$.TaskDefinition.TaskDefinitionArn') }],
  ])('it may run anything where %s', (_, states) => {
    expect(bound(states)).toBe('any');
  });
});

describe('with JSONata', () => {
  const reg = (more: object = {}, Family = 'web') => ({
    Type: 'Task',
    Resource: registers,
    Arguments: { Family },
    Next: 'Run',
    ...more,
  });
  const runs = (expression: string) => ({
    Type: 'Task',
    Resource: runTask,
    Arguments: { TaskDefinition: `{% ${expression} %}` },
    End: true,
  });
  const arn = '{% $states.result.TaskDefinition.TaskDefinitionArn %}';
  const query = { QueryLanguage: 'JSONata' };

  test.each<[string, States, string]>([
    ['by its output', { Reg: reg(), Run: runs(arnAt('$states.input')) }, 'web'],
    ['by Assign', { Reg: reg({ Assign: { td: arn } }), Run: runs('$td') }, 'web'],
    ['by Assign of all', { Reg: reg({ Assign: { r: '{% $states.result %}' } }), Run: runs(arnAt('$r')) }, 'web'],
    ['by Output', { Reg: reg({ Output: { a: { b: arn } } }), Run: runs('$states.input.a.b') }, 'web'],
    [
      'by Assign, far behind it',
      {
        Reg: reg({ Assign: { td: arn }, Next: 'Other' }),
        Other: {
          Type: 'Task',
          Resource: 'arn:aws:states:::dynamodb:putItem',
          Assign: { x: 1 },
          Next: 'Each',
        },
        Each: { Type: 'Map', ItemProcessor: { StartAt: 'In', States: { In: runs('$td') } }, End: true },
      },
      'web',
    ],
    ['of a computed family', { Reg: reg({}, "{% 'job-' & $x %}"), Run: runs(arnAt('$states.input')) }, 'families'],
  ])('%s it is bound to the family', (_, states, expected) => {
    expect(bound(states, query)).toBe(expected === 'families' ? 'job-{}:{}' : expected);
  });

  test.each<[string, States]>([
    ['Output says another thing', { Reg: reg({ Output: '{% $states.input %}' }), Run: runs(arnAt('$states.input')) }],
    [
      'a variable is assigned again',
      {
        Reg: reg({ Assign: { td: arn }, Next: 'B' }),
        B: pass({ Assign: { td: '{% $x %}' } }),
        Run: runs('$td'),
      },
    ],
    ['another variable is run', { Reg: reg({ Assign: { td: arn } }), Run: runs('$other') }],
    ['something is done to it', { Reg: reg({ Assign: { td: arn } }), Run: runs('$f($td)') }],
    [
      'a rule of a Choice assigns it',
      {
        Reg: reg({ Assign: { td: arn }, Next: 'C' }),
        C: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $x %}', Assign: { td: 'a' }, Next: 'Run' }],
          Default: 'Run',
        },
        Run: runs('$td'),
      },
    ],
    [
      'a Choice assigns it only where no rule fits',
      {
        Reg: reg({ Next: 'C' }),
        C: {
          Type: 'Choice',
          Assign: { td: '{% $states.input.TaskDefinition.TaskDefinitionArn %}' },
          Choices: [{ Condition: '{% $x %}', Next: 'Run' }],
          Default: 'Run',
        },
        Run: runs('$td'),
      },
    ],
    [
      'a rule of a Choice has an output of its own',
      {
        Reg: reg({ Next: 'C' }),
        C: { Type: 'Choice', Choices: [{ Condition: '{% $x %}', Output: {}, Next: 'Run' }], Default: 'End' },
        End: { Type: 'Succeed' },
        Run: runs(arnAt('$states.input')),
      },
    ],
    [
      'children of a distributed Map do not see the variable',
      {
        Reg: reg({ Assign: { td: arn }, Next: 'Each' }),
        Each: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED' },
            StartAt: 'In',
            States: { In: runs('$td') },
          },
          End: true,
        },
      },
    ],
    [
      'an error leads past the assignment',
      {
        Reg: reg({ Assign: { td: arn }, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Run' }] }),
        Run: runs('$td'),
      },
    ],
  ])('it may run anything where %s', (_, states) => {
    expect(bound(states, query)).toBe('any');
  });

  test('a state of another query language reads the same input', () => {
    const states = {
      Reg: register({ ResultPath: '$.r' }),
      Run: { ...runs(arnAt('$states.input.r')), ...query },
    };
    expect(bound(states)).toBe('web');
  });
});
