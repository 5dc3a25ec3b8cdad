// Lists what a fleet asks for as action items, also what no target reports: a stack set that cannot be read, and events that were
// ignored.
import type { ActionItem } from '../model/action-item.ts';
import { clip, formatCount, joinList, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { nameTarget } from './headline.ts';
import { type Fleet, type FleetTarget, inTurn, type TargetName } from './model.ts';

const MOST_IGNORED = 5;
const LONGEST = 300;

export interface LocatedItem extends ActionItem {
  /** Empty for what no target reports. What a list expects and the hub does not know is a name alone. */
  readonly targets: readonly (TargetName & Partial<FleetTarget>)[];
  /** The account whose events were ignored. */
  readonly account?: string | undefined;
}

export function listFleetItems(fleet: Fleet): LocatedItem[] {
  const known = new Map(fleet.targets.map((target) => [keyOf(target), target]));
  const ignored = fleet.ignored.slice(0, MOST_IGNORED);
  const hidden = fleet.ignored.length - ignored.length;
  return [
    ...fleet.problems.map(({ operation, reason, remedy }) => ({
      problem: `${operation} failed: ${reason}`,
      remedy,
      targets: [],
    })),
    ...ignored.map(({ account = 'unknown account', reason, count, claims }, index) => ({
      problem: `${formatCount(count, 'event')} ignored: ${reason}${claims === undefined ? '' : ` (${clip(claims, 40)})`}`,
      remedy: `Check in CloudTrail who calls events:PutEvents in that account.${hidden > 0 && index === ignored.length - 1 ? ` Events of ${formatCount(hidden, 'more account')} were ignored as well.` : ''}`,
      targets: [],
      account,
    })),
    ...fleet.items.map(({ problem, remedy, targets }) => ({
      problem,
      remedy,
      targets: inTurn(targets).map((one) => known.get(keyOf(one)) ?? one),
    })),
  ];
}

/** With the targets in its sentence.
 *  @param mostNames how many an item lists; the others are counted */
export function printLocation({ problem, remedy, targets, account }: LocatedItem, mostNames: number): ActionItem {
  const [first] = targets;
  if (first === undefined) return { problem: account === undefined ? problem : `[${account}] ${problem}`, remedy };
  const text = toSentence(clip(problem, LONGEST));
  const name = nameTarget(first);
  if (targets.length === 1) return { problem: `[${name}] ${text}`, remedy };
  const command = splitRemedy(remedy).paste === undefined ? '' : ` The command is that of ${name}.`;
  const names = joinList(targets.map(nameTarget), mostNames);
  return { problem: `[${formatCount(targets.length, 'target')}] ${text} In ${names}.${command}`, remedy };
}

function keyOf({ account, region }: TargetName): string {
  return `${account}/${region}`;
}
