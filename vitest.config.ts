import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Loading the SDK anew for each of some sixty files would take longer than all tests together. Nothing is mocked, and
    // whoever changes the environment puts it back.
    pool: 'threads',
    isolate: false,
    // By default one core is kept free, which on two cores means no work side by side at all.
    maxWorkers: '100%',
    coverage: {
      include: ['shared/**', 'functions/**', 'cli/**', 'sandbox/**'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
});
