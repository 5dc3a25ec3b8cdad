// `referenced`: whatever any source names stays.
import type { Reference } from '../../domain/evidence.ts';
import type { Rule } from './rule.ts';

/** Tasks and services go on with an INACTIVE revision, but nothing can start or move to it any more: whoever names it
 *  would fail at the next start, deployment or rollback.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
export const referenced = {
  name: 'referenced',
  what: 'Something in the account names it: it runs it, starts it, deploys it or could roll back to it.',
  frees: 'nothing named it any more',
  why({ number }, { namings }) {
    const by = namings.get(number) ?? [];
    const [first] = by;
    if (first === undefined) return undefined;
    return {
      rule: 'referenced' as const,
      says: sentence(first, new Set(by.map(({ who }) => who)).size - 1),
      by,
    };
  },
} satisfies Rule;

/** `service prod/web deploys it, and 3 more`: who does two things with it is one. */
function sentence({ who, use, what, paused, computed }: Reference, more: number): string {
  const others = more > 0 ? `, and ${more} more` : '';
  if (computed !== undefined) {
    const newest = what.kind === 'floating' ? ', so the newest of its family' : '';
    return `${shortName(who)} may resolve to it (computes ${computed}${newest})${others}`;
  }
  const asides = [
    ...(what.kind === 'floating' ? ['names the family, so the newest'] : []),
    ...(paused === undefined ? [] : [paused]),
  ];
  const aside = asides.length === 0 ? '' : ` (${asides.join(', ')})`;
  return `${shortName(who)} ${use} it${aside}${others}`;
}

/** `service prod/web` of `arn:aws:ecs:eu-west-1:123456789012:service/prod/web`; what is no such ARN stays as it is. */
export function shortName(who: string): string {
  const object = /^arn:[^:]*:s3:::(.+)$/s.exec(who)?.[1];
  if (object !== undefined) return `object s3://${object}`;
  const [, type, name] = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([^/:]+)[/:](.+)$/.exec(who) ?? [];
  if (type === undefined || name === undefined) return who;
  // A stack's ARN ends in an id that no person knows.
  const known = type === 'stack' ? name.replace(/\/[0-9a-f-]{36}$/, '') : name;
  return `${TYPES[type] ?? type} ${known}`;
}

/** Resource types that ARNs spell in a way of their own. */
const TYPES: Readonly<Record<string, string>> = {
  deploymentgroup: 'deployment group',
  'service-deployment': 'service deployment',
  stateMachine: 'state machine',
};
