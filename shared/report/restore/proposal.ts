// Prints a planned restore before the prompt: what is registered, the privileges of its tasks, and the effect on references.
import { safe } from '../../domain/safe-text.ts';
import { type Caller, nameOf, rangesOf, type Revision } from '../../domain/revision.ts';
import type { FamilyPreview, Grants, RestorePreview } from '../../restore/results.ts';
import { toActionItems } from '../model/action-item.ts';
import { printCaller } from '../sections/caller.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { printActionItems } from '../sections/sections.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, joinList } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { listReferrers } from './action-items.ts';
import { itemsToRestore } from './after.ts';

/** The JSON document has all of them. */
const MOST_FAMILIES = 20;
const MOST_RANGES = 24;

export interface RestoreScreen extends Screen {
  /** ` --region eu-west-1 --state s3://bucket`, for every printed command. */
  readonly place: string;
  readonly onTop: boolean;
  readonly caller?: Caller | undefined;
}

export function printRestoreProposal(given: RestorePreview, screen: RestoreScreen): string {
  const preview = safe(given);
  const { prose: width, paint } = layOut(screen);
  const { target, families, problems } = preview;
  const count = formatCount(itemsToRestore(preview).length, 'revision');
  const summary = `${count} will be registered again in account ${target.account}, ${target.region}.`;
  return joinSections([
    [...wrap(summary, { width }).map((line) => paint('heading', line)), ...printCaller(screen.caller, width)],
    ...families.slice(0, MOST_FAMILIES).map((family) => printFamily(family, preview, screen, width)),
    families.length > MOST_FAMILIES ? [`... and ${formatCount(families.length - MOST_FAMILIES, 'more family')}`] : [],
    printNotes(preview, width),
    printActionItems({ actionItems: toActionItems(problems) }, width),
  ]);
}

function printFamily(
  family: FamilyPreview,
  preview: RestorePreview,
  { onTop }: RestoreScreen,
  width: number,
): string[] {
  const own = itemsToRestore(preview).filter(({ revision }) => revision.family === family.family);
  const revisions = own.map(({ revision }) => revision);
  const stale = preview.pinned.filter(({ target }) => target.family === family.family);
  const referrers = listReferrers(stale.map(({ referrer }) => referrer));
  const effects = [
    describeNewest(family, onTop, own.length),
    ...(family.floating.length === 0 ? [] : [describeFloating(family, onTop)]),
    ...(stale.length === 0
      ? []
      : [
          `${referrers} ${stale.length === 1 ? 'references' : 'reference'} an old number and must be updated to the new one.`,
        ]),
  ];
  return [
    ...printRevisions(family.family, revisions, width),
    ...printGrants(own, width),
    ...effects.flatMap((effect) => wrap(effect, { width, first: '    ' })),
  ];
}

function printRevisions(family: string, revisions: readonly Revision[], width: number): string[] {
  if (revisions.length === 0) return [`  ${clip(family, 255)}`];
  const ranges = formatRanges(rangesOf(revisions.map(({ number }) => number)), MOST_RANGES);
  return wrap(`${family}  ${ranges}`, { width, first: '  ', rest: '      ' });
}

/** More than a definition has of anything, so that a long list cannot hide a privilege. */
const MOST_GRANTS = 40;

/** The permissions that tasks of these revisions get. */
function printGrants(own: ReturnType<typeof itemsToRestore>, width: number): string[] {
  const all = (of: (grants: Grants) => readonly string[]) => [
    ...new Set(own.flatMap(({ grants }) => of(grants)).map((one) => clip(one, 300))),
  ];
  const uncompared = own.filter(({ isUncompared }) => isUncompared).map(({ revision }) => nameOf(revision));
  const lines: (readonly [string, readonly string[]])[] = [
    ['Images', all(({ images }) => images)],
    ['Roles', all(({ roles }) => roles)],
    ['Host access', all(({ privileges }) => privileges)],
    ['Not compared with AWS, which no longer shows it', uncompared],
  ];
  return lines.flatMap(([title, some]) =>
    some.length === 0
      ? []
      : wrap(`${title}: ${joinList(some, MOST_GRANTS)}.`, { width, first: '    ', rest: '      ' }),
  );
}

function describeNewest({ family, newest, former }: FamilyPreview, onTop: boolean, copies: number): string {
  const copy = copies === 1 ? 'copy' : 'last copy';
  if (copies === 0 && former !== undefined && former !== newest)
    return `${family}:${newest} is the newest now, ${onTop ? `and ${family}:${former} will be registered again on top of it` : 'from an earlier restore'}.`;
  if (newest === undefined) return `No revision of ${family} is ACTIVE now. The ${copy} will be the newest.`;
  const now = `${family}:${newest} is the newest now.`;
  if (onTop && former !== undefined)
    return `${now} ${family}:${former} will be registered again on top of the ${copies === 1 ? 'copy' : 'copies'}, so its definition stays the newest.`;
  return `${now} The ${copy} will be the newest.`;
}

function describeFloating({ family, floating, former }: FamilyPreview, onTop: boolean): string {
  const referrers = listReferrers(floating.map(({ referrer }) => referrer));
  const verbs = floating.length === 1 ? ['references', 'starts'] : ['reference', 'start'];
  const text = `${referrers} ${verbs[0]} ${family} without a revision and ${verbs[1]} the newest one.`;
  if (onTop || former === undefined) return text;
  return `${text} With --on-top, ${family}:${former} is registered again after the copies, and nothing changes for ${floating.length === 1 ? 'it' : 'them'}.`;
}

const MOST_NAMES = 6;

/** Notes that need no action. */
export function printNotes(preview: RestorePreview, width: number): string[] {
  const items = itemsToRestore(preview);
  const fromAws = items.filter(({ from }) => from === 'AWS').map(({ revision }) => nameOf(revision));
  const reserved = [...new Set(items.flatMap((one) => one.reserved))].map((key) => clip(key, 128));
  const notes = [
    ...(fromAws.length === 0
      ? []
      : [`Not in the journal, so the definition comes from AWS: ${joinList(fromAws, MOST_NAMES)}.`]),
    ...(reserved.length === 0
      ? []
      : [`Only AWS can set these tags, so they are not set again: ${joinList(reserved, MOST_NAMES)}.`]),
    ...preview.families.flatMap(({ family, unresolved }) =>
      unresolved.length === 0
        ? []
        : [
            `${listReferrers(unresolved.map(({ referrer }) => referrer))} may resolve to the newest revision of ${family}.`,
          ],
    ),
  ];
  return notes.flatMap((note) => wrap(note, { width }));
}
