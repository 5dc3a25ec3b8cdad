// Rule `recently-used`: keeps a revision that was started, deployed or seen in use within the last days.
import { ageBoundary, around, day, type Rule } from './rule.ts';

/** No source shows a laptop, a pipeline or a private scheduler, but CloudTrail records each use. Until all these days have
 *  been read, an absent record proves nothing, and everything is kept. */
export const recentlyUsed = {
  name: 'recently-used',
  description: 'Used within the last days (usedWithinDays), or usage is not yet known for that long.',
  frees: 'it were known to be unused for usedWithinDays, which time will see to',
  changesAt: ({ lastUsed }) => around(lastUsed.keys()),
  why({ number }, { usedWithinDays, asOf, lastUsed, usageSince }) {
    if (usedWithinDays === 0) return undefined;
    const boundary = ageBoundary(asOf, usedWithinDays);
    if ((lastUsed.get(number) ?? -Infinity) >= boundary)
      return { rule: 'recently-used' as const, text: `used since ${day(boundary)}` };
    if (usageSince !== undefined && usageSince > boundary)
      return { rule: 'recently-used' as const, text: `usage known since ${day(usageSince)}` };
    return undefined;
  },
} satisfies Rule;
