// References in the Amazon States Language: every integration form, at any depth, in both query languages, and
// those that are computed at run time.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { definitionReferences } from '../../shared/sources/states/language.ts';
import { revisionArn, stateMachineArn } from '../support/account.ts';
import { machine, running, runTask } from '../support/state-machines.ts';
import { asLines, target } from '../support/reader.ts';

const referrer = stateMachineArn('m');
const arn = revisionArn('web:4');

/** Without the machine's ARN: `starts web:4`, `computes … (any family)`. */
function lines(definition: object | string, via: readonly string[] = []): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return asLines(definitionReferences({ definition: text, referrer, via }, target)).map((line) =>
    line.replace(`${referrer} `, ''),
  );
}

const computes = (means: string, where = 'state Run') => {
  const pattern = means === 'any family' ? '' : `: ${means.replace(/^family (.*)$/, '$1:{}')}`;
  return `computes its task definition${pattern} (${where}) (${means})`;
};
const takesInput =
  'receives all its parameters, including its task definition, from its input (state Run) (any family)';

describe('an integration', () => {
  test.each([
    runTask,
    'arn:aws:states:::ecs:runTask',
    'arn:aws:states:::ecs:runTask.waitForTaskToken',
    'arn:aws-cn:states:::ecs:runTask.sync',
    'arn:aws-us-gov:states:::aws-sdk:ecs:runTask',
    'arn:aws:states:::aws-sdk:ecs:startTask',
    'arn:aws:states:::aws-sdk:ecs:createService',
    'arn:aws:states:::aws-sdk:ecs:updateService',
    'arn:aws:states:::aws-sdk:ecs:createTaskSet',
    'arn:aws:states:::aws-sdk:ecs:runTask.waitForTaskToken',
    'arn:aws:states:::aws-sdk:ecs:anActionOfTomorrow',
  ])('%s', (Resource) => {
    expect(lines(machine({ Resource, Parameters: { TaskDefinition: arn } }))).toEqual(['starts web:4']);
    expect(lines(machine({ Resource, Arguments: { TaskDefinition: 'web:4' } }))).toEqual(['starts web:4']);
    expect(lines(machine({ Resource, Parameters: { 'TaskDefinition.$': '$.td' } }))).toEqual([computes('any family')]);
  });

  test('of Express Mode by its own field', () => {
    const Resource = 'arn:aws:states:::aws-sdk:ecs:updateExpressGatewayService';
    expect(lines(machine({ Resource, Parameters: { TaskDefinitionArn: arn } }))).toEqual(['starts web:4']);
  });

  test.each([
    'arn:aws:states:::aws-sdk:ecs:describeTaskDefinition',
    'arn:aws:states:::aws-sdk:ecs:deregisterTaskDefinition',
    'arn:aws:states:::lambda:invoke',
    'arn:aws:states:::states:startExecution.sync:2',
    'arn:aws:lambda:eu-west-1:123456789012:function:ecs',
  ])('%s starts nothing that it computes, but what it spells out counts', (Resource) => {
    expect(lines(machine({ Resource, Parameters: { 'TaskDefinition.$': '$.td' } }))).toEqual([]);
    expect(lines(machine({ Resource, Parameters: { Payload: { taskDefinition: arn } } }))).toEqual(['starts web:4']);
    expect(lines(machine({ Resource, Arguments: { taskDefinition: "{% 'web:' & $n %}" } }))).toEqual([
      computes('family web'),
    ]);
  });
});

describe('parameters', () => {
  test.each([
    [
      'that are one expression',
      { Arguments: '{% $states.input %}' },
      ['computes all its parameters (state Run) (any family)'],
    ],
    [
      'that are one expression with a literal',
      { Arguments: "{% $merge([$base, {'TaskDefinition': 'web:4'}]) %}" },
      ['starts web:4', 'computes all its parameters (state Run) (any family)'],
    ],
    ['that are missing: the input takes their place', {}, [takesInput]],
    ['without a task definition', { Parameters: { Service: 'web', DesiredCount: 0 } }, []],
    ['with a family alone', { Parameters: { TaskDefinition: 'web' } }, ['starts web']],
    [
      'with overrides that start another',
      { Parameters: { TaskDefinition: 'web', Overrides: { Environment: [{ Name: 'NEXT', Value: arn }] } } },
      ['starts web', 'starts web:4'],
    ],
  ])('%s', (_, given, named) => {
    expect(lines(machine({ Resource: runTask, ...given }))).toEqual(named);
  });
});

