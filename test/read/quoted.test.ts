// Tests that findings quote only the fixed part of a name, and nothing around it.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { referencesInJson } from '../../shared/sources/common/references-in-json.ts';
import { definitionReferences } from '../../shared/sources/states/language.ts';
import { revisionArn } from '../support/account.ts';
import { runTask } from '../support/state-machines.ts';
import { target } from '../support/reader.ts';

/** Letters of which neither a family nor a word of ours is made. */
const secret = fc.stringMatching(/^[QZXJ7]{4,9}$/);
const family = 'web-';

/** References to a task definition by a computed text, in every syntax. */
const computed = fc.constantFrom(
  { key: 'TaskDefinition', value: (hidden: string) => `{% '${family}' & $f('${hidden}') %}` },
  { key: 'TaskDefinition', value: (hidden: string) => `{% $x = '${hidden}' ? '${family}' & $y : $z %}` },
  { key: 'TaskDefinition', value: (hidden: string) => `{% ($p := '${hidden}'; '${family}' & $p) %}` },
  { key: 'TaskDefinition', value: (hidden: string) => `{% '${family}' & $x /* ${hidden} */ %}` },
  { key: 'TaskDefinition', value: (hidden: string) => `{% '${family}' & $x & {'${hidden}': 1} %}` },
  { key: 'TaskDefinition', value: (hidden: string) => `${family}<aws.x> ${hidden}` },
  { key: 'TaskDefinition', value: (hidden: string) => `${family}\${${hidden}}` },
  { key: 'TaskDefinition', value: (hidden: string) => `${revisionArn(family)}<x> --password ${hidden}` },
  { key: 'TaskDefinition', value: (hidden: string) => `${family}{}:1 ${hidden}` },
  { key: 'TaskDefinition.$', value: (hidden: string) => `States.Format('${family}{}', $.${hidden})` },
  { key: 'TaskDefinition.$', value: (hidden: string) => `$.a[?(@.b == '${hidden}')]` },
  { key: 'TaskDefinition.$', value: (hidden: string) => `${hidden} of States.Format('${family}{}', $.x)` },
);

/** Other places for a user's text. */
const around = fc.constantFrom(
  (hidden: string): object => ({ Environment: [{ Name: hidden, Value: hidden }] }),
  (hidden: string): object => ({ Command: ['sh', '-c', `run ${revisionArn('web-<x>')} ${hidden}`] }),
  (hidden: string): object => ({ Command: [`${hidden} ${revisionArn(`web-<x>`)}${hidden}`] }),
  (hidden: string): object => ({ [hidden]: { [`${hidden}.$`]: `$.${hidden}` } }),
  (hidden: string): object => ({ Value: JSON.stringify({ taskDefinition: 'web-${x}', password: hidden }) }),
  (hidden: string): object => ({ Value: `{"${hidden}": "${revisionArn('web-<x>')}", ${hidden}` }),
  (hidden: string): object => ({ Value: `https://${hidden}@host/?td=${revisionArn('web-<x>')}&t=${hidden}` }),
  (hidden: string): object => ({ Value: `{% 'a' & '${hidden}' & '${revisionArn('web-')}' & $x %}` }),
);

function piecesOf(hidden: string): string[] {
  return Array.from({ length: hidden.length - 3 }, (_, at) => hidden.slice(at, at + 4));
}

function quoted(findings: unknown, hidden: string): string[] {
  const text = JSON.stringify(findings);
  return piecesOf(hidden).filter((piece) => text.includes(piece));
}

test('no finding of a state machine or an input quotes what stands around the name', () => {
  fc.assert(
    fc.property(computed, around, secret, ({ key, value }, place, hidden) => {
      const parameters = { [key]: value(hidden), Overrides: place(hidden) };
      const run = { Type: 'Task', Resource: runTask, Comment: hidden, End: true };
      for (const more of [{ Parameters: parameters }, { Arguments: parameters, QueryLanguage: 'JSONata' }]) {
        const definition = JSON.stringify({
          Comment: hidden,
          StartAt: 'Run',
          States: { Run: { ...run, ...more } },
        });
        const named = (text: string) =>
          definitionReferences({ definition: text, referrer: 'machine', via: [] }, target);
        expect(quoted(named(definition), hidden)).toEqual([]);
        expect(() => named(definition.slice(0, -2))).toThrow(/^its definition is not JSON$/);
      }
      const input = JSON.stringify(parameters);
      for (const text of [input, JSON.stringify({ detail: input }), value(hidden), `${hidden} ${input}`])
        expect(quoted(referencesInJson(text, target), hidden)).toEqual([]);
    }),
    { seed: 10, numRuns: 300 },
  );
});
