// Action items for dangling references: what fails, when, and how to repair it. A repair always points to a newer revision.
import { option } from '../../domain/paste.ts';
import type { Reference } from '../../domain/evidence.ts';
import { type DanglingReference, targetName } from '../../domain/dangling.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { capitalize } from '../text/wording.ts';
import { regionOption, printCommand, type CommandScope } from '../text/commands.ts';
import type { ActionItem } from './action-item.ts';
import { describeConsequence } from './consequence.ts';
import { manualRepairs, repairCommand } from './repairs.ts';

export interface DanglingOptions {
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  readonly scope: CommandScope;
  readonly journaled?: readonly string[] | undefined;
}

export function danglingReferenceItem(
  { reference, status, newest }: DanglingReference,
  { asOf, scope, journaled }: DanglingOptions,
): ActionItem {
  const name = targetName(reference);
  const state = status === 'missing' ? 'no longer exists' : `is ${status}`;
  return {
    problem: `${shortName(reference.referrer)} ${reference.relation} ${name}, which ${state}: ${describeConsequence(reference, asOf)}`,
    remedy: remedyFor(reference, newest, journaled?.includes(name) === true, scope),
  };
}

function remedyFor(
  reference: Reference,
  newest: number | undefined,
  isJournaled: boolean,
  scope: CommandScope,
): string {
  const name = targetName(reference);
  const region = regionOption(scope);
  const restore = printCommand(`restore ${name}`, scope);
  if (newest === undefined)
    return isJournaled
      ? `Register it again from the journal, which also prints the command that updates this reference: \`${restore}\``
      : `Register its definition again: \`aws ecs describe-task-definition${option('--task-definition', name)} --include TAGS${region}\``;
  const newer = `${reference.target.family}:${newest}`;
  const command = repairCommand(reference, newer, region);
  if (command !== undefined) {
    // The restored copy becomes the newest of its family, so restoring is the second choice.
    const point = `point it to ${newer}, the newest ACTIVE revision: \`${command}\``;
    return isJournaled ? `If it needs ${name} itself, run \`restore ${name}\`. Otherwise ${point}` : capitalize(point);
  }
  const advice = manualRepairs[reference.source] ?? `Point it to ${newer}, the newest ACTIVE revision.`;
  return isJournaled
    ? `${advice} Or register ${name} again from the journal: \`${restore}\``
    : `${advice} See what is known about it: \`${printCommand(`explain ${name}`, scope)}\``;
}

/** How to point a reference to another revision, as the remedy of an action item. */
export function describeRepair(reference: Reference, to: string, region: string): string {
  const command = repairCommand(reference, to, region);
  if (command !== undefined) return `Point it to ${to}: \`${command}\``;
  const advice = manualRepairs[reference.source] ?? `Point it to ${to}.`;
  return `${advice} See what is known about it: \`${printCommand(`explain ${targetName(reference)}`, { target: undefined }, region)}\``;
}
