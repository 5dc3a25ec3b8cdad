// Lists everything that the operator must act on after a run, worst first.
import { leaveOut } from '../../domain/paste.ts';
import type { ApplyResults } from '../../domain/apply-results.ts';
import type { UnresolvedReference } from '../../domain/evidence.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import type { Plan } from '../../plan/verdict.ts';
import { nameOf } from '../../domain/revision.ts';
import { regionOption, printCommand, type CommandScope } from '../text/commands.ts';
import { type ActionItem, toActionItem, toActionItems } from './action-item.ts';
import { approvalItems } from './approval.ts';
import { type Course, unfinishedRunItems } from './course.ts';
import { deletionItems } from './deletion-items.ts';
import type { Report } from './report.ts';
import { danglingReferenceItem } from './dangling-references.ts';
import { lateReferenceItems } from './late-references.ts';
import { formatCount, joinList, toSentence } from '../text/wording.ts';
import { splitRemedy } from '../text/wrap.ts';

export interface ActionItemInput extends Pick<
  Report,
  'target' | 'plan' | 'results' | 'deletions' | 'danglingReferences' | 'failure' | 'approval'
> {
  readonly run: Pick<Course, 'where' | 'before'> & Pick<Report['run'], 'id'>;
  /** Globs in the settings that match no family, as `overrides[1] "legcy-*"`. */
  readonly unmatched: readonly string[];
  /** How far the local clock is ahead of AWS's (below zero: behind it). */
  readonly clockAheadMs: number;
  /** Items that other parts of the run have phrased. */
  readonly asks: readonly ActionItem[];
  /** The targets of dangling references that the journal holds, as `web:7`. */
  readonly journaled?: readonly string[] | undefined;
}

export function buildActionItems(input: ActionItemInput): ActionItem[] {
  const { run, target, plan, results, deletions, failure } = input;
  const scope = { target, where: run.where };
  const options = { asOf: plan?.asOf ?? 0, scope, journaled: input.journaled };
  return [
    ...(failure === undefined ? [] : [toActionItem(failure)]),
    ...stopItems(results),
    ...approvalItems(input, scope),
    ...lateReferenceItems(results.lateReferences, { asOf: plan?.asOf, scope }),
    ...input.danglingReferences.map((one) => danglingReferenceItem(one, options)),
    ...failedItems(results, scope),
    ...unverifiedItems(results),
    ...unfinishedRunItems(run, scope),
    ...deletionItems(deletions, regionOption(scope)),
    ...toActionItems(deletions?.problems ?? []),
    ...toActionItems(plan?.hold?.problems ?? []),
    ...unresolvedItems(plan),
    ...unmatchedItems(plan, input.unmatched, scope),
    ...input.asks,
    ...clockItems(input.clockAheadMs),
  ].map(({ problem, remedy }) => ({ problem, remedy: withCommand(remedy, scope) }));
}

/** Ends every remedy with a command: its own, completed by Region and state, or the plan, which changes nothing. */
function withCommand(remedy: string, scope: CommandScope): string {
  const { prose, paste } = splitRemedy(remedy);
  if (paste === undefined)
    return `${toSentence(remedy)} Then check with a plan, which changes nothing: \`${printCommand('plan', scope)}\``;
  const [, words] = /^\.\/pruner ((?:(?! --(?:region|state) ).)+)$/.exec(paste) ?? [];
  return words === undefined ? remedy : `${prose} \`${printCommand(words, scope)}\``;
}

/** Stops for time and throttling need no action, and an interrupt came from the operator. An abort is left out where the
 *  failed call or the late reference that caused it is an item already. */
function stopItems({ stop, lateReferences, failed }: ApplyResults): ActionItem[] {
  if (stop?.by !== 'abort' && stop?.by !== 'hold') return [];
  const isListed = stop.by === 'abort' && lateReferences.length > 0 !== failed.length > 0;
  return isListed ? [] : [{ problem: stop.reason, remedy: stop.remedy }];
}

/** Whether AWS refused revisions one by one, and accepted others: the next run tries them again. */
export function isPartlyRefused({ failed, deregistered, stop }: ApplyResults): boolean {
  return failed.length > 0 && deregistered.length > 0 && stop?.by !== 'abort';
}

/** The failed call that aborted the run, or one of calls that AWS refused without exception. */
function failedItems(results: ApplyResults, scope: CommandScope): ActionItem[] {
  const { stop, lateReferences, failed } = results;
  const cause = failed.at(-1);
  if (cause === undefined || isPartlyRefused(results)) return [];
  if (stop?.by !== 'abort') {
    const name = nameOf(cause.revision);
    const all = failed.length === 1 ? name : `any of ${formatCount(failed.length, 'revision')}, such as ${name}`;
    return [
      {
        problem: `Could not deregister ${all}: ${cause.reason}: ${cause.answer}`,
        remedy: `The next run tries again. See what references it: \`${printCommand(`explain ${name}`, scope)}\``,
      },
    ];
  }
  if (lateReferences.length > 0) return [];
  return [
    {
      problem: `Could not deregister ${nameOf(cause.revision)}: ${cause.reason}: ${cause.answer}`,
      remedy: stop.remedy,
    },
  ];
}

function unverifiedItems({ unverified }: ApplyResults): ActionItem[] {
  if (unverified === undefined) return [];
  return [{ problem: `Could not check for late references: ${unverified.reason}`, remedy: unverified.remedy }];
}

/** One item for each unresolved reference, with all families that it holds. The problems of a held run say more. */
function unresolvedItems(plan: Plan | undefined): ActionItem[] {
  if (plan === undefined || plan.hold !== undefined) return [];
  const held = new Map<UnresolvedReference, string[]>();
  for (const { family, unresolved, spans } of plan.families) {
    if (!spans.some(({ verdict }) => verdict.verdict === 'hold')) continue;
    for (const one of unresolved) held.set(one, [...(held.get(one) ?? []), family]);
  }
  return Array.from(held, ([{ referrer, description, registersFirst }, families]) => ({
    problem: `On hold: may be referenced dynamically. ${shortName(referrer)} ${description}; it may resolve to ${joinList(families, 5)}, so ${families.length === 1 ? 'that family is' : 'those families are'} left untouched`,
    remedy:
      registersFirst === true
        ? `A failed execution can be redriven for fourteen days with the revision that it registered. Set minAgeDays to 15 or more for these families, or leave it out and protect them: \`${leaveOut(referrer)}\``
        : `Reference the family without a revision, or leave it out and protect the families: \`${leaveOut(referrer)}\``,
  }));
}

/** An account without families matches no glob, and there is nothing to correct. */
function unmatchedItems(plan: Plan | undefined, globs: readonly string[], scope: CommandScope): ActionItem[] {
  if (globs.length === 0 || plan === undefined || plan.families.length === 0) return [];
  return [
    {
      problem: `Globs in the settings match no family: ${globs.join(', ')}`,
      remedy: `Correct or remove them. The families of this account: \`aws ecs list-task-definition-families --status ACTIVE${regionOption(scope)}\``,
    },
  ];
}

/** AWS refuses signatures at about this distance; a smaller one does not affect an age of days. */
const CLOCKS_APART_MS = 300_000;

function clockItems(aheadMs: number): ActionItem[] {
  if (Math.abs(aheadMs) <= CLOCKS_APART_MS) return [];
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return [
    {
      problem: `The local clock is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} AWS's. Ages were calculated with the earlier of the two`,
      remedy: 'Correct the local clock. It shows: `date -u`',
    },
  ];
}
