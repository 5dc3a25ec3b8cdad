// Says what became of the saved plan that limits a run (`prune --plan`).
import { sizeOf } from '../../domain/revision.ts';
import type { Report } from '../model/report.ts';
import type { Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, formatTime, shortenIds } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { formatRanges } from './family-rows.ts';

/** A screen; the JSON document has all of them. */
const MOST_CHANGES = 20;
const MOST_RANGES = 6;

type Facts = Pick<Report, 'saved'> & Partial<Pick<Report, 'plan' | 'run'>>;

export function printSavedPlan({ saved, plan, run }: Facts, width: number): Section {
  if (saved === undefined) return [];
  const { createdAt, revisions, changes, outside } = saved;
  const isOver = run?.dryRun === false;
  const comparison = plan?.hold === undefined ? describeRest(saved, isOver) : 'not compared, since the run is held';
  const heading = `Saved plan: ${formatCount(revisions, 'revision')} on ${formatTime(createdAt)}; ${comparison}`;
  const shown = changes.slice(0, MOST_CHANGES);
  const hidden = changes.slice(MOST_CHANGES);
  const hiddenSize = hidden.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  return [
    ...wrap(revisions === 0 ? 'Saved plan: it has no revisions' : heading, { width, rest: '  ' }),
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

/** How much of the saved plan was allowed when the run began. */
function describeRest({ revisions, changes }: NonNullable<Report['saved']>, isOver: boolean): string {
  const changed = changes.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const left = revisions - changed;
  const [one, more] = isOver ? ['was', 'were'] : ['is', 'are'];
  const rest = changed === 0 ? `all of them ${more}` : `${formatNumber(left)} ${left === 1 ? one : more}`;
  return `${rest} still to be deregistered${isOver ? ' when this run began' : ''}`;
}
