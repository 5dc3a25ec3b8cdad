// Prints the results of a restore. It never prints values of definitions, which may be secrets.
import { safe } from '../../domain/safe-text.ts';
import { nameOf } from '../../domain/revision.ts';
import type { RestoreOutcome, RestoreResult } from '../../restore/results.ts';
import { printCaller } from '../sections/caller.ts';
import { printActionItems } from '../sections/sections.ts';
import { joinSections, layOut } from '../text/screen.ts';
import { clip, formatCount, formatTime } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { restoreActionItems } from './action-items.ts';
import { isComplete, itemsToRestore } from './after.ts';
import { printNotes, type RestoreScreen } from './proposal.ts';

/** A restore of one run may have thousands of results. */
const MOST_RESULTS = 60;

export function printRestoreReport(given: RestoreOutcome, screen: RestoreScreen): string {
  const outcome = safe(given);
  const { prose: width, paint } = layOut(screen);
  const { preview, results } = outcome;
  const style = results.every(isComplete) && outcome.stop === undefined ? 'good' : 'bad';
  return joinSections([
    wrap(summarize(outcome), { width }).map((line) => paint(style, line)),
    printResults(results, width),
    printNotes(preview, width),
    printActionItems({ actionItems: restoreActionItems(outcome, screen) }, width),
    printCaller(screen.caller, width),
  ]);
}

function summarize({ preview, results, stop }: RestoreOutcome): string {
  const { account, region } = preview.target;
  const where = `account ${account}, ${region}`;
  const restored = results.filter(({ onTop, became }) => !onTop && became === 'restored');
  const asked = itemsToRestore(preview).length;
  if (asked === 0 && results.every(({ onTop }) => !onTop)) return `There was nothing to register again in ${where}.`;
  const all = restored.length === asked ? '' : ` of ${asked}`;
  const were = (all === '' ? restored.length : asked) === 1 ? 'was' : 'were';
  const compared = restored.every(isComplete)
    ? ' AWS has the same definitions and tags as before.'
    : ' Not all definitions and tags are the same as before.';
  return [
    `${formatCount(restored.length, 'revision')}${all} ${were} registered again in ${where}.`,
    restored.length === 0 ? '' : compared,
    stop === undefined ? '' : ` It stopped: ${clip(stop.reason, 500)}.`,
  ].join('');
}

function printResults(results: readonly RestoreResult[], width: number): string[] {
  const lines = results
    .slice(0, MOST_RESULTS)
    .flatMap((one) => wrap(`${nameOf(one.revision)} ${describeResult(one)}`, { width, first: '  ', rest: '      ' }));
  const more = results.length - MOST_RESULTS;
  return more > 0 ? [...lines, `  ... and ${formatCount(more, 'more revision')}`] : lines;
}

function describeResult(result: RestoreResult): string {
  const { family } = result.revision;
  switch (result.became) {
    case 'restored': {
      const what = result.onTop ? 'was registered again on top, as' : 'was registered again as';
      return `${what} ${family}:${result.as}${result.adopted ? ', by an earlier attempt' : ''}`;
    }
    case 'ACTIVE':
      return 'is ACTIVE: nothing to do';
    case 'restored before':
      return `is registered again already, as ${family}:${result.as} since ${formatTime(result.at)}; --again registers it once more`;
    case 'refused':
      return 'was refused by AWS';
    case 'failed':
      return 'failed';
    case 'not reached':
      return result.behind === undefined
        ? 'was not reached'
        : `waits for ${nameOf(result.behind)}, to keep the order of ${family}`;
  }
}