describe('nesting', () => {
  const nests = {
    branch: (inner: object) => ({
      Type: 'Parallel',
      Branches: [machine({ Type: 'Pass' }), inner],
      End: true,
    }),
    processor: (inner: object) => ({
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...inner },
      End: true,
    }),
    iterator: (inner: object) => ({ Type: 'Map', Iterator: inner, End: true }),
    tomorrow: (inner: object) => ({ Type: 'Loop', Body: { ...inner }, End: true }),
  };
  const inside = (levels: readonly (keyof typeof nests)[], inner: object) =>
    levels.reduceRight(
      (definition, nest, level) => ({
        StartAt: `L${level}`,
        States: { [`L${level}`]: nests[nest](definition) },
      }),
      inner,
    );
  const kinds = ['branch', 'processor', 'iterator', 'tomorrow'] as const;
  const levels = fc.array(fc.constantFrom(...kinds), {
    maxLength: 12,
  });

  test('hides nothing, at any depth and in any order', () => {
    const computed = machine({ Resource: runTask, Arguments: { TaskDefinition: '{% $td %}' } });
    const fromInput = machine({ Resource: runTask });
    fc.assert(
      fc.property(levels, (nested) => {
        expect(lines(inside(nested, running('web:4')))).toEqual(['starts web:4']);
        expect(lines(inside(nested, computed))).toEqual([computes('any family')]);
        expect(lines(inside(nested, fromInput))).toEqual([takesInput]);
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  test.each(kinds)('60 deep in %s is read', (nest) => {
    expect(
      lines(
        inside(
          Array.from({ length: 60 }, () => nest),
          running('web:4'),
        ),
      ),
    ).toEqual(['starts web:4']);
  });

  test('says the innermost state, and which definition it is of', () => {
    const [named] = definitionReferences(
      {
        definition: JSON.stringify(inside(['branch', 'iterator'], running('web:4'))),
        referrer,
        via: ['version 3'],
      },
      target,
    );
    expect(named).toEqual({
      kind: 'reference',
      source: 'state-machines',
      referrer,
      relation: 'starts',
      target: { kind: 'revision', family: 'web', number: 4 },
      via: ['version 3', 'state Run'],
    });
  });

  test('what only looks like a state belongs to the one around it', () => {
    const States = { Inner: { Type: 'Pass', 'TaskDefinition.$': '$.td' } };
    expect(lines(machine({ Resource: runTask, Parameters: { States } }))).toEqual([computes('any family')]);
  });

  test('a state of any name is a state', () => {
    for (const name of ['States', 'Parameters', '__proto__', 'größe 夜 \u0007', 'TaskDefinition']) {
      const States = Object.fromEntries([
        [name, { Type: 'Task', Resource: runTask, Arguments: { TaskDefinition: '{% $td %}' } }],
      ]);
      expect(lines({ StartAt: name, States })).toEqual([computes('any family', `state ${name}`)]);
    }
  });
});

test('what several states start is said for each, and the same once', () => {
  const state = { Type: 'Task', Resource: runTask, Parameters: { TaskDefinition: arn } };
  const named = definitionReferences(
    {
      definition: JSON.stringify({ StartAt: 'A', States: { A: { ...state, Also: arn }, B: state } }),
      referrer,
      via: [],
    },
    target,
  );
  expect(named.map((one) => 'via' in one && one.via)).toEqual([['state A'], ['state B']]);
});

test('a default in a Pass state is named as well', () => {
  const States = {
    Defaults: { Type: 'Pass', Result: { taskDefinition: arn }, Next: 'Run' },
    Run: {
      Type: 'Task',
      Resource: runTask,
      Parameters: { 'TaskDefinition.$': '$.taskDefinition' },
      End: true,
    },
  };
  expect(lines({ StartAt: 'Defaults', States })).toEqual(['starts web:4', computes('any family')]);
});

test('a definition of a megabyte is read', () => {
  const States = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [
      `S${index}`,
      {
        Type: 'Task',
        Resource: runTask,
        Comment: 'x'.repeat(180),
        Parameters: { TaskDefinition: index === 2_999 ? arn : revisionArn('web') },
      },
    ]),
  );
  const definition = JSON.stringify({ StartAt: 'S0', States });
  expect(definition.length).toBeGreaterThan(1_000_000);
  expect(new Set(lines(definition))).toEqual(new Set(['starts web', 'starts web:4']));
});

test.each([
  ['that is not JSON', 'States:\n  Run:', 'its definition is not JSON'],
  ['that is not there', '', 'its definition is not JSON'],
  ['that is encrypted, and so empty', '{}', 'its definition came without states: it is encrypted'],
  ['that is a list', '[]', 'its definition came without states'],
  ['without states', '{"StartAt":"A","States":[]}', 'its definition came without states'],
])('a definition %s is unreadable, not empty', (_, definition, said) => {
  expect(() => lines(definition)).toThrow(said);
  expect(() => lines(definition, ['version 3'])).toThrow(said.replace('its definition', 'the definition of version 3'));
});
