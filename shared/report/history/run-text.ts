// Prints what one run did, and how to undo it. The lists are bounded; the JSON document has them in full.
import { safe } from '../../domain/safe-text.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { targetName } from '../../domain/dangling.ts';
import { nameOf, type Revision } from '../../domain/revision.ts';
import { printCommand } from '../text/commands.ts';
import { describeAnswer } from '../model/approval.ts';
import { groupByFamily } from '../model/counts.ts';
import { formatExtent, printMostFamilies } from '../sections/family-rows.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, formatNumber, formatTime, toSentence } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import type { RecordedRun, RunHistory } from './model.ts';
import { describeDuration, describeScope } from './parts.ts';

const MOST_FAMILIES = 60;
const MOST_LINES = 50;

export function printRunHistory(given: RunHistory, screen: Screen): string {
  const history = safe(given);
  const { prose: width, paint } = layOut(screen);
  const { run } = history;
  const { results } = run;
  const headed = ([first, ...more]: readonly string[]) =>
    first === undefined ? [] : [paint('heading', first), ...more];
  const revisions = (title: string, list: readonly Revision[]) => headed(printRevisions(title, list, width));
  const entries = (title: string, list: readonly string[]) => headed(printEntries(title, list, width));
  return joinSections([
    wrap(describeState(run), { width }).map((line) => paint(run.state === 'unfinished' ? 'bad' : 'heading', line)),
    printFacts(history, width),
    printStops(run, width),
    entries(
      'Late references',
      results.lateReferences.map((one) => `${clip(shortName(one.referrer), 300)} ${one.relation} ${targetName(one)}`),
    ),
    revisions('Deregistered', results.deregistered),
    revisions('Already deregistered by someone else', results.alreadyInactive),
    entries(
      'Skipped by the final check',
      results.skipped.map(({ revision, reason }) => `${nameOf(revision)}: ${clip(reason, 300)}`),
    ),
    entries(
      'Failed',
      results.failed.map(({ revision, reason, answer }) =>
        [nameOf(revision), clip(reason, 300), ...(answer === '' ? [] : [clip(answer, 300)])].join(': '),
      ),
    ),
    revisions('Planned, but not reached', results.notReached),
    revisions('Planned by the pass that did not finish (see history FAMILY for each)', run.planned),
    printUndo(history, width),
  ]);
}

function describeState({ id, beganAt, endedAt, outcome = '', state, dryRun }: RecordedRun): string {
  const which = `Run ${id} of ${formatTime(beganAt)}${dryRun ? ', a dry run,' : ''}`;
  switch (state) {
    case 'waiting':
      return `${which} waits for approval.`;
    case 'running':
      return `${which} is running.`;
    case 'unfinished':
      return `${which} never finished: it was interrupted and sent no report${endedAt === undefined ? '' : '; the next run reported it'}.`;
    case 'ended':
      return `${which} ended ${clip(outcome, 20)} after ${describeDuration(beganAt, endedAt ?? beganAt)}.`;
  }
}

function printFacts(history: RunHistory, width: number): string[] {
  const { by, version, settings, passes, started, published, state, approval } = history.run;
  const interrupted = started - passes;
  const isOpen = state === 'running' || state === 'waiting';
  const again = interrupted > 0 && !isOpen ? `, interrupted ${formatCount(interrupted, 'time')}` : '';
  const sent = published ? '' : isOpen ? '; not reported yet' : '; never reported';
  return [
    `In ${describeScope(history)}.`,
    `By ${clip(by, 40)}, ecs-revision-pruner ${clip(version, 40)}, settings ${clip(settings, 64)}; ${formatCount(passes, 'pass')}${again}${sent}.`,
    ...(approval === undefined
      ? []
      : [
          `Approval of ${formatCount(approval.revisions, 'revision')}, asked for on ${formatTime(approval.askedAt)}: ${toSentence(clip(describeAnswer(approval), 600))}`,
        ]),
  ].flatMap((line) => wrap(line, { width }));
}

function printStops({ results: { stop, unverified } }: RecordedRun, width: number): string[] {
  return [
    ...(stop === undefined
      ? []
      : [`It stopped early: ${toSentence(clip(stop.reason, 500))} ${clip(stop.remedy, 300)}`]),
    ...(unverified === undefined
      ? []
      : [`It could not check for late references: ${toSentence(clip(unverified.reason, 500))}`]),
  ].flatMap((line) => wrap(line, { width }));
}

function printRevisions(title: string, list: readonly Revision[], width: number): string[] {
  if (list.length === 0) return [];
  const groups = groupByFamily(list);
  return [
    ...wrap(`${title}: ${formatExtent(groups)}`, { width }),
    ...printMostFamilies(groups, width, { most: MOST_FAMILIES, elsewhere: ' (--json lists all)' }),
  ];
}

function printEntries(title: string, entries: readonly string[], width: number): string[] {
  if (entries.length === 0) return [];
  const more = entries.length - MOST_LINES;
  return [
    `${title}: ${formatNumber(entries.length)}`,
    ...entries.slice(0, MOST_LINES).flatMap((one) => wrap(one, { width, first: '  ', rest: '    ' })),
    ...(more > 0 ? [`  ... and ${formatNumber(more)} more (--json lists all)`] : []),
  ];
}

function printUndo({ run, target, where }: RunHistory, width: number): string[] {
  const [late] = run.results.lateReferences.flatMap((one) => (one.target.kind === 'revision' ? [one.target] : []));
  const one = late ?? run.results.deregistered[0];
  if (one === undefined) return [];
  const print = (words: string) => wrapCommand(printCommand(words, { target, where }), width, '  ');
  return [
    'Undo one, undo all, or see the history of a family:',
    ...print(`restore ${nameOf(one)}`),
    ...print(`restore --run ${run.short}`),
    ...print(`history ${one.family}`),
  ];
}
