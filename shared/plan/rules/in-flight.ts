// `in-flight`: while a service's deployment is in progress, everything it names and everything newer stays.
import { shortName } from './referenced.ts';
import type { Rule } from './rule.ts';

/** A deployment in progress may fall back to the older side, go on to a newer revision, or replace tasks of both; so
 *  the whole stretch from the lowest revision that the service names upwards is in play. */
export const inFlight = {
  name: 'in-flight',
  what: 'A service that names its family is in the middle of a deployment, and it is not older than what that service names.',
  frees: 'that deployment had ended',
  why({ number }, { rollouts }) {
    const by = rollouts.filter(({ lowest }) => number >= lowest);
    const [first] = by;
    if (first === undefined) return undefined;
    const more = by.length > 1 ? `, and ${by.length - 1} more` : '';
    const text = `${shortName(first.rollout.referrer)} is in a deployment from ${first.lowest} upwards${more}`;
    return { rule: 'in-flight' as const, text: text, by: by.map(({ rollout }) => rollout.referrer) };
  },
} satisfies Rule;
