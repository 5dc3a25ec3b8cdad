// Selects what a printed plan shows: the families that a run would change, or what the operator asks for.
import type { FamilyPlan, Plan, Span, Verdict } from '../../plan/verdict.ts';
import { sizeOf } from '../../domain/revision.ts';
import { compile } from '../../settings/match.ts';

export interface PlanView {
  /** Also the families that stay as they are. */
  readonly all?: boolean | undefined;
  /** Also the readings, calls, and the run's facts. */
  readonly verbose?: boolean | undefined;
  /** Only revisions that this rule keeps. */
  readonly rule?: string | undefined;
  /** Only revisions that this source references or holds. */
  readonly source?: string | undefined;
  readonly verdict?: Verdict['verdict'] | undefined;
  /** Globs of the families that the operator named. The others are one count. */
  readonly families?: readonly string[] | undefined;
}

export interface Extent {
  readonly families: number;
  readonly revisions: number;
}

export interface Selection {
  /** With the spans to show. Families with revisions to deregister come first, then deferred and held ones. */
  readonly shown: readonly FamilyPlan[];
  /** Families that stay as they are, or that a filter leaves out. */
  readonly hidden: Extent;
  /** Families that the operator did not name. */
  readonly outside: Extent;
  /** The plan of the named families. */
  readonly named: Plan;
}

export function selectFamilies(plan: Plan, view: PlanView): Selection {
  const globs = view.families?.map(compile);
  const isNamed = (family: string) => globs === undefined || globs.some((isMatch) => isMatch(family));
  const [inside, outside] = partition(plan.families, ({ family }) => isNamed(family));
  const isFiltered = [view.rule, view.source, view.verdict].some((filter) => filter !== undefined);
  const matching = inside.map((family) => ({
    ...family,
    spans: family.spans.filter((span) => matches(span, family, view)),
  }));
  const isShown = (family: FamilyPlan) =>
    family.spans.length > 0 && (isFiltered || view.all === true || hasChanges(family));
  const shown = matching.filter(isShown);
  const names = new Set(shown.map(({ family }) => family));
  return {
    shown: shown.toSorted((a, b) => urgency(a) - urgency(b)),
    hidden: extentOf(inside.filter(({ family }) => !names.has(family))),
    outside: extentOf(outside),
    named: { ...plan, families: inside, toDeregister: plan.toDeregister.filter(({ family }) => isNamed(family)) },
  };
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter((item) => isFirst(item)), items.filter((item) => !isFirst(item))];
}

function matches({ verdict }: Span, { unresolved }: FamilyPlan, view: PlanView): boolean {
  if (view.verdict !== undefined && verdict.verdict !== view.verdict) return false;
  const reasons = verdict.verdict === 'keep' ? verdict.reasons : [];
  if (view.rule !== undefined && !reasons.some(({ rule }) => rule === view.rule)) return false;
  if (view.source === undefined) return true;
  if (verdict.verdict === 'hold') return unresolved.some(({ source }) => source === view.source);
  return reasons.some(
    (reason) => reason.rule === 'referenced' && reason.by.some(({ source }) => source === view.source),
  );
}

function hasChanges(family: FamilyPlan): boolean {
  return urgency(family) < 2;
}

function urgency({ spans }: FamilyPlan): 0 | 1 | 2 {
  const has = (which: Verdict['verdict']) => spans.some(({ verdict }) => verdict.verdict === which);
  if (has('deregister')) return 0;
  return has('deferred') || has('hold') ? 1 : 2;
}

export function extentOf(families: readonly FamilyPlan[]): Extent {
  const ranges = families.flatMap(({ spans }) => spans.flatMap((span) => span.ranges));
  return { families: families.length, revisions: sizeOf(ranges) };
}
