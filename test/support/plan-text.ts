// Prints a plan as text, for comparison with typed expectations.
import type { Plan } from '../../shared/plan/verdict.ts';
import { printRanges } from '../../shared/domain/revision.ts';

/** `web  1-6  deregister` and `web  7  keep  referenced, min-age`, a line a span. */
export function asText(plan: Plan | undefined): string[] {
  return (plan?.families ?? []).flatMap(({ family, spans }) =>
    spans.map(({ ranges, verdict }) => {
      const why = verdict.verdict === 'keep' ? `  ${verdict.reasons.map(({ rule }) => rule).join(', ')}` : '';
      return `${family}  ${printRanges(ranges).join(',')}  ${verdict.verdict}${why}`;
    }),
  );
}
