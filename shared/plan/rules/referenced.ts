// Rule `referenced`: keeps a revision that any source references.
import type { Reference } from '../../domain/evidence.ts';
import { around, type Rule } from './rule.ts';

/** Tasks and services keep running with an INACTIVE revision, but their next start, deployment or rollback to it fails.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
export const referenced = {
  name: 'referenced',
  description: 'A reference in the account runs, starts, deploys or could roll back to it.',
  frees: 'nothing referenced it any more',
  changesAt: ({ referencesByNumber }) => around(referencesByNumber.keys()),
  why({ number }, { referencesByNumber }) {
    const by = referencesByNumber.get(number) ?? [];
    const [first] = by;
    if (first === undefined) return undefined;
    return {
      rule: 'referenced' as const,
      text: sentence(first, new Set(by.map(({ referrer }) => referrer)).size - 1),
      by,
    };
  },
} satisfies Rule;

/** `service prod/web deploys it, and 3 more`. A referrer with two references counts once. */
function sentence({ referrer, relation, target, paused, computed }: Reference, more: number): string {
  const others = more > 0 ? `, and ${more} more` : '';
  if (computed !== undefined) {
    const newest = target.kind === 'floating' ? ', so the newest of its family' : '';
    return `${shortName(referrer)} may resolve to it (computes ${computed}${newest})${others}`;
  }
  const asides = [
    ...(target.kind === 'floating' ? ['references the family, so its newest'] : []),
    ...(paused === undefined ? [] : [paused]),
  ];
  const aside = asides.length === 0 ? '' : ` (${asides.join(', ')})`;
  return `${shortName(referrer)} ${relation} it${aside}${others}`;
}

/** `service prod/web` for `arn:aws:ecs:eu-west-1:123456789012:service/prod/web`. Other text is returned unchanged. */
export function shortName(who: string): string {
  const object = /^arn:[^:]*:s3:::(.+)$/s.exec(who)?.[1];
  if (object !== undefined) return `object s3://${object}`;
  const [, type, name] = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([^/:]+)[/:](.+)$/.exec(who) ?? [];
  if (type === undefined || name === undefined) return who;
  // A stack's ARN ends in an id that operators do not know.
  const known = type === 'stack' ? name.replace(/\/[0-9a-f-]{36}$/, '') : name;
  return `${TYPES[type] ?? type} ${known}`;
}

/** Resource types whose spelling in ARNs differs from prose. */
const TYPES: Readonly<Record<string, string>> = {
  deploymentgroup: 'deployment group',
  'service-deployment': 'service deployment',
  stateMachine: 'state machine',
};
