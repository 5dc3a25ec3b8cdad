// `keep-latest`: the newest N ACTIVE revisions of a family stay, for the rollback that a person does by hand.
import type { Rule } from './rule.ts';

export const keepLatest = {
  name: 'keep-latest',
  what: 'It is among the newest N ACTIVE revisions of its family (keepLatest).',
  frees: 'enough newer ones were registered, or keepLatest were smaller',
  why({ rank }, { policy }) {
    return rank <= policy.keepLatest
      ? { rule: 'keep-latest' as const, says: `among the newest ${policy.keepLatest}` }
      : undefined;
  },
} satisfies Rule;
