// Summarizes a fleet in one sentence, and in the subject of its mail.
import { countStates, type Fleet, type FleetTarget, isFleetFine, type TargetName } from './model.ts';
import { clip, formatCount, formatDay, formatNumber } from '../text/wording.ts';

/** `211 of 214 targets fine; 2 need action; 1 silent since Friday.` */
export function summarizeFleet(fleet: Fleet): string {
  const { targets } = fleet;
  if (targets.length === 0) return 'No target reports to this hub.';
  const { fine, action, silent, paused } = countStates(fleet);
  if (fine === targets.length)
    return `All ${formatCount(targets.length, 'target')} fine.${isFleetFine(fleet) ? ' No action required.' : ''}`;
  const parts = [
    `${formatNumber(fine)} of ${formatCount(targets.length, 'target')} fine`,
    ...(action > 0 ? [`${formatNumber(action)} ${action === 1 ? 'needs' : 'need'} action`] : []),
    ...(silent > 0 ? [`${formatNumber(silent)} silent${describeSilence(fleet)}`] : []),
    ...(paused > 0 ? [`${formatNumber(paused)} paused`] : []),
  ];
  return `${parts.join('; ')}.${isFleetFine(fleet) ? ' No action required.' : ''}`;
}

/** Only where all of them fell silent on the same day. */
function describeSilence({ targets, at }: Fleet): string {
  const silent = targets.filter(({ state }) => state === 'silent');
  const days = new Set(silent.map(({ last }) => (last === undefined ? '' : formatDay(last.beganAt, at))));
  const [day = ''] = days;
  return days.size === 1 && day !== '' ? ` since ${day}` : '';
}

/** `[fleet] ACTION: 2 of 214 targets need action, 1 silent`. SNS accepts ASCII alone, of less than 100 characters. */
export function printFleetSubject(fleet: Fleet): string {
  const { action, silent, paused } = countStates(fleet);
  const all = formatCount(fleet.targets.length, 'target');
  const parts = [
    ...(action > 0 ? [`${formatNumber(action)} of ${all} ${action === 1 ? 'needs' : 'need'} action`] : []),
    ...(silent > 0 ? [`${formatNumber(silent)}${action > 0 ? '' : ` of ${all}`} silent`] : []),
    ...(fleet.ignored.length > 0 ? ['events ignored'] : []),
    ...(fleet.problems.length > 0 ? ['incomplete'] : []),
    ...(paused > 0 ? [`${formatNumber(paused)} paused`] : []),
  ];
  if (isFleetFine(fleet))
    return `[fleet] OK: ${parts.length > 0 ? parts.join(', ') : fleet.targets.length === 0 ? 'no target' : `all ${all} fine`}`;
  return `[fleet] ACTION: ${parts.join(', ')}`;
}

/** IAM's limit is 63 characters: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
const LONGEST_ALIAS = 63;

export function clipAlias(alias: string): string {
  return clip(alias, LONGEST_ALIAS);
}

/** A later version may have longer ones. */
const LONGEST_OUTCOME = 20;

export function clipOutcome(outcome: string): string {
  return clip(outcome, LONGEST_OUTCOME);
}

/** `shop-prod (123456789012) eu-west-1` */
export function nameTarget({ account, region, alias }: TargetName & Partial<Pick<FleetTarget, 'alias'>>): string {
  return alias === undefined ? `${account} ${region}` : `${clipAlias(alias)} (${account}) ${region}`;
}
