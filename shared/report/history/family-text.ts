// What became of a family: run by run, newest first, the revisions that went and what each is now. Neighbours with the same
// fate are one line.
import { safe } from '../../domain/safe-text.ts';
import { printRanges, rangesOf } from '../../domain/revision.ts';
import { pruner } from '../text/commands.ts';
import { onScreen, type Screen } from '../terminal/terminal.ts';
import { clip, counted, moment } from '../text/wording.ts';
import { wrap, wrapPaste } from '../text/wrap.ts';
import type { FamilyHistory, Known, Taken } from './model.ts';
import { joined, sceneOf, troubleLines } from './parts.ts';

/** Who needs to know of more reads the JSON. */
const MOST_TROUBLES = 5;
const MOST_LINES = 40;

export function historyOfFamilyText(given: FamilyHistory, screen: Screen): string {
  const history = safe(given);
  const { prose: width, paint } = onScreen(screen);
  const { family, by, unclaimed, more, alsoRuns, troubles } = history;
  const went = by.reduce((sum, { took }) => sum + took.length, 0);
  const says =
    went + unclaimed.length + more === 0
      ? `${family}: nothing of it was deregistered by this tool, in ${sceneOf(history)}.`
      : `${family}: ${counted(went, 'revision')} deregistered by ${counted(by.length, 'run')}, in ${sceneOf(history)}.`;
  return joined([
    wrap(says, { width }).map((line) => paint('heading', line)),
    alsoRuns.flatMap((run) => [
      ...wrap(`There is a run whose id begins so, too:`, { width }),
      ...wrapPaste(pruner(`history --run ${run}`, history), width, '  '),
    ]),
    ...by.map((run) => [paint('heading', headOf(run)), ...fates(family, run.took, width)]),
    unclaimedOf(history, width),
    more === 0
      ? []
      : wrap(
          `... and ${counted(more, 'entry')} of the journal that ${more === 1 ? 'is' : 'are'} not shown: --limit shows more runs.`,
          { width },
        ),
    ...troubles.slice(0, MOST_TROUBLES).map((one) => troubleLines(one, width)),
    troubles.length > MOST_TROUBLES
      ? [`... and ${counted(troubles.length - MOST_TROUBLES, 'more thing')} that could not be read`]
      : [],
    undo(history, width),
  ]);
}

function headOf({ short, beganAt }: Known): string {
  return `${moment(beganAt)}, run ${clip(short, 64)}`;
}

function fates(family: string, took: readonly Taken[], width: number): string[] {
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

function fateOf(family: string, { now, restored, journaled }: Taken): string {
  const parts: string[] = [NOW[now]];
  for (const { as, at } of restored) parts.push(`registered again as ${family}:${as} on ${moment(at)}`);
  if (!journaled) parts.push('not in the journal, so it cannot be registered again from it');
  return parts.join('; ');
}

const NOW: Readonly<Record<Taken['now'], string>> = {
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
        `${family}:${one.number}: ${moment(one.at)}, run ${clip(one.run, 64)}; ${one.now === 'ACTIVE' ? 'still ACTIVE: it was about to go, and did not' : fateOf(family, one)}`,
        {
          width,
          first: '  ',
          rest: '    ',
        },
      ),
    ),
  ];
}

function undo({ family, by, unclaimed, target, where }: FamilyHistory, width: number): string[] {
  const all = [...by.flatMap(({ took }) => took), ...unclaimed];
  const one = all.find(({ journaled, now }) => journaled && now !== 'ACTIVE');
  if (one === undefined) return [];
  return [
    'Bring one back:',
    ...wrapPaste(pruner(`restore ${family}:${one.number}`, { target, where }), width, '  '),
  ];
}
