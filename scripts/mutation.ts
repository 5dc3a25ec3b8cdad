// Runs Stryker on the code that decides and acts, and fails when a mutant survives: `npm run mutation`, or
// `npm run mutation -- shared/plan/decide.ts` for some files. Results are reused from out/mutation until a file or its tests
// change; `--force` repeats everything.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { parse } from 'yaml';
import { compare, equivalentSchema, reportSchema } from '../test/mutation/findings.ts';

const EQUIVALENT = 'test/mutation/equivalent.yml';
const REPORT = 'out/mutation/report.json';

const everything = [
  'shared/plan/**/*.ts',
  'shared/apply/**/*.ts',
  'shared/deletion/*.ts',
  'shared/observe/{watch,ages-wanted}.ts',
  'shared/aws/{describe,registrable,unknown-members}.ts',
  'shared/read/freshness.ts',
];

const { values, positionals } = parseArgs({
  options: { force: { type: 'boolean', default: false } },
  allowPositionals: true,
});

await new Stryker({
  mutate: positionals.length === 0 ? everything : positionals,
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/texts.ts'],
  ignorers: ['texts'],
  testRunner: 'vitest',
  // Its search for related test files takes longer than the tests.
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  // TypeScript 7 has no JavaScript API, which Stryker would read this file with.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  coverageAnalysis: 'perTest',
  concurrency: 2,
  dryRunTimeoutMinutes: 30,
  // Beside half as long again as the tests of a mutant take: a busy machine must not pass for a test that noticed.
  timeoutMS: 20_000,
  incremental: true,
  incrementalFile: 'out/mutation/incremental.json',
  force: values.force,
  tempDirName: 'out/mutation/sandbox',
  ignorePatterns: ['coverage', 'dist', 'out', '.serverless'],
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: REPORT },
}).runMutationTest();

const report = reportSchema.parse(JSON.parse(readFileSync(REPORT, 'utf8')));
const equivalents = equivalentSchema.parse(parse(readFileSync(EQUIVALENT, 'utf8')));
const { mutants, survivors, stale } = compare(report, equivalents);
for (const { file, at, original, replacement } of survivors)
  console.log(`${file}:${at}: no test notices\n  - ${original}\n  + ${replacement}`);
for (const { file, original, replacement } of stale)
  console.log(`${EQUIVALENT}: no such survivor any more in ${file}\n  - ${original}\n  + ${replacement}`);
console.log(`${mutants} mutants, ${survivors.length} survivors, ${stale.length} stale entries`);
process.exitCode = survivors.length + stale.length > 0 ? 1 : 0;
