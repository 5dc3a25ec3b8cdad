// What became of a family: run by run, newest first, the revisions that went and what each is now. Neighbours with the same
// fate are one line.
import { safe } from '../../domain/safe-text.ts';
import { printRanges, rangesOf } from '../../domain/revision.ts';
import { printCommand } from '../text/commands.ts';
import { onScreen, type Screen } from '../terminal/terminal.ts';
import { clip, formatCount, formatTime } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import type { FamilyHistory, RunIdentity, RevisionHistory } from './model.ts';
import { joined, sceneOf, troubleLines } from './parts.ts';

/** Who needs to know of more reads the JSON. */
const MOST_TROUBLES = 5;
const MOST_LINES = 40;

export function printFamilyHistory(given: FamilyHistory, screen: Screen): string {
  const history = safe(given);
  const { prose: width, paint } = onScreen(screen);
  const { family, runs, unclaimed, more, ambiguousRuns, problems } = history;
  const went = runs.reduce((sum, { took }) => sum + took.length, 0);
  const says =
    went + unclaimed.length + more === 0
      ? `${family}: nothing of it was deregistered by this tool, in ${sceneOf(history)}.`
      : `${family}: ${formatCount(went, 'revision')} deregistered by ${formatCount(runs.length, 'run')}, in ${sceneOf(history)}.`;
  return joined([
    wrap(says, { width }).map((line) => paint('heading', line)),
    ambiguousRuns.flatMap((run) => [
      ...wrap(`There is a run whose id begins so, too:`, { width }),
      ...wrapCommand(printCommand(`history --run ${run}`, history), width, '  '),
    ]),
    ...runs.map((run) => [paint('heading', headOf(run)), ...fates(family, run.took, width)]),
    unclaimedOf(history, width),
    more === 0
      ? []
      : wrap(
          `... and ${formatCount(more, 'entry')} of the journal that ${more === 1 ? 'is' : 'are'} not shown: --limit shows more runs.`,
          { width },
        ),
    ...problems.slice(0, MOST_TROUBLES).map((one) => troubleLines(one, width)),
    problems.length > MOST_TROUBLES
      ? [`... and ${formatCount(problems.length - MOST_TROUBLES, 'more thing')} that could not be read`]
      : [],
    undo(history, width),
  ]);
}

function headOf({ short, beganAt }: RunIdentity): string {
  return `${formatTime(beganAt)}, run ${clip(short, 64)}`;
}

function fates(family: string, took: readonly RevisionHistory[], width: number): string[] {
  const alike = Map.groupBy(took, (one) => fateOf(family, one));
  const groups = Array.from(alike, ([fate, all]) => ({
    fate,
    ranges: rangesOf(all.map(({ number }) => number)),
  }));
  const lines = groups.flatMap(({ fate, ranges }) =>
    wrap(`${printRanges(ranges).join(', ')}: ${fate}`, { width, first: '  ', rest: '    ' }),
  );
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), '  ... (--json lists all)'];
}

function fateOf(family: string, { now, restored, journaled }: RevisionHistory): string {
  const parts: string[] = [NOW[now]];
  for (const { as, at } of restored) parts.push(`registered again as ${family}:${as} on ${formatTime(at)}`);
  if (!journaled) parts.push('not in the journal, so it cannot be registered again from it');
  return parts.join('; ');
}

const NOW: Readonly<Record<RevisionHistory['now'], string>> = {
  ACTIVE: 'ACTIVE, though that run says that it went',
  INACTIVE: 'INACTIVE',
  DELETE_IN_PROGRESS: 'being deleted for good (DELETE_IN_PROGRESS)',
  gone: 'deleted for good: AWS lists it no more',
  unknown: 'what it is now could not be read',
};

function unclaimedOf({ unclaimed, family }: FamilyHistory, width: number): string[] {
  if (unclaimed.length === 0) return [];
  return [
    ...wrap(
      'In the journal, but in no ledger that is left: its run was cut off, its ledger has expired, or others deregistered it and a run deleted it',
      { width },
    ),
    ...unclaimed.flatMap((one) =>
      wrap(
        `${family}:${one.number}: ${formatTime(one.at)}, run ${clip(one.run, 64)}; ${one.now === 'ACTIVE' ? 'still ACTIVE: it was about to go, and did not' : fateOf(family, one)}`,
        {
          width,
          first: '  ',
          rest: '    ',
        },
      ),
    ),
  ];
}

function undo({ family, runs, unclaimed, target, where }: FamilyHistory, width: number): string[] {
  const all = [...runs.flatMap(({ took }) => took), ...unclaimed];
  const one = all.find(({ journaled, now }) => journaled && now !== 'ACTIVE');
  if (one === undefined) return [];
  return [
    'Bring one back:',
    ...wrapCommand(printCommand(`restore ${family}:${one.number}`, { target, where }), width, '  '),
  ];
}
