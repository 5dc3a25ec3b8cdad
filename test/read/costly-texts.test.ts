// Texts that anybody may write, and that once took minutes or all memory to read. Each test ends at all only where the time
// grows with the text, not with its square.
import { expect, test } from 'vitest';
import { mentionFinder } from '../../shared/mentions.ts';
import { namingsIn } from '../../shared/read/namings.ts';
import { mentionsIn } from '../../shared/read/search/mentions.ts';
import { namedIn } from '../../shared/read/states/language.ts';
import { revisionArn } from '../account.ts';
import { runTask } from './machine.ts';
import { target } from './reader.ts';

const saysOf = (definition: string) =>
  namedIn({ definition, who: 'machine', via: [] }, target).map((one) =>
    one.kind === 'unknown' ? one.says : one.kind,
  );

/** A chain of states that register, and one at its end that runs what the first of them registered. */
function registering(states: number): string {
  const chain = Array.from({ length: states }, (_, at) => [
    `s${at}`,
    {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ecs:registerTaskDefinition',
      Parameters: { Family: `f${at}` },
      ResultPath: `$.r${at}`,
      Next: `s${at + 1}`,
    },
  ]);
  const run = {
    Type: 'Task',
    Resource: runTask,
    Parameters: { 'TaskDefinition.$': '$.r0.TaskDefinition.TaskDefinitionArn' },
    End: true,
  };
  return JSON.stringify({ StartAt: 's0', States: Object.fromEntries([...chain, [`s${states}`, run]]) });
}

test('what a machine registers is followed through a hundred states, and through a thousand nothing is known', () => {
  expect(saysOf(registering(100))).toEqual(['runs what it registers as f0 (state s100)']);
  expect(saysOf(registering(1_000))).toEqual(['computes its task definition (state s1000)']);
});

test('a machine that is nested deep, and has many values there, is read in little memory', () => {
  const wide = `[${'1,'.repeat(100_000)}"${revisionArn('web:3')}"]`;
  const definition = `{"StartAt":"A","States":{"A":${'{"a":'.repeat(900)}${wide}${'}'.repeat(900)}}}`;
  expect(saysOf(definition)).toEqual(['reference']);
});

test('a run of stops behind an ARN, and one of backslashes in an object, are read in one go', () => {
  const stops = `${revisionArn('web:3')}${'!'.repeat(500_000)}`;
  expect(namingsIn(`${stops} ${stops}x`, target)).toMatchObject([{ what: { family: 'web', number: 3 } }, {}]);
  const find = mentionFinder(target, new Map([['web', [{ from: 1, upto: 9 }]]]));
  const text = `${'\\'.repeat(500_000)} "web\\u003a3" \\/`;
  expect(mentionsIn(text, find, { source: 'search', who: 'object' })).toMatchObject([
    { what: { family: 'web', number: 3 } },
  ]);
});
