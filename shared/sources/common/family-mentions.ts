// The families that a user's text names without a revision: a launcher's `JOB=report`, or `--task-definition report`. Their
// newest revision stays anyway, so that this is asked only where families may be retired. Only whole texts and what is said to
// be a task definition count: a family's name inside a longer text is mostly a host, a path or a log group.
import type { Reference } from '../../domain/evidence.ts';
import type { Ranges } from '../../domain/revision.ts';

const ARN = /(?<![\w-])task-definition\/([\w-]{1,255})(?![\w:-])/g;
const OPTION = /--task-definition[\s=]+["']?([\w-]{1,255})(?![\w:/.-])/g;

export function familiesIn(text: string, inventory: ReadonlyMap<string, Ranges>): string[] {
  const named = [text.trim()];
  for (const pattern of [ARN, OPTION])
    for (const [, family = ''] of text.matchAll(pattern)) named.push(family);
  return [...new Set(named)].filter((family) => inventory.has(family));
}

/** Short, since such a text proves nothing once the family has no ACTIVE revision. */
export function familyMention(family: string, origin: Pick<Reference, 'source' | 'who' | 'via'>): Reference {
  return { kind: 'reference', ...origin, use: 'mentions', what: { kind: 'floating', family }, isShort: true };
}
