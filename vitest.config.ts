import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Loading the SDK anew for each of some sixty files would take longer than all tests together. Nothing is mocked, and
    // a test that changes the environment restores it.
    pool: 'threads',
    isolate: false,
    // By default one core stays free, so on two cores nothing would run in parallel.
    maxWorkers: '100%',
    coverage: {
      include: ['shared/**', 'functions/**', 'cli/**', 'sandbox/**'],
      reporter: ['text-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
});
