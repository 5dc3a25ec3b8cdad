// One revision explained: its verdict, every reason with the evidence that a person can check, what was asked and knows
// nothing of it, and what was not asked.
import { leaveOut } from '../domain/paste.ts';
import { safe } from '../domain/safe-text.ts';
import type { LastCall, Reading, Reference, UnresolvedReference } from '../domain/evidence.ts';
import { shortName } from '../plan/rules/referenced.ts';
import { rules } from '../plan/rules/rules.ts';
import type { Hold, Verdict } from '../plan/verdict.ts';
import { tagFor } from '../domain/protect-tag.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { fromFaults } from './attention.ts';
import type { Unread } from './model.ts';
import type { Paint } from './paint.ts';
import { type Retirement, retirementSentence } from './retired.ts';
import { attentionSection, unreadSection } from './sections.ts';
import { onScreen, type Screen } from './terminal.ts';
import { clip, counted, grouped, listed, moment } from './wording.ts';
import { wrap, wrapPaste } from './wrap.ts';

export interface Explanation {
  readonly revision: Revision;
  readonly arn: string;
  /** The tags that would keep it: a key, or key=value. */
  readonly protectTags: readonly string[];
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** The plan's; absent when it is not ACTIVE, since nothing is decided about it then. */
  readonly verdict: Verdict | undefined;
  /** What holds the whole run, also when this revision is kept anyway. */
  readonly hold: Hold | undefined;
  /** What will start a revision that could be of its family, while nobody can tell which. */
  readonly unknown: readonly UnresolvedReference[];
  /** Whoever names it, whatever its status. */
  readonly namedBy: readonly Reference[];
  readonly readings: readonly Pick<Reading, 'part' | 'items'>[];
  readonly unread: readonly Unread[];
  /** Milliseconds since the epoch; absent when it could not be described. */
  readonly registeredAt?: number | undefined;
  readonly registeredBy?: string | undefined;
  /** As far as CloudTrail, and the nights before, have told. */
  readonly lastCall?: LastCall | undefined;
  readonly deregisteredAt?: number | undefined;
  /** Whether its family is retired; absent where none ever is. */
  readonly retirement?: Retirement | undefined;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
}

