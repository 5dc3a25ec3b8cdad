// Prints the history of a family: run by run, newest first, the deregistered revisions and the present status of each.
import { safe } from '../../domain/safe-text.ts';
import { printRanges, rangesOf } from '../../domain/revision.ts';
import { printCommand } from '../text/commands.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, formatTime } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import type { FamilyHistory, RevisionHistory, RunIdentity } from './model.ts';
import { describeScope, printProblem } from './parts.ts';

/** The JSON document lists all. */
const MOST_PROBLEMS = 5;
const MOST_LINES = 40;

export function printFamilyHistory(given: FamilyHistory, screen: Screen): string {
  const history = safe(given);
  const { prose: width, paint } = layOut(screen);
  const { family, runs, more, ambiguousRuns, problems } = history;
  return joinSections([
    wrap(summarize(history), { width }).map((line) => paint('heading', line)),
    ambiguousRuns.flatMap((run) => [
      'The id of a run begins like this name, too:',
      ...wrapCommand(printCommand(`history --run ${run}`, history), width, '  '),
    ]),
    ...runs.map((run) => [paint('heading', describeRun(run)), ...printRevisions(family, run.deregistered, width)]),
    printUnclaimed(history, width),
    more === 0
      ? []
      : wrap(
          `... and ${formatCount(more, 'entry')} of the journal ${more === 1 ? 'is' : 'are'} not shown: --limit shows more runs.`,
          { width },
        ),
    ...problems.slice(0, MOST_PROBLEMS).map((one) => printProblem(one, width)),
    problems.length > MOST_PROBLEMS ? [`... and ${formatCount(problems.length - MOST_PROBLEMS, 'more problem')}`] : [],
    printUndo(history, width),
  ]);
}

function summarize(history: FamilyHistory): string {
  const { family, runs, unclaimed, more } = history;
  const count = runs.reduce((sum, { deregistered }) => sum + deregistered.length, 0);
  const what =
    count + unclaimed.length + more === 0
      ? 'this tool has deregistered none of it'
      : `${formatCount(count, 'revision')} deregistered by ${formatCount(runs.length, 'run')}`;
  return `${family}: ${what}, in ${describeScope(history)}.`;
}

function describeRun({ short, beganAt }: RunIdentity): string {
  return `${formatTime(beganAt)}, run ${clip(short, 64)}`;
}

/** Revisions with the same history share a line. */
function printRevisions(family: string, revisions: readonly RevisionHistory[], width: number): string[] {
  const alike = Map.groupBy(revisions, (one) => describeRevision(family, one));
  const lines = Array.from(alike, ([text, all]) => {
    const ranges = printRanges(rangesOf(all.map(({ number }) => number)));
    return wrap(`${ranges.join(', ')}: ${text}`, { width, first: '  ', rest: '    ' });
  }).flat();
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), '  ... (--json lists all)'];
}

function describeRevision(family: string, { now, restored, journaled }: RevisionHistory): string {
  return [
    statuses[now],
    ...restored.map(({ as, at }) => `registered again as ${family}:${as} on ${formatTime(at)}`),
    ...(journaled ? [] : ['not in the journal, so it cannot be registered again from there']),
  ].join('; ');
}

const statuses: Readonly<Record<RevisionHistory['now'], string>> = {
  ACTIVE: 'ACTIVE, although that run recorded it as deregistered',
  INACTIVE: 'INACTIVE',
  DELETE_IN_PROGRESS: 'being deleted (DELETE_IN_PROGRESS)',
  missing: 'deleted: AWS no longer lists it',
  unknown: 'its present status could not be read',
};

function printUnclaimed({ unclaimed, family }: FamilyHistory, width: number): string[] {
  if (unclaimed.length === 0) return [];
  return [
    ...wrap(
      'In the journal, but in no run record: the run was interrupted, its record has expired, or someone else deregistered the revision and a run deleted it',
      { width },
    ),
    ...unclaimed.flatMap((one) => {
      const status =
        one.now === 'ACTIVE' ? 'still ACTIVE: planned, but not deregistered' : describeRevision(family, one);
      return wrap(`${family}:${one.number}: ${formatTime(one.at)}, run ${clip(one.run, 64)}; ${status}`, {
        width,
        first: '  ',
        rest: '    ',
      });
    }),
  ];
}

function printUndo({ family, runs, unclaimed, target, where }: FamilyHistory, width: number): string[] {
  const all = [...runs.flatMap(({ deregistered }) => deregistered), ...unclaimed];
  const one = all.find(({ journaled, now }) => journaled && now !== 'ACTIVE');
  if (one === undefined) return [];
  return [
    'Register one again:',
    ...wrapCommand(printCommand(`restore ${family}:${one.number}`, { target, where }), width, '  '),
  ];
}
