// Finds families in users' texts without a revision number: a launcher's `JOB=report`, or `--task-definition report`.
// The newest revision of a family is kept anyway, so this runs only where families may be retired. Whole texts and
// explicit task definitions count: inside a longer text, a family's name is usually a host, a path or a log group.
import type { Reference } from '../../domain/evidence.ts';
import type { Ranges } from '../../domain/revision.ts';

const ARN = /(?<![\w-])task-definition\/([\w-]{1,255})(?![\w:-])/g;
const OPTION = /--task-definition[\s=]+["']?([\w-]{1,255})(?![\w:/.-])/g;

export function familiesIn(text: string, inventory: ReadonlyMap<string, Ranges>): string[] {
  const named = [text.trim()];
  for (const pattern of [ARN, OPTION]) for (const [, family = ''] of text.matchAll(pattern)) named.push(family);
  return [...new Set(named)].filter((family) => inventory.has(family));
}

/** Marked short, since the text proves nothing once the family has no ACTIVE revision. */
export function familyMention(family: string, origin: Pick<Reference, 'source' | 'referrer' | 'via'>): Reference {
  return { kind: 'reference', ...origin, relation: 'mentions', target: { kind: 'floating', family }, isShort: true };
}
