// The one form of a request to the operator.
import type { Problem, ReadProblem } from '../../domain/problem.ts';

export interface ActionItem {
  readonly problem: string;
  /** Sentences that may end with one command or settings line between backquotes, which reports print on its own line. */
  readonly remedy: string;
}

/** Groups alike problems, since one denied permission fails in every cluster. */
export function toActionItems(problems: readonly ReadProblem[]): ActionItem[] {
  const groups = Map.groupBy(problems, ({ part, kind, remedy }) => JSON.stringify([part, kind, remedy]));
  return [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [toActionItem(first, more.length)],
  );
}

/** @param more the number of alike problems that this item stands for as well */
export function toActionItem(
  { operation, reason, remedy, kind }: Problem & Partial<Pick<ReadProblem, 'kind'>>,
  more = 0,
): ActionItem {
  if (kind === 'unresolved')
    return { problem: `On hold: may be referenced dynamically. ${operation}: ${reason}`, remedy };
  return { problem: `${operation} failed${more > 0 ? `, and ${more} more like it` : ''}: ${reason}`, remedy };
}
