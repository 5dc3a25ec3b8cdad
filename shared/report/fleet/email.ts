// Prints the daily mail of a fleet: is it fine, what to do, the totals, who is silent, and the targets. As in the mail of a run,
// prose is not wrapped and lists are not aligned.
import { safe } from '../../domain/safe-text.ts';
import { airy } from '../sections/sections.ts';
import { joinSections, type Section } from '../text/screen.ts';
import { formatNumber, formatTime } from '../text/wording.ts';
import { clipOutcome, nameTarget, printFleetSubject, summarizeFleet } from './headline.ts';
import { byNeed, byState, type Fleet, type FleetTarget, inTurn } from './model.ts';
import { describeRun, printFleetItems, printFleetNotes, printSilent, printTotals } from './parts.ts';

const WIDTH = 900;
const MOST_SILENT = 10;
const MOST_TARGETS = 25;

/** @param page the address of the page with all targets */
export function printFleetEmail(given: Fleet, page?: string): { subject: string; body: string } {
  const fleet = safe(given);
  const body = joinSections([
    [summarizeFleet(fleet)],
    printFleetItems(fleet, WIDTH, airy),
    printTotals(fleet, WIDTH),
    printSilent(fleet, WIDTH, MOST_SILENT),
    listTargets(fleet),
    printFleetNotes(fleet, WIDTH),
    [formatTime(fleet.at), ...(page === undefined ? [] : [`Page: ${page}`])],
  ]);
  return { subject: printFleetSubject(fleet), body };
}

/** Those first that need a look: by state, then by what waits, one of each account in turn. Silent ones have a list of their own. */
function listTargets({ targets }: Fleet): Section {
  const known = targets.filter(({ last, state }) => last !== undefined && state !== 'silent').toSorted(byNeed);
  const reporting = inTurn(known).toSorted(byState);
  if (reporting.length === 0) return [];
  const more = reporting.length - MOST_TARGETS;
  return [
    'Targets, those that need a look first:',
    ...reporting.slice(0, MOST_TARGETS).map((target) => `- ${nameTarget(target)}: ${describe(target)}`),
    ...(more > 0 ? [`... and ${formatNumber(more)} more, on the page`] : []),
  ];
}

function describe({ last }: FleetTarget): string {
  return last === undefined ? 'never reported' : `${clipOutcome(last.outcome)}, ${describeRun(last)}`;
}
