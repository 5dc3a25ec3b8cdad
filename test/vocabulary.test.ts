// Holds retired words out of product code, documents and reports, so that each concept keeps one word.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
/** The changelog, and the reader of records with old member names. */
const exempt = new Set(['CHANGELOG.md', 'shared/state/run-records.ts']);

const files = globSync(
  ['{shared,functions,cli,scripts,sandbox,infra,docs}/**/*.{ts,cjs,mjs,yml,md}', '*.{md,yml}', 'test/golden/*.txt'],
  { cwd: root },
).filter((file) => !exempt.has(file) && !file.includes('node_modules'));

/** Each with the word that replaces it. */
const retired: readonly { readonly word: RegExp; readonly use: string }[] = [
  { word: /\bstranded\b/i, use: 'dangling reference' },
  { word: /\bspared\b/i, use: 'skipped' },
  { word: /alreadyGone|gone before/i, use: 'already inactive' },
  { word: /\b(?:took|taken|takes|take) (?:it |one )?up\b/i, use: 'late reference' },
  { word: /\bledgers?\b(?!\.json)/i, use: 'run record' },
  { word: /\bsealed\b/i, use: 'checksummed record' },
  { word: /\bbrakes?\b/i, use: 'abort' },
  { word: /needs? a person|nobody is needed/i, use: 'action required' },
  {
    word: /\b(?:somebody|nobody|whoever|everybody|anybody)\b/i,
    use: 'the operator, the caller, AWS, a second run',
  },
  { word: /\bsurroundings\b/i, use: 'context' },
  { word: /\b(?:namings?|Naming)\b/, use: 'reference' },
  { word: /\b(?:says|said|doing)\b(?=\??: )/, use: 'operation, reason, remedy' },
  { word: /\b(?:lets? go|let go|goes tonight|has gone|have gone|what goes)\b/i, use: 'deregister' },
  { word: /\bbrings? home\b/i, use: 'read' },
  { word: /\bundo[A-Z(]|\bundone\b/, use: 'restore' },
];

test.each(retired)('no file says $word: it says $use', ({ word }) => {
  const found = files.flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (word.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 100)}`] : [])),
  );
  expect(found).toEqual([]);
});
