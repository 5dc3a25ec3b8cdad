// Lists what a fleet asks for as action items, also what no target reports: a stack set that cannot be read, and events that were
// ignored.
import type { ActionItem } from '../model/action-item.ts';
import { clip, formatCount, joinList, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';
import { nameTarget } from './headline.ts';
import { type Fleet, type FleetTarget, inTurn, type TargetName } from './model.ts';

/** Of accounts and reasons. */
const MOST_IGNORED = 3;
const LONGEST = 300;

export interface LocatedItem extends ActionItem {
  /** Empty for what no target reports. What a list expects and the hub does not know is a name alone. */
  readonly targets: readonly (TargetName & Partial<FleetTarget>)[];
  /** The account whose events were ignored. */
  readonly account?: string | undefined;
}

export function listFleetItems(fleet: Fleet): LocatedItem[] {
  const known = new Map(fleet.targets.map((target) => [keyOf(target), target]));
  const ignored = inTurn(fleet.ignored);
  const hidden = ignored.slice(MOST_IGNORED);
  return [
    ...fleet.problems.map(({ operation, reason, remedy }) => ({
      problem: `${operation} failed: ${reason}`,
      remedy,
      targets: [],
    })),
    ...ignored.slice(0, MOST_IGNORED).map(({ account = 'unknown account', reason, count, claims }, index) => ({
      problem: `${formatCount(count, 'event')} ignored: ${reason}${claims === undefined ? '' : ` (${clip(claims, 40)})`}`,
      remedy: `Check in CloudTrail who calls events:PutEvents in that account.${index === MOST_IGNORED - 1 ? describeHidden(hidden) : ''}`,
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

function describeHidden(hidden: Fleet['ignored']): string {
  if (hidden.length === 0) return '';
  const events = hidden.reduce((sum, { count }) => sum + count, 0);
  const accounts = new Set(hidden.map(({ account }) => account)).size;
  return ` ${formatCount(events, 'more event')} ${events === 1 ? 'was' : 'were'} ignored, of ${formatCount(accounts, 'account')}.`;
}
