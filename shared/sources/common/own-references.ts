import type { Reference } from '../../domain/evidence.ts';
import { parseReferenceTarget, type Target } from '../../domain/revision.ts';
import { Incomplete } from './incomplete.ts';

/** The reference in a field that can hold only a task definition; none where it belongs to another account or a daemon.
 *  @param holder the subject and the verb of the error
 *  @throws Incomplete where it cannot be parsed */
export function ownReferences(
  text: string | undefined,
  holder: string,
  origin: Pick<Reference, 'source' | 'referrer' | 'relation'>,
  target: Target,
): Reference[] {
  const parsed = parseReferenceTarget(text ?? '', target);
  if (parsed.kind === 'unreadable') throw new Incomplete(`${holder} "${text ?? ''}", which is not a task definition`);
  const isOurs = parsed.kind === 'revision' || parsed.kind === 'floating';
  return isOurs ? [{ kind: 'reference', ...origin, target: parsed }] : [];
}