export function explain(given: Explanation, screen: Screen): string {
  const explanation = safe(given);
  const { prose, paint } = onScreen(screen);
  const { hold } = explanation;
  const sections = [
    wrap(verdictOf(explanation), { width: prose }).map((line) => paint('heading', line)),
    explanation.verdict?.verdict === 'keep'
      ? reasons(explanation.verdict, paint)
      : namings(explanation, paint),
    couldMean(explanation, paint),
    changes(explanation, prose),
    retirementOf(explanation, prose),
    hold === undefined ? [] : attentionSection({ actionItems: fromFaults(hold.problems) }, prose),
    facts(explanation, prose),
    foundNothing(explanation, prose),
    unreadSection(explanation, prose),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function verdictOf({ revision, status, verdict, hold, deregisteredAt }: Explanation): string {
  const name = nameOf(revision);
  const since = deregisteredAt === undefined ? '' : ` since ${moment(deregisteredAt)}`;
  if (status === 'INACTIVE')
    return `${name} is INACTIVE${since}. Nothing is left to decide: it cannot become ACTIVE again, but its definition can be registered anew.`;
  if (status === 'DELETE_IN_PROGRESS')
    return `${name} is being deleted (DELETE_IN_PROGRESS${since === '' ? '' : `, INACTIVE${since}`}). Nothing is left to decide.`;
  const held = hold === undefined ? '' : ' The whole run is held, so nothing goes anyway.';
  switch (verdict?.verdict) {
    case undefined:
      return `${name} is ACTIVE, but was not there yet when the plan was made.`;
    case 'keep':
      return `${name} stays: ${counted(verdict.reasons.length, 'rule')} ${verdict.reasons.length === 1 ? 'keeps' : 'keep'} it.${held}`;
    case 'hold':
      return `${name} is held: no rule keeps it, but ${whyHeld(verdict.cause)}${hold === undefined ? '.' : '. The whole run is held.'}`;
    case 'deferred':
      return `${name} may go, but not in the next run: older revisions fill its cap. No rule keeps it.`;
    case 'deregister':
      return `${name} goes in the next run: no rule keeps it.`;
  }
}

function whyHeld(cause: Hold['cause']): string {
  return cause === 'unresolved'
    ? 'it may be referenced dynamically'
    : 'something could not be read that may name it';
}

/** Each with the line that leaves it out. */
function couldMean({ unknown, status }: Explanation, paint: Paint): string[] {
  if (unknown.length === 0 || status !== 'ACTIVE') return [];
  return [
    paint('heading', 'What may resolve to it'),
    ...unknown
      .slice(0, MOST_NAMINGS)
      .flatMap(({ referrer, description }) => [`  ${referrer}`, `    ${clip(description, 300)}`]),
  ];
}

/** Which single change would let it go, or keep it. */
function changes({ status, verdict, arn, protectTags, unknown }: Explanation, width: number): string[] {
  if (status !== 'ACTIVE' || verdict === undefined) return [];
  if (verdict.verdict === 'keep') return wrap(wouldGo(verdict.reasons), { width });
  const [one, ...more] = unknown;
  if (verdict.verdict === 'hold' && one !== undefined && more.length === 0)
    return [
      ...wrap(
        'One change would let it go: let that name its family without a revision, or leave it out in the settings:',
        { width },
      ),
      ...wrapPaste(leaveOut(one.referrer), width, '  '),
    ];
  const [tag] = protectTags;
  if (tag === undefined) return wrap('To keep it, protect its family in the settings.', { width });
  const { key, value } = tagFor(tag);
  const command = `aws ecs tag-resource --resource-arn ${arn} --tags 'key=${key},value=${value}'`;
  return [
    ...wrap('To keep it, tag it, or protect its family in the settings:', { width }),
    ...wrapPaste(command, width, '  '),
  ];
}

function retirementOf({ status, retirement }: Explanation, width: number): string[] {
  return status !== 'ACTIVE' || retirement === undefined
    ? []
    : wrap(retirementSentence(retirement), { width });
}

function wouldGo([first, ...more]: Extract<Verdict, { verdict: 'keep' }>['reasons']): string {
  if (more.length > 0) {
    const names = [first, ...more].map(({ rule }) => rule);
    return `No single change would let it go: ${listed(names, names.length)} each keep it.`;
  }
  const by: readonly (Reference | string)[] = 'by' in first ? first.by : [];
  const [only] = by;
  if (by.length === 1 && typeof only === 'object')
    return `One change would let it go: it would if ${shortName(only.referrer)} named another revision.`;
  const all = by.length > 1 ? `, all ${grouped(by.length)} of them` : '';
  const frees = rules.find(({ name }) => name === first.rule)?.frees ?? 'that were no longer so';
  return `One change would let it go: it would if ${frees}${all}.`;
}

/** Whoever reads more of them asks AWS; the count is whole. */
const MOST_NAMINGS = 50;

/** ARNs are not broken at the screen's width: they are there to be copied. */
function reasons({ reasons }: Extract<Verdict, { verdict: 'keep' }>, paint: Paint): string[] {
  return reasons.flatMap((reason) => {
    const by: readonly (Reference | string)[] = 'by' in reason ? reason.by : [];
    return [`${paint('heading', reason.rule)}: ${reason.text}`, ...evidence(by)];
  });
}

function namings({ namedBy, status }: Explanation, paint: Paint): string[] {
  if (namedBy.length === 0) return status === 'ACTIVE' ? [] : ['Nothing that was read names it.'];
  const heading = `Still named by ${counted(namedBy.length, 'thing')}`;
  return [
    `${paint('heading', heading)}; what runs goes on, but nothing can be started with it or updated to it`,
    ...evidence(namedBy),
  ];
}

function evidence(by: readonly (Reference | string)[]): string[] {
  const lines = by
    .slice(0, MOST_NAMINGS)
    .map((one) => (typeof one === 'string' ? `  ${one}` : `  ${use(one).padEnd(13)} ${chain(one)}`));
  return by.length > MOST_NAMINGS ? [...lines, `  ... and ${grouped(by.length - MOST_NAMINGS)} more`] : lines;
}

/** From what a person opens in the console down to the revision: `arn:…:stateMachine:reports > version 3 > state Run (disabled)` */
function chain({ referrer, via = [], paused }: Reference): string {
  const aside = paused === undefined ? '' : ` (${paused})`;
  return `${[referrer, ...via].map((step) => clip(step, 300)).join(' > ')}${aside}`;
}

/** A family without a revision means whatever is the newest when it is used. */
function use({ relation, target }: Reference): string {
  return target.kind === 'floating' ? `${relation} (by its family)` : relation;
}

function facts({ registeredAt, registeredBy, lastCall, tags }: Explanation, width: number): string[] {
  const by = registeredBy === undefined ? '' : ` by ${clip(registeredBy, 300)}`;
  const registered =
    registeredAt === undefined
      ? 'When it was registered is not known.'
      : `Registered ${moment(registeredAt)}${by}.`;
  const called =
    lastCall === undefined
      ? []
      : [`Last call: ${clip(lastCall.call, 80)}, ${moment(lastCall.at)}, by ${clip(lastCall.caller, 300)}.`];
  const known = (tags ?? []).map(({ key, value }) => clip(value === '' ? key : `${key} = ${value}`, 200));
  const tagged = tags === undefined ? [] : [`Tags: ${known.length === 0 ? 'none' : listed(known, 50)}`];
  return [registered, ...called, ...tagged].flatMap((line) => wrap(line, { width }));
}

/** The inventory, the ages and our own state name nobody. */
const NOT_SOURCES = new Set(['inventory', 'ages', 'stranded', 'state']);

function foundNothing({ readings, namedBy, verdict, hold, unknown }: Explanation, width: number): string[] {
  const naming = new Set(namedBy.map(({ source }) => source));
  const rules = new Set(verdict?.verdict === 'keep' ? verdict.reasons.map(({ rule }) => rule) : []);
  if (rules.has('protected')) naming.add('tags');
  if (rules.has('recently-used')) naming.add('usage');
  for (const { part } of hold?.problems ?? []) naming.add(part);
  for (const { source } of unknown) naming.add(source);
  const silent = readings.filter(({ part }) => !naming.has(part) && !NOT_SOURCES.has(part));
  if (silent.length === 0) return [];
  const names = silent.map(({ part, items }) => `${clip(part, 80)} (${grouped(items)} read)`);
  return wrap(`Read, and nothing there names it: ${listed(names, 50)}.`, { width });
}
