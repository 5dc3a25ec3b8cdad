// Rule `keep-latest`: keeps the newest N ACTIVE revisions of a family for a manual rollback. Young revisions are kept by
// `min-age` and do not count, so that a burst of registrations cannot push out the good ones.
import { clipRanges, numberAt, type Ranges, sizeOf } from '../../domain/revision.ts';
import { ageBoundary, day, oldUptoOf, type Rule } from './rule.ts';

export const keepLatest = {
  name: 'keep-latest',
  description:
    'One of the newest N ACTIVE revisions of its family (keepLatest), or of those that minAgeDays does not keep.',
  frees: 'enough newer revisions were registered, or keepLatest were smaller',
  changesAt: ({ active, policy, ages }) => {
    const old = clipRanges(active, 0, oldUptoOf({ policy, ages }));
    const first = (ranges: Ranges) => numberAt(ranges, Math.max(0, sizeOf(ranges) - policy.keepLatest)) ?? 0;
    return [first(active), first(old), (old.at(-1)?.upto ?? 0) + 1];
  },
  why({ rank, oldRank }, { policy: { keepLatest, minAgeDays }, asOf, isRetired }) {
    if (isRetired) return undefined;
    const text = `among the newest ${keepLatest}`;
    if (rank <= keepLatest) return { rule: 'keep-latest' as const, text };
    return oldRank !== undefined && oldRank <= keepLatest
      ? { rule: 'keep-latest' as const, text: `${text} registered before ${day(ageBoundary(asOf, minAgeDays))}` }
      : undefined;
  },
} satisfies Rule;
