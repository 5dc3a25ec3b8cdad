import { defineConfig } from 'vitest/config';

// The page of a report in a real browser: the Chromium of the machine. `npm run pages -- --update` also writes the pictures of
// the documents.
const isUpdate = process.argv.some((word) => word === '--update' || word === '-u');

export default defineConfig({
  test: {
    include: ['test/pages/**/*.pages.ts'],
    // A browser on a shared machine.
    testTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    pool: 'threads',
    isolate: false,
    maxWorkers: '100%',
    env: { UPDATE_PICTURES: isUpdate ? 'yes' : '' },
  },
});
