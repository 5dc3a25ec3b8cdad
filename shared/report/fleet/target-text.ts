// Prints one target of a fleet on the terminal: how its newest run ended, what it needs, and its last nights.
import { safe } from '../../domain/safe-text.ts';
import { printActionItems } from '../sections/sections.ts';
import { joinSections, layOut, type Screen, type Section } from '../text/screen.ts';
import { clip, formatCount, formatNumber, formatTime } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { clipOutcome, nameTarget } from './headline.ts';
import type { FleetTarget, TargetDetails } from './model.ts';

export function printFleetTarget(given: TargetDetails, screen: Screen): string {
  const { target, attention, moreAttention } = safe(given);
  const { prose: width } = layOut(screen);
  const { last, nights, state } = target;
  if (last === undefined) return joinSections([wrap(`${nameTarget(target)} has never reported.`, { width })]);
  const isSilent = state === 'silent' ? 'silent since then; ' : '';
  return joinSections([
    wrap(`${nameTarget(target)}: ${isSilent}${clipOutcome(last.outcome)}. ${last.verdict}`, { width }),
    [
      ...printActionItems({ actionItems: attention }, width),
      ...(moreAttention > 0 ? [`... and ${formatCount(moreAttention, 'more item')} in its report`] : []),
    ],
    listNights(nights, width),
    [
      ...wrap(`Run ${clip(last.id, 80)}, ecs-revision-pruner ${clip(last.version, 40)}`, { width }),
      ...wrap(`Began ${formatTime(last.beganAt)}; its event arrived ${formatTime(last.receivedAt)}`, { width }),
      ...(last.report === undefined ? [] : [`Report: ${last.report}`]),
    ],
  ]);
}

const MOST_NIGHTS = 10;

function listNights(nights: FleetTarget['nights'], width: number): Section {
  if (nights.length === 0) return [];
  return [
    'Last nights:',
    ...nights
      .slice(-MOST_NIGHTS)
      .toReversed()
      .flatMap(({ beganAt, outcome, active, deregistered, waiting }) =>
        wrap(
          `${formatTime(beganAt)}: ${clipOutcome(outcome)}, ${formatNumber(active)} ACTIVE, ${formatNumber(deregistered)} deregistered, ${formatNumber(waiting)} wait`,
          { width, first: '  ', rest: '    ' },
        ),
      ),
  ];
}
