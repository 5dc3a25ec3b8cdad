// Prints the plan of a run that waits for approval, before the operator answers.
import { safe } from '../../domain/safe-text.ts';
import type { Approval } from '../../domain/approval.ts';
import type { Caller, Target } from '../../domain/revision.ts';
import type { Group } from '../model/counts.ts';
import { printCaller } from '../sections/caller.ts';
import { formatExtent, printMostFamilies } from '../sections/family-rows.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, formatTime } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';

/** A screen; `history RUN` and the mail have the rest. */
const MOST_FAMILIES = 20;

export interface RunQuestion {
  readonly run: string;
  readonly target: Target;
  readonly caller: Caller;
  readonly approval: Approval;
  readonly groups: readonly Group[];
  /** Families of which the plan deregisters everything. */
  readonly retired: number;
}

export function printQuestion(given: RunQuestion, screen: Screen): string {
  const { run, target, caller, approval, groups, retired } = safe(given);
  const { prose: width, paint } = layOut(screen);
  const heading = `Run ${clip(run, 80)} in account ${target.account}, ${target.region} asks for approval, and waits until ${formatTime(approval.until)}`;
  return joinSections([
    [...wrap(heading, { width, rest: '  ' }).map((line) => paint('heading', line)), ...printCaller(caller, width)],
    [
      ...wrap(`It would deregister: ${formatExtent(groups)}`, { width, rest: '  ' }),
      ...printMostFamilies(groups, width, { most: MOST_FAMILIES }),
      ...(retired === 0
        ? []
        : wrap(`Of ${formatCount(retired, 'family')} it would deregister the newest revision as well.`, { width })),
    ],
    wrap('After an approval it reads everything again, and keeps what is in use by then.', { width }),
  ]);
}
