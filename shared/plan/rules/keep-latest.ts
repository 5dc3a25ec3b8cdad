// `keep-latest`: the newest N ACTIVE revisions of a family stay, for the rollback that a person does by hand. Those that are
// young stay anyway and are not counted, so that a burst of registrations cannot push out the good ones.
import { ageBoundary, day, type Rule } from './rule.ts';

export const keepLatest = {
  name: 'keep-latest',
  what: 'It is among the newest N ACTIVE revisions of its family (keepLatest), or of those that minAgeDays does not keep.',
  frees: 'enough newer ones were registered, or keepLatest were smaller',
  why({ rank, oldRank }, { policy: { keepLatest, minAgeDays }, asOf, isRetired }) {
    if (isRetired) return undefined;
    const text = `among the newest ${keepLatest}`;
    if (rank <= keepLatest) return { rule: 'keep-latest' as const, text: text };
    return oldRank !== undefined && oldRank <= keepLatest
      ? {
          rule: 'keep-latest' as const,
          text: `${text} registered before ${day(ageBoundary(asOf, minAgeDays))}`,
        }
      : undefined;
  },
} satisfies Rule;
