// A restore for a person: what it is about to do, and what became of it, with the commands that point everybody to the new
// numbers. Values of definitions are secrets and stand nowhere in it.
import type { Caller } from '../domain/revision.ts';
import { callerLines } from './caller.ts';
import { pruner } from './commands.ts';
import { option } from '../domain/paste.ts';
import { safe } from '../domain/safe-text.ts';
import { shortName } from '../plan/rules/referenced.ts';
import { nameOf, rangesOf, type Revision } from '../domain/revision.ts';
import type {
  FamilyPreview,
  Grants,
  RestorePreview,
  RestoreOutcome,
  RestoreResult,
} from '../restore/results.ts';
import type { ActionItem } from './attention.ts';
import { fromFaults } from './attention.ts';
import { rangesText } from './rows.ts';
import { attentionSection } from './sections.ts';
import { pointing } from './stranded.ts';
import { onScreen, type Screen } from './terminal.ts';
import { type FamilyAfter, familiesAfter, gone, isWhole, pointed } from './undone.ts';
import { clip, counted, listed, moment } from './wording.ts';
import { wrap } from './wrap.ts';

/** As many as a person reads before answering; all of them are in the JSON. */
const MOST_NAMED = 6;
const MOST_FAMILIES = 20;
const MOST_RANGES = 24;
const MOST_PATHS = 5;
/** A restore of one run may be of thousands. */
const MOST_RESULTS = 60;

export interface Told extends Screen {
  /** ` --region eu-west-1 --state s3://bucket`: what every command of ours needs to be about the same. */
  readonly place: string;
  readonly onTop: boolean;
  readonly caller?: Caller | undefined;
}

/** For the person who is asked. */
export function restoreProposal(given: RestorePreview, told: Told): string {
  const look = safe(given);
  const { prose, paint } = onScreen(told);
  const { target, families, problems: faults } = look;
  const wanted = gone(look);
  const says = `${counted(wanted.length, 'revision')} ${wanted.length === 1 ? 'is' : 'are'} to be registered again in account ${target.account}, ${target.region}.`;
  return joined([
    [
      ...wrap(says, { width: prose }).map((line) => paint('heading', line)),
      ...callerLines(told.caller, prose),
    ],
    ...families.slice(0, MOST_FAMILIES).map((family) => proposed(family, look, told, prose)),
    families.length > MOST_FAMILIES ? [`... and ${families.length - MOST_FAMILIES} families more`] : [],
    notes(look, prose),
    attentionSection({ actionItems: fromFaults(faults) }, prose),
  ]);
}

function proposed(family: FamilyPreview, look: RestorePreview, { onTop }: Told, width: number): string[] {
  const own = gone(look).filter(({ revision }) => revision.family === family.family);
  const named = look.pinned.filter(({ target }) => target.family === family.family);
  const trap = trapOf(family, onTop, own.length);
  return [
    ...rowOf(
      family.family,
      own.map(({ revision }) => revision),
      width,
    ),
    ...grantsTold(own, width),
    ...wrap(trap, { width, first: '    ' }),
    ...(family.floating.length === 0 ? [] : wrap(startedBy(family, onTop), { width, first: '    ' })),
    ...(named.length === 0
      ? []
      : wrap(
          `${whoIn(named.map(({ referrer }) => referrer))} ${named.length === 1 ? 'names' : 'name'} an old number, and will have to be pointed to the new one.`,
          { width, first: '    ' },
        )),
  ];
}

/** More than a definition has of anything: nobody is to hide one privilege behind many. */
const MOST_GRANTS = 40;

/** What the operator gives to the tasks of these. */
function grantsTold(own: ReturnType<typeof gone>, width: number): string[] {
  const all = (of: (grants: Grants) => readonly string[]) => [
    ...new Set(own.flatMap(({ grants }) => of(grants)).map((one) => clip(one, 300))),
  ];
  const uncompared = own.filter(({ isUncompared }) => isUncompared).map(({ revision }) => nameOf(revision));
  const lines: (readonly [string, readonly string[]])[] = [
    ['Images', all(({ images }) => images)],
    ['Roles', all(({ roles }) => roles)],
    ['Reaches the host', all(({ privileges }) => privileges)],
    ['AWS does not show it any more, so the journal could not be compared', uncompared],
  ];
  return lines.flatMap(([title, some]) =>
    some.length === 0
      ? []
      : wrap(`${title}: ${listed(some, MOST_GRANTS)}.`, { width, first: '    ', rest: '      ' }),
  );
}

