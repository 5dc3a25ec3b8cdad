// `protected`: a person said so, by a family pattern, by leaving the family out of the allow-list, or by a tag.
import type { Rule } from './rule.ts';

export const protectedByName = {
  name: 'protected',
  what: 'The settings protect its family, its family is not on the allow-list, or it carries the protecting tag.',
  frees: 'neither the settings nor a tag protected it any more',
  why({ number }, { policy, tagged, protectTag }) {
    if (policy.protectedBy !== undefined) return { rule: 'protected' as const, says: policy.protectedBy };
    return tagged.has(number) ? { rule: 'protected' as const, says: `tagged ${protectTag}` } : undefined;
  },
} satisfies Rule;
