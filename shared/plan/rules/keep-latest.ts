// Rule `keep-latest`: keeps the newest N ACTIVE revisions of a family for a manual rollback. Young revisions are kept by
// `min-age` and do not count, so that a burst of registrations cannot push out the good ones.
import { ageBoundary, day, type Rule } from './rule.ts';

export const keepLatest = {
  name: 'keep-latest',
  description:
    'One of the newest N ACTIVE revisions of its family (keepLatest), or of those that minAgeDays does not keep.',
  frees: 'enough newer revisions were registered, or keepLatest were smaller',
  why({ rank, oldRank }, { policy: { keepLatest, minAgeDays }, asOf, isRetired }) {
    if (isRetired) return undefined;
    const text = `among the newest ${keepLatest}`;
    if (rank <= keepLatest) return { rule: 'keep-latest' as const, text };
    return oldRank !== undefined && oldRank <= keepLatest
      ? { rule: 'keep-latest' as const, text: `${text} registered before ${day(ageBoundary(asOf, minAgeDays))}` }
      : undefined;
  },
} satisfies Rule;
