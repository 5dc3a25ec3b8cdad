// Says what became of the plan that limits a run: a saved one (`prune --plan`), or its own that was approved.
import { sizeOf } from '../../domain/revision.ts';
import type { Report } from '../model/report.ts';
import type { Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, formatTime, shortenIds } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { formatRanges } from './family-rows.ts';

/** A screen; the JSON document has all of them. */
const MOST_CHANGES = 20;
const MOST_RANGES = 6;

type Facts = Pick<Report, 'saved'> & Partial<Pick<Report, 'plan' | 'run' | 'approval'>>;

export function printSavedPlan({ saved, plan, run, approval }: Facts, width: number): Section {
  if (saved === undefined) return [];
  const { createdAt, revisions, changes, outside } = saved;
  const isOver = run?.dryRun === false;
  const when = approval === undefined ? 'when this run began' : 'after the approval';
  const comparison =
    plan?.hold === undefined ? describeRest(saved, isOver ? when : undefined) : 'not compared, since the run is held';
  const name = approval === undefined ? 'Saved plan' : 'Approved plan';
  const heading = `${name}: ${formatCount(revisions, 'revision')} on ${formatTime(createdAt)}; ${comparison}`;
  const shown = changes.slice(0, MOST_CHANGES);
  const hidden = changes.slice(MOST_CHANGES);
  const hiddenSize = hidden.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  return [
    ...wrap(revisions === 0 ? `${name}: it has no revisions` : heading, { width, rest: '  ' }),
    ...shown.flatMap(({ family, ranges, change }) => {
      const verb = sizeOf(ranges) === 1 ? 'is' : 'are';
      const text = `${family}:${formatRanges(ranges, MOST_RANGES)} ${verb} ${shortenIds(clip(change, 300))}`;
      return wrap(text, { width, first: '  ', rest: '    ' });
    }),
    ...(hidden.length === 0 ? [] : [`  ... and ${formatCount(hiddenSize, 'more revision')} (--json lists all)`]),
    ...(outside === 0
      ? []
      : wrap(
          `  ${formatCount(outside, 'revision')} that no rule keeps ${outside === 1 ? 'is' : 'are'} not in it, and left for another run`,
          { width, first: '  ', rest: '  ' },
        )),
  ];
}

/** How much of the plan was allowed.
 *  @param when for a run that is over */
function describeRest({ revisions, changes }: NonNullable<Report['saved']>, when: string | undefined): string {
  const changed = changes.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const left = revisions - changed;
  const [one, more] = when !== undefined ? ['was', 'were'] : ['is', 'are'];
  const rest = changed === 0 ? `all of them ${more}` : `${formatNumber(left)} ${left === 1 ? one : more}`;
  return `${rest} still to be deregistered${when === undefined ? '' : ` ${when}`}`;
}
