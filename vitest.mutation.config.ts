import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

// The tests that reach what `npm run mutation` mutates. Each file by itself: where files share a process, Stryker does not see
// which test reaches what another file has loaded. A mutant's run ends with the first failure, so the cheap files come first.
const cheapFirst = [
  'freshness',
  'plan/rules',
  'plan/retire',
  'plan/deletions',
  'plan/unknown',
  'plan/decide',
  'plan/',
  'registrable',
  'unknown-members',
  'registrations',
  'apply/',
];

class CheapFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = cheapFirst.findIndex(
        (part) => moduleId.includes(`test/${part}`) || moduleId.includes(`/${part}`),
      );
      return at === -1 ? cheapFirst.length : at;
    };
    return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
  }
}

export default defineConfig({
  test: {
    include: [
      'test/apply/*.test.ts',
      'test/plan/*.test.ts',
      'test/run/*.test.ts',
      'test/watch.test.ts',
      'test/freshness.test.ts',
    ],
    testTimeout: 60_000,
    pool: 'threads',
    sequence: { sequencer: CheapFirst },
  },
});
