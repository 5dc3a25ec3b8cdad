import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

// The tests that `npm run mutation` runs against each mutant, the fastest first: the first failure ends a mutant's run.
const files = [
  'read/freshness.test',
  'plan/rules.test',
  'plan/protected.test',
  'domain/dangling.test',
  'plan/retire.test',
  'deletion/decide.test',
  'plan/unresolved.test',
  'plan/decide.test',
  'plan/limit.test',
  'aws/registrable.test',
  'apply/unknown-members.test',
  'apply/preconditions.test',
  'apply/answers.test',
  'apply/family.test',
  'deletion/preconditions.test',
  'deletion/delete.test',
  'observe/watch-answers.test',
  'plan/laws.test',
  'plan/spans.test',
  'faults/delete-scope.faults',
  'faults/whole-deletions.faults',
  'faults/deletions.faults',
  'faults/endless.faults',
].map((name) => `test/${name}.ts`);

class InThisOrder extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => files.findIndex((file) => moduleId.endsWith(file));
    return Promise.resolve(specifications.toSorted((one, other) => place(one) - place(other)));
  }
}

export default defineConfig({
  test: {
    include: files,
    testTimeout: 60_000,
    // Each file by itself: where files share a process, Stryker misses which test reaches what another file has loaded.
    pool: 'threads',
    sequence: { sequencer: InThisOrder },
  },
});
