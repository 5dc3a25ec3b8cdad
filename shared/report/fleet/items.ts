// Lists what a fleet asks for as action items, also what no target reports: a stack set that cannot be read, and events that were
// ignored.
import type { ActionItem } from '../model/action-item.ts';
import { clip, formatCount, joinList, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { nameTarget } from './headline.ts';
import type { Fleet } from './model.ts';

const MOST_IGNORED = 5;
const LONGEST = 300;

/** @param mostNames how many targets an item lists; the others are counted */
export function listFleetItems(fleet: Fleet, mostNames: number): ActionItem[] {
  const known = new Map(fleet.targets.map((target) => [`${target.account}/${target.region}`, target]));
  const hidden = fleet.ignored.length - MOST_IGNORED;
  return [
    ...fleet.problems.map(({ operation, reason, remedy }) => ({ problem: `${operation} failed: ${reason}`, remedy })),
    ...fleet.ignored.slice(0, MOST_IGNORED).map(({ account = 'unknown account', reason, count, claims }) => ({
      problem: `[${account}] ${formatCount(count, 'event')} ignored: ${reason}${claims === undefined ? '' : ` (${clip(claims, 40)})`}`,
      remedy: `Check in CloudTrail who calls events:PutEvents in that account.${hidden > 0 ? ` ${formatCount(hidden, 'more account')} sent such events.` : ''}`,
    })),
    ...fleet.items.map(({ problem, remedy, targets }) => {
      const names = targets.map((one) => nameTarget(known.get(`${one.account}/${one.region}`) ?? one));
      const [first = ''] = names;
      const text = toSentence(clip(problem, LONGEST));
      if (names.length === 1) return { problem: `[${first}] ${text}`, remedy };
      const command = splitRemedy(remedy).paste === undefined ? '' : ` The command is that of ${first}.`;
      return {
        problem: `[${formatCount(names.length, 'target')}] ${text} In ${joinList(names, mostNames)}.${command}`,
        remedy,
      };
    }),
  ];
}
