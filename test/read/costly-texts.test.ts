// User texts that once took minutes or all memory to read. Each test ends only if the time
// grows with the text, not with its square.
import { expect, test } from 'vitest';
import { mentionFinder } from '../../shared/domain/mentions.ts';
import { referencesInJson } from '../../shared/sources/common/references-in-json.ts';
import { mentionsIn } from '../../shared/sources/search/mentions.ts';
import { parseAppSpec } from '../../shared/sources/appspec.ts';
import { definitionReferences } from '../../shared/sources/states/language.ts';
import { revisionArn } from '../support/account.ts';
import { runTask } from '../support/state-machines.ts';
import { target } from '../support/reader.ts';

const saysOf = (definition: string) =>
  definitionReferences({ definition, referrer: 'machine', via: [] }, target).map((one) =>
    one.kind === 'unresolved' ? one.description : one.kind,
  );

/** Registers, and then runs that; or, by a way of so many states that register as well, runs whatever its input says. */
function registering(states: number): string {
  const registers = (Family: string, ResultPath: string, Next: string) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:ecs:registerTaskDefinition',
    Parameters: { Family },
    ResultPath,
    Next,
  });
  const chain = Array.from({ length: states }, (_, at): [string, object] => [
    `s${at}`,
    registers(`f${at}`, `$.r${at}`, `s${at + 1}`),
  ]);
  const States: Record<string, object> = {
    First: registers('web', '$.r', 'Which'),
    Which: { Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, Next: 'Run' }], Default: 's0' },
    ...Object.fromEntries<object>(chain),
    [`s${states}`]: { Type: 'Pass', Result: {}, Next: 'Run' },
    Run: {
      Type: 'Task',
      Resource: runTask,
      Parameters: { 'TaskDefinition.$': '$.r.TaskDefinition.TaskDefinitionArn' },
      End: true,
    },
  };
  return JSON.stringify({ StartAt: 'First', States });
}

test('a machine of too many states to follow is not said to run what it registers', () => {
  const computes = ['computes its task definition (state Run)'];
  // Both ways are followed, and the longer one forgets.
  expect(saysOf(registering(100))).toEqual(computes);
  // The shorter one alone would prove too much.
  expect(saysOf(registering(1_000))).toEqual(computes);
});

test('a machine that is nested deep, and has many values there, is read in little memory', () => {
  const wide = `[${'1,'.repeat(100_000)}"${revisionArn('web:3')}"]`;
  const definition = `{"StartAt":"A","States":{"A":${'{"a":'.repeat(900)}${wide}${'}'.repeat(900)}}}`;
  expect(saysOf(definition)).toEqual(['reference']);
});

test('a text that computes many task definitions is read once, not once for each', () => {
  const text = 'taskDefinition:"web" & '.repeat(40_000);
  expect(referencesInJson(text, target)).toHaveLength(40_000);
});

test('a text of many placeholders behind an ARN does not overflow the stack', () => {
  const text = `${revisionArn('web-')}${'${a}'.repeat(400_000)}`;
  expect(referencesInJson(text, target)).toMatchObject([{ kind: 'unresolved', resolvesTo: { parts: ['web-', ''] } }]);
});

test('an AppSpec whose keys are maps, each the key of the next, is not understood, and costs nothing', () => {
  expect(parseAppSpec(`${'{'.repeat(500)}a: 1${'}'.repeat(500)}`)).toBeUndefined();
  expect(parseAppSpec('1: {TaskDefinition: web:1}')).toEqual({ 1: { TaskDefinition: 'web:1' } });
});

test('a run of stops behind an ARN, and one of backslashes in an object, are read in one go', () => {
  const stops = `${revisionArn('web:3')}${'!'.repeat(500_000)}`;
  expect(referencesInJson(`${stops} ${stops}x`, target)).toMatchObject([{ target: { family: 'web', number: 3 } }, {}]);
  const find = mentionFinder(target, new Map([['web', [{ from: 1, upto: 9 }]]]));
  const text = `${'\\'.repeat(500_000)} "web\\u003a3" \\/`;
  expect(mentionsIn(text, find, { source: 'search', referrer: 'object' })).toMatchObject([
    { target: { family: 'web', number: 3 } },
  ]);
});
