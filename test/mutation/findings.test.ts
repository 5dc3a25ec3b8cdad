// A mutation run fails for each survivor that is not listed as equivalent, and for each entry without a survivor.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { compare, equivalentSchema, reportSchema } from './findings.ts';

const source = 'const one = 1;\n  if (a < 2 &&\n    b) go();\n';
const mutant = (status: string, start: [number, number], end: [number, number], replacement: string) => ({
  status,
  replacement,
  location: {
    start: { line: start[0], column: start[1] },
    end: { line: end[0], column: end[1] },
  },
});
const report = reportSchema.parse({
  files: {
    'shared/a.ts': {
      source,
      mutants: [
        mutant('Killed', [2, 7], [2, 12], 'true'),
        mutant('Timeout', [2, 7], [2, 12], 'false'),
        mutant('Ignored', [1, 13], [1, 14], '2'),
        mutant('Survived', [2, 7], [2, 12], 'a <= 2'),
        mutant('NoCoverage', [2, 7], [3, 6], 'a < 2 ||\n    b'),
      ],
    },
  },
});
const entry = {
  file: 'shared/a.ts',
  line: 'if (a < 2 &&',
  original: 'a < 2',
  replacement: 'a <= 2',
  reason: 'A is never 2.',
};

test('reports the mutants that no test detects, with their first line', () => {
  expect(compare(report, [])).toEqual({
    mutants: 4,
    survivors: [
      { file: 'shared/a.ts', at: 2, line: 'if (a < 2 &&', original: 'a < 2', replacement: 'a <= 2' },
      {
        file: 'shared/a.ts',
        at: 2,
        line: 'if (a < 2 &&',
        original: 'a < 2 && b',
        replacement: 'a < 2 || b',
      },
    ],
    stale: [],
  });
});

test('does not report a mutant that is listed as equivalent', () => {
  const { survivors, stale } = compare(report, [entry]);
  expect(survivors.map(({ replacement }) => replacement)).toEqual(['a < 2 || b']);
  expect(stale).toEqual([]);
});

test.each([
  { ...entry, line: 'if (a < 3 &&' },
  { ...entry, replacement: 'true' },
  { ...entry, original: 'a < 3' },
])('reports an entry without a survivor: $line, $original, $replacement', (stale) => {
  expect(compare(report, [stale]).stale).toEqual([stale]);
});

test('does not report an entry for an unchanged file', () => {
  expect(compare(report, [{ ...entry, file: 'shared/b.ts' }]).stale).toEqual([]);
});

test('the list of equivalent mutants has a sentence and an existing line for each', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
  const entries = equivalentSchema.parse(parse(textOf('test/mutation/equivalent.yml')));
  const absent = entries.filter(
    ({ file, line }) =>
      !textOf(file)
        .split('\n')
        .some((one) => one.trim() === line),
  );
  expect(absent).toEqual([]);
});
