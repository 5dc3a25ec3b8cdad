// Prints the evidence for a verdict: reasons, references and unresolved references, with ARNs to copy.
import type { Reference } from '../../domain/evidence.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { Paint } from '../text/paint.ts';
import { clip, formatCount, formatNumber } from '../text/wording.ts';
import type { Explanation } from '../../observe/explanation.ts';

/** The count is complete; the others can be listed with the AWS CLI. */
const MOST_REFERRERS = 50;

export function printReasons({ reasons }: Extract<Verdict, { verdict: 'keep' }>, paint: Paint): string[] {
  return reasons.flatMap((reason) => {
    const by: readonly (Reference | string)[] = 'by' in reason ? reason.by : [];
    return [`${paint('heading', reason.rule)}: ${reason.text}`, ...printReferrers(by)];
  });
}

export function printReferences({ references, status }: Explanation, paint: Paint): string[] {
  if (references.length === 0) return status === 'ACTIVE' ? [] : ['Nothing that was read references it.'];
  const heading = `Still referenced by ${formatCount(references.length, 'resource')}`;
  return [
    `${paint('heading', heading)}. Running tasks continue, but new tasks and deployments of it fail.`,
    ...printReferrers(references),
  ];
}

export function printUnresolvedReferences({ unresolved, status }: Explanation, paint: Paint): string[] {
  if (unresolved.length === 0 || status !== 'ACTIVE') return [];
  return [
    paint('heading', 'Unresolved references that may resolve to it'),
    ...unresolved
      .slice(0, MOST_REFERRERS)
      .flatMap(({ referrer, description }) => [`  ${referrer}`, `    ${clip(description, 300)}`]),
  ];
}

/** ARNs are not wrapped, so that they can be copied. */
function printReferrers(by: readonly (Reference | string)[]): string[] {
  const lines = by
    .slice(0, MOST_REFERRERS)
    .map((one) => (typeof one === 'string' ? `  ${one}` : `  ${describeRelation(one).padEnd(13)} ${printPath(one)}`));
  const more = by.length - MOST_REFERRERS;
  return more > 0 ? [...lines, `  ... and ${formatNumber(more)} more`] : lines;
}

/** The path in the console to the reference: `arn:…:stateMachine:reports > version 3 > state Run (disabled)` */
function printPath({ referrer, via = [], paused }: Reference): string {
  const aside = paused === undefined ? '' : ` (${paused})`;
  return `${[referrer, ...via].map((step) => clip(step, 300)).join(' > ')}${aside}`;
}

/** A family without a revision means its newest one. */
function describeRelation({ relation, target }: Reference): string {
  return target.kind === 'floating' ? `${relation} (by its family)` : relation;
}
