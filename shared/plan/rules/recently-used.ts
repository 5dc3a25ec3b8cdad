// `recently-used`: what was started, deployed or seen in use within the last days stays, whoever did it.
import { ageBoundary, day, type Rule } from './rule.ts';

/** No source sees a laptop, a pipeline or a scheduler of somebody's own; all of them leave a trace when they use a revision,
 *  and will use it again. Until the traces of all these days have been read, silence is no sign, and everything stays. */
export const recentlyUsed = {
  name: 'recently-used',
  what: 'It was used within the last days (usedWithinDays), or what was used is not yet known for that long.',
  frees: 'it were unused for usedWithinDays, and known to be, which time will see to',
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
