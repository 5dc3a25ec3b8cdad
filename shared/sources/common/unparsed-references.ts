// References that only the raw answers contain: in fields that the packaged SDK drops or that the reader does not parse.
import type { Tally } from '../../aws/tally.ts';
import type { Finding, Reference } from '../../domain/evidence.ts';
import type { Mention } from '../../domain/mentions.ts';
import { nameOf } from '../../domain/revision.ts';

export function mentionedReference(
  { family, number, isShort }: Mention,
  origin: Pick<Reference, 'source' | 'referrer' | 'via'>,
): Reference {
  const target = { kind: 'revision' as const, family, number };
  return { kind: 'reference', ...origin, relation: 'mentions', target, ...(isShort ? { isShort } : {}) };
}

/** The references of one member. */
export function unparsedReferences(
  mentioned: ReadonlyMap<string, Mention>,
  findings: readonly Finding[],
  origin: Pick<Reference, 'source' | 'referrer'>,
): Reference[] {
  const parsed = revisionsIn(findings.filter(({ kind }) => kind === 'reference'));
  return [...mentioned].flatMap(([name, mention]) => (parsed.has(name) ? [] : [mentionedReference(mention, origin)]));
}

/** The references of a whole source. */
export function unparsedReferencesOf(source: string, { mentioned }: Tally, findings: readonly Finding[]): Reference[] {
  const parsed = revisionsIn(findings);
  return [...mentioned].flatMap(([name, { referrer, ...mention }]) =>
    // The description of a definition contains its own ARN.
    parsed.has(name) || referrer.endsWith(`:task-definition/${name}`)
      ? []
      : [mentionedReference(mention, { source, referrer })],
  );
}

function revisionsIn(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(
    findings.flatMap((finding) => {
      if (finding.kind === 'used') return [nameOf(finding.revision)];
      return finding.kind === 'reference' && finding.target.kind === 'revision' ? [nameOf(finding.target)] : [];
    }),
  );
}
