// Rule `in-flight`: while a deployment is in progress, keeps every revision from the lowest one that the service references.
import { shortName } from './referenced.ts';
import type { Rule } from './rule.ts';

/** A deployment in progress may roll back, move on to a newer revision, or replace tasks of both sides. */
export const inFlight = {
  name: 'in-flight',
  description:
    'A service that references its family has a deployment in progress, and the revision is not older than any that the service references.',
  frees: 'that deployment had ended',
  changesAt: ({ rollouts }) => rollouts.map(({ lowest }) => lowest),
  why({ number }, { rollouts }) {
    const by = rollouts.filter(({ lowest }) => number >= lowest);
    const [first] = by;
    if (first === undefined) return undefined;
    const more = by.length > 1 ? `, and ${by.length - 1} more` : '';
    const text = `${shortName(first.rollout.referrer)} is in a deployment from ${first.lowest} upwards${more}`;
    return { rule: 'in-flight' as const, text, by: by.map(({ rollout }) => rollout.referrer) };
  },
} satisfies Rule;
