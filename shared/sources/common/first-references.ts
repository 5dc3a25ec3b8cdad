import type { Reference } from '../../domain/evidence.ts';
import { nameOf } from '../../domain/revision.ts';

/** Keeps the first reference to each revision: one reason is enough, and callers put the closest one first. */
export function firstReferences(references: readonly Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter(({ target }) => {
    const name = target.kind === 'revision' ? nameOf(target) : target.family;
    return !seen.has(name) && seen.add(name);
  });
}
