// `min-age`: what was registered within the last days stays.
import { ageBoundary, day, type Rule } from './rule.ts';

interface MinAge {
  readonly rule: 'min-age';
  readonly text: string;
  /** The age was not read: a reason to keep it, but no knowledge of it. */
  readonly unread?: true;
}

/** A new revision is registered some seconds before the deployment that names it, and a young one may not have met its
 *  first service yet. One whose age nobody could read counts as young. Ages are read only where they decide; where
 *  another rule keeps a revision anyway, an age that nobody asked for is no reason. */
export const minAge = {
  name: 'min-age',
  what: 'It was registered within the last days (minAgeDays), or its age could not be read.',
  frees: 'it were older than minAgeDays, which time will see to',
  why({ number, kept }, { policy, asOf, ages }): MinAge | undefined {
    if (policy.minAgeDays === 0) return undefined;
    if (ages !== undefined && number >= ages.youngFrom) {
      return {
        rule: 'min-age' as const,
        text: `registered since ${day(ageBoundary(asOf, policy.minAgeDays))}`,
      };
    }
    if (kept || (ages !== undefined && number <= ages.oldUpto)) return undefined;
    return { rule: 'min-age', text: 'age not read, so it counts as young', unread: true };
  },
} satisfies Rule;