/** What is the newest now, and what will be. */
function trapOf({ family, newest, former }: FamilyPreview, onTop: boolean, copies: number): string {
  if (copies === 0 && former !== undefined && former !== newest)
    return `${family}:${newest} is the newest now, ${onTop ? `and ${family}:${former} is registered again on top of it` : 'by an earlier restore'}.`;
  if (newest === undefined)
    return `No revision of ${family} is ACTIVE now: the ${copies === 1 ? 'copy' : 'last copy'} will be the newest.`;
  const now = `${family}:${newest} is the newest now;`;
  if (onTop && former !== undefined)
    return `${now} ${family}:${former} is registered again on top of the ${copies === 1 ? 'copy' : 'copies'}, and what it holds stays the newest.`;
  return `${now} the ${copies === 1 ? 'copy' : 'last copy'} will be.`;
}

function startedBy({ family, floating, former }: FamilyPreview, onTop: boolean): string {
  const who = whoIn(floating.map(({ referrer }) => referrer));
  const [names, starts] = floating.length === 1 ? ['names', 'starts'] : ['name', 'start'];
  const says = `${who} ${names} ${family} without a revision, and ${starts} whatever is the newest.`;
  if (onTop || former === undefined) return says;
  return `${says} With --on-top ${family}:${former} is registered again after the copies, and nothing changes for these.`;
}

function whoIn(who: readonly string[]): string {
  return listed(
    who.map((arn) => clip(shortName(arn), 120)),
    MOST_NAMED,
  );
}

/** What became of it.
 *  @param shown the proposal was shown before */
export function restoreReport(given: RestoreOutcome, told: Told): string {
  const outcome = safe(given);
  const { prose, paint } = onScreen(told);
  const { preview: look, results } = outcome;
  const style = results.every(isWhole) && outcome.stop === undefined ? 'good' : 'bad';
  return joined([
    wrap(headline(outcome), { width: prose }).map((line) => paint(style, line)),
    rows(results, prose),
    notes(look, prose),
    attentionSection({ actionItems: attentionOf(outcome, told) }, prose),
    callerLines(told.caller, prose),
  ]);
}

function headline({ preview: look, results, stop }: RestoreOutcome): string {
  const { account, region } = look.target;
  const where = `account ${account}, ${region}`;
  const own = results.filter(({ onTop }) => !onTop);
  const restored = own.filter(({ became }) => became === 'restored');
  const asked = gone(look).length;
  if (asked === 0 && results.every(({ onTop }) => !onTop))
    return `Nothing was to be registered again in ${where}.`;
  const all = restored.length === asked ? '' : ` of ${asked}`;
  const same = restored.every(isWhole)
    ? ', and what AWS now has is what was there before, tags included'
    : ', but not all of what AWS now has is what was there before';
  const is = `${counted(restored.length, 'revision')}${all} ${restored.length === 1 ? 'is' : 'are'} registered again in ${where}`;
  return `${is}${restored.length === 0 ? '' : same}.${stop === undefined ? '' : ` It stopped: ${clip(stop.reason, 500)}.`}`;
}

function rows(results: readonly RestoreResult[], width: number): string[] {
  const lines = results
    .slice(0, MOST_RESULTS)
    .flatMap((one) =>
      wrap(`${nameOf(one.revision)} ${becameOf(one)}`, { width, first: '  ', rest: '      ' }),
    );
  const more = results.length - MOST_RESULTS;
  return more > 0 ? [...lines, `  ... and ${counted(more, 'revision')} more`] : lines;
}

function becameOf(result: RestoreResult): string {
  const { family } = result.revision;
  switch (result.became) {
    case 'restored': {
      const is = result.onTop ? 'is registered again on top, as' : 'is back as';
      return `${is} ${family}:${result.as}${result.adopted ? ', which an earlier try had registered' : ''}`;
    }
    case 'ACTIVE':
      return 'is ACTIVE: nothing to do';
    case 'back':
      return `is back already, as ${family}:${result.as} since ${moment(result.at)}; --again registers it once more`;
    case 'refused':
      return 'was not taken by AWS';
    case 'failed':
      return 'failed';
    case 'left':
      return result.behind === undefined
        ? 'was not reached'
        : `waits for ${nameOf(result.behind)}, so that the order of ${family} stays`;
  }
}

