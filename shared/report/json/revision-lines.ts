// Writes a plan as one JSON line for each ACTIVE revision. The lines are made from ranges while they are written, so that an
// account of a million revisions needs no more memory than its plan. schemas/revision-line.schema.json is generated from the
// schema here.
import * as z from 'zod';
import { safe } from '../../domain/safe-text.ts';
import { numbersIn } from '../../domain/revision.ts';
import type { FamilyPlan, Verdict } from '../../plan/verdict.ts';
import { version } from './parts.ts';

export const revisionLine = z
  .strictObject({
    version,
    family: z.string(),
    number: z.int().min(1).describe('Of the revision.'),
    verdict: z.enum(['keep', 'hold', 'deferred', 'deregister']),
    rule: z.string().nullable().describe('The first rule that keeps it.'),
    reason: z.string().nullable().describe('Why it is not deregistered; null where it is.'),
    source: z.string().nullable().describe('The source of the first reference that keeps or holds it.'),
  })
  .meta({ title: 'A line of plan --ndjson of ecs-revision-pruner' });
type RevisionLine = z.infer<typeof revisionLine>;

/** Characters. Few writes, and little memory. */
const CHUNK = 65_536;

export function writeRevisionLines(families: readonly FamilyPlan[], write: (chunk: string) => void): void {
  let chunk = '';
  for (const family of families)
    for (const { ranges, verdict } of family.spans) {
      // Only the number differs within a span.
      const before = `{"version":1,"family":${JSON.stringify(safe(family.family))},"number":`;
      const after = `,${JSON.stringify(safe(factsOf(verdict, family))).slice(1)}\n`;
      for (const number of numbersIn(ranges)) {
        chunk += before + number + after;
        if (chunk.length < CHUNK) continue;
        write(chunk);
        chunk = '';
      }
    }
  if (chunk !== '') write(chunk);
}

function factsOf(
  verdict: Verdict,
  { unresolved }: FamilyPlan,
): Pick<RevisionLine, 'verdict' | 'rule' | 'reason' | 'source'> {
  switch (verdict.verdict) {
    case 'keep': {
      const [{ rule, text }] = verdict.reasons;
      return { verdict: 'keep', rule, reason: text, source: sourceOf(verdict.reasons) };
    }
    case 'hold': {
      const [first] = unresolved;
      const reason =
        verdict.cause === 'unresolved'
          ? `may be referenced dynamically${first === undefined ? '' : `: ${first.description}`}`
          : 'not everything that may reference it could be read';
      return { verdict: 'hold', rule: null, reason, source: first?.source ?? null };
    }
    case 'deferred':
      return { verdict: 'deferred', rule: null, reason: 'over the cap of one run', source: null };
    case 'deregister':
      return { verdict: 'deregister', rule: null, reason: null, source: null };
  }
}

function sourceOf(reasons: Extract<Verdict, { verdict: 'keep' }>['reasons']): string | null {
  for (const reason of reasons) if (reason.rule === 'referenced') return reason.by[0]?.source ?? null;
  return null;
}
