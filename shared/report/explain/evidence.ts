// Prints the evidence for a verdict: reasons, references and unresolved references, with ARNs to copy.
import type { Reference } from '../../domain/evidence.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { Paint } from '../text/paint.ts';
import { clip, formatCount, formatNumber, toSentence } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import type { Explanation } from '../../observe/explanation.ts';
import { describeChain } from './release.ts';

/** The count is complete; the others can be listed with the AWS CLI. */
const MOST_REFERRERS = 50;

export function printReasons(
  { reasons }: Extract<Verdict, { verdict: 'keep' }>,
  width: number,
  paint: Paint,
): string[] {
  return reasons.flatMap((reason) => {
    const by: readonly (Reference | string)[] = 'by' in reason ? reason.by : [];
    const { rule, text } = reason;
    const [first = '', ...rest] = wrap(`${rule}: ${text}`, { width, rest: '  ' });
    return [paint('heading', rule) + first.slice(rule.length), ...rest, ...printReferrers(by)];
  });
}

export function printReferences({ references, status }: Explanation, paint: Paint): string[] {
  if (references.length === 0) return status === 'ACTIVE' ? [] : ['Nothing that was read references it.'];
  const referrers = new Set(references.map(({ referrer }) => referrer));
  const heading = `Still referenced by ${formatCount(referrers.size, 'resource')}`;
  return [
    `${paint('heading', heading)}. Running tasks continue, but new tasks and deployments of it fail.`,
    ...printReferrers(references),
  ];
}

export function printUnresolvedReferences(
  { unresolved, status }: Pick<Explanation, 'unresolved' | 'status'>,
  paint: Paint,
): string[] {
  if (unresolved.length === 0 || status !== 'ACTIVE') return [];
  return [
    paint('heading', 'Unresolved references that may resolve to it'),
    ...unresolved
      .slice(0, MOST_REFERRERS)
      .flatMap(({ referrer, description }) => [`  ${referrer}`, `    ${clip(description, 300)}`]),
  ];
}

/** How each reference in another definition comes into use. */
export function printChains({ chains }: Pick<Explanation, 'chains'>, width: number): string[] {
  const sentences = chains.map(describeChain).filter((one) => one !== undefined);
  return sentences.flatMap((one) => wrap(toSentence(clip(one, 1_000)), { width, rest: '  ' }));
}

/** Each referrer once, with all its relations. ARNs are not wrapped, so that they can be copied. */
export function printReferrers(by: readonly (Reference | string)[]): string[] {
  const referrers = Map.groupBy(by, (one) => (typeof one === 'string' ? one : one.referrer));
  const shown = [...referrers].slice(0, MOST_REFERRERS).flatMap(([referrer, all]) => printReferrer(referrer, all));
  const more = referrers.size - MOST_REFERRERS;
  return more > 0 ? [...shown, `  ... and ${formatNumber(more)} more`] : shown;
}

const MOST_PLACES = 5;

/** One place stands behind the referrer, several below it: `arn:…:stateMachine:reports > version 3 > state Run (disabled)` */
function printReferrer(referrer: string, all: readonly (Reference | string)[]): string[] {
  const references = all.filter((one) => typeof one === 'object');
  if (references.length === 0) return [`  ${referrer}`];
  const relations = [...new Set(references.map(describeRelation))].join(', ');
  const places = [...new Set(references.map(describePlace))];
  const named = `  ${relations.padEnd(13)} ${clip(referrer, 300)}`;
  if (places.length === 1) return [named + (places[0] ?? '')];
  const hidden = places.length - MOST_PLACES;
  return [
    named,
    ...places.slice(0, MOST_PLACES).map((place) => `${' '.repeat(16)}${place === '' ? ' itself' : place}`),
    ...(hidden > 0 ? [`${' '.repeat(17)}... and ${formatCount(hidden, 'more place')}`] : []),
  ];
}

/** The path in the console to the reference. */
function describePlace({ via = [], paused }: Reference): string {
  const aside = paused === undefined ? '' : ` (${paused})`;
  return `${via.map((step) => ` > ${clip(step, 300)}`).join('')}${aside}`;
}

/** A family without a revision means its newest one. */
function describeRelation({ relation, target }: Reference): string {
  return target.kind === 'floating' ? `${relation} (by its family)` : relation;
}
