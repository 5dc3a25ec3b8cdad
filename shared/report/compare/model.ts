// Finds the revisions for which two plans of one account differ, family by family. Ranges are compared and not numbers, since
// a family may have a million revisions.
import { type Caller, joinRanges, type Range, type Ranges, type Target } from '../../domain/revision.ts';
import { type FamilyPlan, piecesOf, type Plan, type Verdict } from '../../plan/verdict.ts';

export interface Comparison {
  readonly target: Target;
  readonly caller: Caller;
  readonly now: Plan;
  readonly other: Plan;
  /** The file of the other settings. */
  readonly file: string;
  /** The tool that compared. */
  readonly version: string;
  readonly digests: { readonly now: string; readonly other: string };
  /** Names of settings that differ and may change a verdict. */
  readonly differing: readonly string[];
  readonly notes: readonly string[];
}

export interface Change {
  readonly ranges: Ranges;
  readonly now: Verdict;
  readonly other: Verdict;
}

export interface FamilyChanges {
  readonly family: string;
  readonly changes: readonly Change[];
}

export function findChanges({ now, other }: Pick<Comparison, 'now' | 'other'>): FamilyChanges[] {
  const families = new Map(other.families.map((one) => [one.family, one]));
  return now.families
    .map((one) => ({ family: one.family, changes: changesIn(one, families.get(one.family)) }))
    .filter(({ changes }) => changes.length > 0);
}

/** The effect of a verdict on the next run. A revision that only its unread age keeps waits like one over the cap: ages are
 *  read as far as the cap reaches. */
export function effectOf(verdict: Verdict): 'deregister' | 'wait' | 'hold' | 'keep' {
  if (verdict.verdict === 'deferred') return 'wait';
  if (verdict.verdict !== 'keep') return verdict.verdict;
  return verdict.reasons.every((reason) => 'unread' in reason) ? 'wait' : 'keep';
}

/** Both plans have the same revisions, so they are walked together. */
function changesIn(now: FamilyPlan, other: FamilyPlan | undefined): Change[] {
  const [mine, theirs] = [piecesOf(now), other === undefined ? [] : piecesOf(other)];
  const changes = new Map<string, { readonly all: Range[]; readonly now: Verdict; readonly other: Verdict }>();
  for (let i = 0, j = 0; ;) {
    const [a, b] = [mine[i], theirs[j]];
    if (a === undefined || b === undefined) break;
    const [from, upto] = [Math.max(a.from, b.from), Math.min(a.upto, b.upto)];
    if (from <= upto && effectOf(a.verdict) !== effectOf(b.verdict)) {
      const key = JSON.stringify([summaryOf(a.verdict), summaryOf(b.verdict)]);
      const change = changes.get(key) ?? { all: [], now: a.verdict, other: b.verdict };
      change.all.push({ from, upto });
      changes.set(key, change);
    }
    if (a.upto <= b.upto) i++;
    if (b.upto <= a.upto) j++;
  }
  return Array.from(changes.values(), ({ all, ...verdicts }) => ({
    ranges: joinRanges(all, []),
    ...verdicts,
  })).toSorted((a, b) => (a.ranges[0]?.from ?? 0) - (b.ranges[0]?.from ?? 0));
}

function summaryOf(verdict: Verdict): string[] {
  return verdict.verdict === 'keep'
    ? [verdict.verdict, ...verdict.reasons.map(({ rule, text }) => `${rule}: ${text}`)]
    : [verdict.verdict];
}
