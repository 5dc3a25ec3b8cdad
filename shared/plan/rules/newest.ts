// Rule `newest`: keeps the newest ACTIVE revision of a family, unless the family is retired.
import type { Rule } from './rule.ts';

/** ECS resolves a family name without a revision to its newest ACTIVE revision, and fails if there is none.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
export const newest = {
  name: 'newest',
  description: 'The newest ACTIVE revision of a family, to which ECS resolves a name without a revision.',
  frees: 'a newer revision of its family were registered, or the family were retired',
  changesAt: ({ active }) => active.slice(-1).map(({ upto }) => upto),
  why({ rank }, { isRetired }) {
    return rank === 1 && !isRetired ? { rule: 'newest' as const, text: 'the newest of its family' } : undefined;
  },
} satisfies Rule;
