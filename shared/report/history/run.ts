// What one run did: every list of its ledger with the reasons, and how to undo it. Lists are bounded as the report's are; the
// JSON has them whole.
import { safe } from '../../domain/safe-text.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { targetName } from '../../domain/dangling.ts';
import { nameOf, type Revision } from '../../domain/revision.ts';
import { pruner } from '../commands.ts';
import { grouping } from '../counts.ts';
import { extent, familyRows } from '../rows.ts';
import { onScreen, type Screen } from '../terminal.ts';
import { clip, counted, grouped, moment, sentence } from '../wording.ts';
import { wrap, wrapPaste } from '../wrap.ts';
import type { Recorded, RunHistory } from './model.ts';
import { joined, lasted, sceneOf } from './parts.ts';

const MOST_FAMILIES = 60;
const MOST_LINES = 50;

export function historyOfRunText(given: RunHistory, screen: Screen): string {
  const history = safe(given);
  const { prose: width, paint } = onScreen(screen);
  const { run } = history;
  const { results } = run;
  const headed = ([first = '', ...more]: readonly string[]) =>
    first === '' ? [] : [paint('heading', first), ...more];
  return joined([
    wrap(courseOf(run), { width }).map((line) =>
      paint(run.course === 'never ended' ? 'bad' : 'heading', line),
    ),
    factsOf(history, width),
    stoppedOf(run, width),
    headed(stranded(run, width)),
    headed(
      revisions(run.dryRun ? 'Was not to deregister anything' : 'Deregistered', results.deregistered, width),
    ),
    headed(revisions('Gone before it came', results.alreadyInactive, width)),
    headed(reasons('Spared at the last look', results.skipped, width)),
    headed(reasons('Failed', results.failed, width)),
    headed(revisions('Decided, and not reached', results.notReached, width)),
    headed(
      revisions(
        'About to go when it was last heard of (history FAMILY says what became of each)',
        run.planned,
        width,
      ),
    ),
    undo(history, width),
  ]);
}

function courseOf({ id, beganAt, endedAt, outcome = '', course, dryRun }: Recorded): string {
  const which = `Run ${id} of ${moment(beganAt)}${dryRun ? ', a dry run,' : ''}`;
  switch (course) {
    case 'at work':
      return `${which} is at work.`;
    case 'never ended':
      return `${which} never ended: it was cut off, and nobody had its report${endedAt === undefined ? '' : ', until the next run told of it'}.`;
    case 'ended':
      return `${which} ended ${clip(outcome, 20)} after ${lasted(beganAt, endedAt ?? beganAt)}.`;
  }
}

function factsOf(history: RunHistory, width: number): string[] {
  const { by, version, settings, passes, started, published, course } = history.run;
  const cut = started - passes;
  const again = cut > 0 && course !== 'at work' ? `, ${counted(cut, 'time')} cut off` : '';
  const sent = published ? '' : course === 'at work' ? '; not reported yet' : '; never reported';
  return [
    `In ${sceneOf(history)}.`,
    `By ${clip(by, 40)}, ecs-revision-pruner ${clip(version, 40)}, settings ${clip(settings, 64)}; ${counted(passes, 'pass')}${again}${sent}.`,
  ].flatMap((line) => wrap(line, { width }));
}

function stoppedOf({ results }: Recorded, width: number): string[] {
  const lines: string[] = [];
  if (results.stop !== undefined)
    lines.push(
      ...wrap(
        `It stopped early: ${sentence(clip(results.stop.reason, 500))} ${clip(results.stop.remedy, 300)}`,
        {
          width,
        },
      ),
    );
  if (results.unverified !== undefined)
    lines.push(
      ...wrap(
        `Whether somebody took up what had gone it could not see: ${sentence(clip(results.unverified.reason, 500))}`,
        {
          width,
        },
      ),
    );
  return lines;
}

function revisions(title: string, list: readonly Revision[], width: number): string[] {
  if (list.length === 0) return [];
  const groups = grouping(list);
  const hidden = groups.slice(MOST_FAMILIES);
  return [
    ...wrap(`${title}: ${extent(groups)}`, { width }),
    ...familyRows(groups.slice(0, MOST_FAMILIES), width),
    ...(hidden.length > 0 ? [`  ... and ${extent(hidden)} (--json lists all)`] : []),
  ];
}

interface Reasoned {
  readonly revision: Revision;
  readonly reason: string;
  readonly answer?: string;
}

function reasons(title: string, list: readonly Reasoned[], width: number): string[] {
  if (list.length === 0) return [];
  return [
    `${title}: ${counted(list.length, 'revision')}`,
    ...list.slice(0, MOST_LINES).flatMap(({ revision, reason: says, answer: said = '' }) =>
      wrap(`${nameOf(revision)}: ${clip(says, 300)}${said === '' ? '' : `: ${clip(said, 300)}`}`, {
        width,
        first: '  ',
        rest: '    ',
      }),
    ),
    ...hidden(list.length),
  ];
}

function stranded({ results }: Recorded, width: number): string[] {
  const list = results.lateReferences;
  if (list.length === 0) return [];
  return [
    ...wrap(`Stranded: ${counted(list.length, 'thing')} named what it took`, { width }),
    ...list.slice(0, MOST_LINES).flatMap((one) =>
      wrap(`${clip(shortName(one.referrer), 300)} ${one.relation} ${targetName(one)}`, {
        width,
        first: '  ',
        rest: '    ',
      }),
    ),
    ...hidden(list.length),
  ];
}

function hidden(count: number): string[] {
  return count > MOST_LINES ? [`  ... and ${grouped(count - MOST_LINES)} more (--json lists all)`] : [];
}

function undo({ run, target, where }: RunHistory, width: number): string[] {
  const [first] = run.results.lateReferences.flatMap(({ target }) =>
    target.kind === 'revision' ? [target] : [],
  );
  const one = first ?? run.results.deregistered[0];
  if (one === undefined) return [];
  const lines = (words: string) => wrapPaste(pruner(words, { target, where }), width, '  ');
  return [
    'Undo one, or all of it; or see what became of a family:',
    ...lines(`restore ${nameOf(one)}`),
    ...lines(`restore --run ${run.short}`),
    ...lines(`history ${one.family}`),
  ];
}
