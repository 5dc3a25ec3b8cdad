// Rule `min-age`: keeps a revision that was registered within the last days.
import { ageBoundary, day, type Rule } from './rule.ts';

interface MinAge {
  readonly rule: 'min-age';
  readonly text: string;
  /** The age was not read. */
  readonly unread?: true;
}

/** A deployment registers a revision seconds before it references it. A revision whose age could not be read counts as young.
 *  Ages are read only where they decide: if another rule keeps the revision, an unread age is no reason. */
export const minAge = {
  name: 'min-age',
  description: 'Registered within the last days (minAgeDays), or its age could not be read.',
  frees: 'it were older than minAgeDays, which time will see to',
  changesAt: ({ ages }) => (ages === undefined ? [] : [ages.youngFrom, ages.oldUpto + 1]),
  why({ number, kept }, { policy, asOf, ages }): MinAge | undefined {
    if (policy.minAgeDays === 0) return undefined;
    if (ages !== undefined && number >= ages.youngFrom) {
      return { rule: 'min-age' as const, text: `registered since ${day(ageBoundary(asOf, policy.minAgeDays))}` };
    }
    if (kept || (ages !== undefined && number <= ages.oldUpto)) return undefined;
    return { rule: 'min-age', text: 'age not read, so it counts as young', unread: true };
  },
} satisfies Rule;
