// Describes the effect of an INACTIVE or deleted revision on a referrer.
import type { Reference } from '../../domain/evidence.ts';
import { formatTime } from '../text/wording.ts';
import { findNextTime } from './next-time.ts';

/** A clause without a capital.
 *  @param asOf milliseconds since the epoch; without it the clause gives no time */
export function describeConsequence(reference: Reference, asOf: number | undefined): string {
  if (reference.paused !== undefined) return `it fails once it is enabled again (now ${reference.paused})`;
  switch (reference.relation) {
    case 'starts': {
      const { schedule } = reference;
      const at = schedule === undefined || asOf === undefined ? undefined : findNextTime(schedule, asOf);
      return at === undefined ? 'the next start fails' : `the next start fails, on ${formatTime(at)}`;
    }
    case 'rolls back to':
      return 'a rollback to it fails';
    case 'holds':
      return "the stack's next update of it, or a rollback, fails";
    case 'deploys':
      return 'it keeps running and scaling, but a deployment that does not change the revision fails';
    case 'runs':
      return 'the task keeps running, but nothing can start it again';
    case 'ran':
      return 'the task has ended, and nothing can start it again';
    case 'mentions':
      return 'nothing can be started with it';
  }
}
