import { defineConfig } from 'vitest/config';

// The slow matrix: every part × every call × every fault, each through a whole run. What `npm test` has no time for.
let cases = 0;

export default defineConfig({
  test: {
    include: ['test/faults/**/*.faults.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    isolate: false,
    maxWorkers: '100%',
    reporters: [
      'dot',
      {
        onTestCaseResult: () => {
          cases++;
        },
        onTestRunEnd: (modules) => {
          process.stdout.write(`\n${cases.toLocaleString('en')} cases tried, in ${modules.length} files\n`);
        },
      },
    ],
  },
});
