// `newest`: the newest ACTIVE revision of a family stays, unless the family is retired.
import type { Rule } from './rule.ts';

/** Whoever names a family without a revision gets its newest ACTIVE one, and fails when there is none.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
export const newest = {
  name: 'newest',
  what: 'It is the newest ACTIVE revision of its family, which a name without a revision resolves to.',
  frees: 'a newer revision of its family were registered, or the family were retired',
  why({ rank }, { isRetired }) {
    return rank === 1 && !isRetired
      ? { rule: 'newest' as const, text: 'the newest of its family' }
      : undefined;
  },
} satisfies Rule;
