// Combines the results of several passes.
import type { ApplyResults } from '../domain/apply-results.ts';
import { nameOf, numbersIn, type Ranges, rangesOf, type Revision } from '../domain/revision.ts';

/** The later pass decides `stop` and `notReached`. */
export function mergeResults(first: ApplyResults, second: ApplyResults): ApplyResults {
  const seen = new Set(first.lateReferences.map((one) => JSON.stringify(one)));
  const later = second.lateReferences.filter((one) => !seen.has(JSON.stringify(one)));
  return {
    ...second,
    deregistered: [...first.deregistered, ...second.deregistered],
    alreadyInactive: [...first.alreadyInactive, ...second.alreadyInactive],
    skipped: [...first.skipped, ...second.skipped],
    failed: [...first.failed, ...second.failed],
    lateReferences: [...first.lateReferences, ...later],
  };
}

/** The names of the revisions that a run came to, whatever the outcome. */
export function attempted({ deregistered, alreadyInactive, skipped, failed }: ApplyResults): Set<string> {
  const kept = [...skipped, ...failed].map(({ revision }) => revision);
  return new Set([...deregistered, ...alreadyInactive, ...kept].map(nameOf));
}

export function withoutRevisions(
  inventory: ReadonlyMap<string, Ranges>,
  revisions: readonly Revision[],
): Map<string, Ranges> {
  const rest = new Map(inventory);
  for (const [family, removed] of Map.groupBy(revisions, (one) => one.family)) {
    const numbers = new Set(removed.map(({ number }) => number));
    const ranges = rangesOf(numbersIn(rest.get(family) ?? []).filter((number) => !numbers.has(number)));
    if (ranges.length > 0) rest.set(family, ranges);
    else rest.delete(family);
  }
  return rest;
}
