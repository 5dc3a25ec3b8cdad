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

export function printSavedPlan({ saved }: Pick<Report, 'saved'>, width: number): Section {
  if (saved === undefined) return [];
  const { createdAt, revisions, changes, outside } = saved;
  const changed = changes.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0);
  const left = revisions - changed;
  const still = changed === 0 ? 'all of them are' : `${formatNumber(left)} ${left === 1 ? 'is' : 'are'}`;
  const heading = `Saved plan: ${formatCount(revisions, 'revision')} on ${formatTime(createdAt)}; ${still} still to be deregistered`;
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