function rowOf(family: string, revisions: readonly Revision[], width: number): string[] {
  if (revisions.length === 0) return [`  ${clip(family, 255)}`];
  const ranges = rangesText(rangesOf(revisions.map(({ number }) => number)), MOST_RANGES);
  return wrap(`${family}  ${ranges}`, { width, first: '  ', rest: '      ' });
}

/** Nothing to do about these. */
function notes(look: RestorePreview, width: number): string[] {
  const wanted = gone(look);
  const fromAws = wanted.filter(({ from }) => from === 'AWS').map(({ revision }) => nameOf(revision));
  const reserved = [...new Set(wanted.flatMap((one) => one.reserved))];
  const some = [
    ...(fromAws.length === 0
      ? []
      : [`Never journaled, and taken from what AWS still shows: ${listed(fromAws, MOST_NAMED)}.`]),
    ...(reserved.length === 0
      ? []
      : [
          `Tags that only AWS may set are not set again: ${listed(
            reserved.map((key) => clip(key, 128)),
            MOST_NAMED,
          )}.`,
        ]),
    ...look.families.flatMap(({ family, unresolved: unknown }) =>
      unknown.length === 0
        ? []
        : [
            `What ${whoIn(unknown.map(({ referrer }) => referrer))} will start cannot be told; it may be the newest of ${family}.`,
          ],
    ),
  ];
  return some.flatMap((note) => wrap(note, { width }));
}

/** Worst first: what did not come back, then who has to be pointed to the new numbers, then who starts something else. */
export function attentionOf(
  outcome: RestoreOutcome,
  { place, onTop }: Pick<Told, 'place' | 'onTop'>,
): ActionItem[] {
  const { preview: look, results, stop } = outcome;
  const region = ` --region ${look.target.region}`;
  const failed = results.flatMap((one): ActionItem[] => {
    const name = nameOf(one.revision);
    if (one.became === 'refused' || one.became === 'failed')
      return [{ problem: `${name} was not registered again: ${one.reason}`, remedy: one.remedy }];
    if (one.became !== 'restored' || isWhole(one)) return [];
    const copy = `${one.revision.family}:${one.as}`;
    const says =
      one.unchecked === undefined
        ? `${copy} is not what ${name} was: ${listed(
            one.differences.map(({ path, is }) => `${path} ${is}`),
            MOST_PATHS,
          )}`
        : `${copy} could not be compared with what ${name} was: ${one.unchecked}`;
    const next = `Look at what AWS has: \`aws ecs describe-task-definition${option('--task-definition', copy)} --include TAGS${region}\``;
    return [{ problem: says, remedy: next }];
  });
  const told = new Set(failed.map(({ remedy }) => remedy));
  return [
    ...failed,
    ...(stop === undefined || told.has(stop.remedy) ? [] : [{ problem: stop.reason, remedy: stop.remedy }]),
    ...pointed(outcome).map(({ reference, to }) => ({
      problem: `${shortName(reference.referrer)} ${reference.relation} ${reference.target.family}:${reference.target.kind === 'revision' ? reference.target.number : ''}, which is not ACTIVE any more`,
      remedy: pointing(reference, nameOf(to), region),
    })),
    ...familiesAfter(outcome).flatMap((family) => trapped(family, { place, onTop }, outcome)),
    ...fromFaults(look.problems),
  ];
}

/** The undo trap, and the way out of it. */
function trapped(
  { family, floating, former, now, content, isOther }: FamilyAfter,
  { place }: Pick<Told, 'place' | 'onTop'>,
  { results }: RestoreOutcome,
): ActionItem[] {
  if (floating.length === 0 || !isOther || now === undefined || content === undefined) return [];
  const instead = former === undefined ? '' : ` instead of ${family}:${former}`;
  const says = `${whoIn(floating.map(({ referrer }) => referrer))} ${floating.length === 1 ? 'starts' : 'start'} ${family}:${now}, which is ${nameOf(content)} again,${instead}`;
  if (former === undefined)
    return [
      {
        problem: says.replace(/,$/, ''),
        remedy: `Nothing of ${family} was ACTIVE before: register what it is to start.`,
      },
    ];
  const own = results.filter((one) => 'as' in one && !one.onTop && one.revision.family === family);
  const numbers = rangesText(rangesOf(own.map(({ revision }) => revision.number)), MOST_RANGES);
  const next = `To have ${family}:${former} registered again on top, so that it is the newest: \`${pruner(`restore ${family}:${numbers.replaceAll(', ', ',')} --on-top`, { target: undefined }, place)}\``;
  return [{ problem: says, remedy: next }];
}

function joined(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
