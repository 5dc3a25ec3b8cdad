// The marks of the page: how a revision is drawn, in words, in the order of every legend. A mark is told by its pattern as
// well as by its colour.
import type { Verdict } from '../../plan/verdict.ts';

/** `left`: planned, and not deregistered by the run. */
export type Mark = Verdict['verdict'] | 'left';

export const marks = ['deregister', 'left', 'deferred', 'hold', 'keep'] as const satisfies readonly Mark[];

/** The class of a mark: one letter, as a page has thousands. */
export const markClasses: Readonly<Record<Mark, string>> = {
  deregister: 'd',
  left: 'l',
  deferred: 'w',
  hold: 'h',
  keep: 'k',
};

export function describeMark(mark: Mark, dryRun: boolean): string {
  switch (mark) {
    case 'deregister':
      return dryRun ? 'would be deregistered' : 'deregistered';
    case 'left':
      return 'planned, not deregistered';
    case 'deferred':
      return 'deferred';
    case 'hold':
      return 'on hold';
    case 'keep':
      return 'kept';
  }
}
