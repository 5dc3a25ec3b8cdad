// Prints the explanation of one revision for the operator.
import { safe } from '../../domain/safe-text.ts';
import { nameOf } from '../../domain/revision.ts';
import type { LastUse } from '../../observe/last-use.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import type { Hold } from '../../plan/verdict.ts';
import { toActionItems } from '../model/action-item.ts';
import { describeRetirement } from '../model/retirement.ts';
import { printActionItems, printUnread } from '../sections/sections.ts';
import { joinSections, layOut, type Screen } from '../text/screen.ts';
import { clip, formatCount, formatNumber, joinList, formatTime } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import { printChange } from './change.ts';
import { printChains, printReasons, printReferences, printUnresolvedReferences } from './evidence.ts';
import type { Explanation } from '../../observe/explanation.ts';

export function printExplanation(given: Explanation, screen: Screen): string {
  const explanation = safe(given);
  const { prose: width, paint } = layOut(screen);
  const { verdict, hold, status, retirement } = explanation;
  return joinSections([
    wrap(describeVerdict(explanation), { width }).map((line) => paint('heading', line)),
    verdict?.verdict === 'keep' ? printReasons(verdict, width, paint) : printReferences(explanation, paint),
    printChains(explanation, width),
    printUnresolvedReferences(explanation, paint),
    printChange(explanation, width),
    status !== 'ACTIVE' || retirement === undefined ? [] : wrap(describeRetirement(retirement), { width }),
    hold === undefined ? [] : printActionItems({ actionItems: toActionItems(hold.problems) }, width),
    printFacts(explanation, width),
    printSilentParts(explanation, width),
    printUnread(explanation, width),
  ]);
}

function describeVerdict({ revision, status, verdict, hold, deregisteredAt }: Explanation): string {
  const name = nameOf(revision);
  const since = deregisteredAt === undefined ? '' : ` since ${formatTime(deregisteredAt)}`;
  if (status === 'INACTIVE')
    return `${name} is INACTIVE${since}. Nothing is left to decide: it cannot become ACTIVE again, but its definition can be registered again.`;
  if (status === 'DELETE_IN_PROGRESS')
    return `${name} is being deleted (DELETE_IN_PROGRESS${since === '' ? '' : `, INACTIVE${since}`}). Nothing is left to decide.`;
  switch (verdict?.verdict) {
    case undefined:
      return `${name} is ACTIVE, but was registered after the plan was made.`;
    case 'keep': {
      const rules = formatCount(verdict.reasons.length, 'rule');
      const held = hold === undefined ? '' : ' The whole run is held, so nothing is deregistered anyway.';
      return `${name} is kept: ${rules} ${verdict.reasons.length === 1 ? 'keeps' : 'keep'} it.${held}`;
    }
    case 'hold':
      return `${name} is on hold: no rule keeps it, but ${describeCause(verdict.cause)}.${hold === undefined ? '' : ' The whole run is held.'}`;
    case 'deferred':
      return `${name} is deferred: older revisions fill the cap of the next run. No rule keeps it.`;
    case 'deregister':
      return `${name} will be deregistered in the next run: no rule keeps it.`;
  }
}

function describeCause(cause: Hold['cause']): string {
  return cause === 'unresolved'
    ? 'it may be referenced dynamically'
    : 'a part of the account that may reference it could not be read';
}

function printFacts({ registeredAt, registeredBy, lastUse, tags }: Explanation, width: number): string[] {
  const by = registeredBy === undefined ? '' : ` by ${clip(registeredBy, 300)}`;
  const lines = [
    registeredAt === undefined
      ? 'The time of its registration is not known.'
      : `Registered ${formatTime(registeredAt)}${by}.`,
  ];
  if (lastUse !== undefined) lines.push(describeLastUse(lastUse));
  if (tags !== undefined) {
    const known = tags.map(({ key, value }) => clip(value === '' ? key : `${key} = ${value}`, 200));
    lines.push(`Tags: ${known.length === 0 ? 'none' : joinList(known, 50)}`);
  }
  return lines.flatMap((line) => wrap(line, { width }));
}

/** `Last use: RunTask by arn:aws:sts::123456789012:assumed-role/airflow/monthly, 29 October 2026, 04:54 UTC.` */
function describeLastUse({ at, call, by }: LastUse): string {
  if (by === undefined) return `Last use: ${formatTime(at)}, as a run saw it in use. The caller is not known.`;
  const who = clip(call === undefined ? shortName(by) : by, 300);
  return `Last use: ${call === undefined ? '' : `${clip(call, 80)} by `}${who}, ${formatTime(at)}.`;
}

/** Parts that hold no references. */
const NOT_SOURCES = new Set(['inventory', 'ages', 'dangling', 'state']);

/** The parts that were read and do not reference the revision. */
function printSilentParts({ readings, references, verdict, hold, unresolved }: Explanation, width: number): string[] {
  const speaking = new Set([
    ...references.map(({ source }) => source),
    ...(hold?.problems ?? []).map(({ part }) => part),
    ...unresolved.map(({ source }) => source),
  ]);
  const rules = new Set(verdict?.verdict === 'keep' ? verdict.reasons.map(({ rule }) => rule) : []);
  if (rules.has('protected')) speaking.add('tags');
  if (rules.has('recently-used')) speaking.add('usage');
  const silent = readings.filter(({ part }) => !speaking.has(part) && !NOT_SOURCES.has(part));
  if (silent.length === 0) return [];
  const names = silent.map(({ part, items }) => `${clip(part, 80)} (${formatNumber(items)} read)`);
  return wrap(`Nothing references it in ${joinList(names, 50)}.`, { width });
}
