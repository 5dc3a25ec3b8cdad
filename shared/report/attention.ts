// What a person has to look at after this run, each with what to do next. A `next` may end with one command or settings
// line between backquotes: mail and terminal put that on a line of its own, to be pasted.
import type { Problem, ReadProblem } from '../domain/problem.ts';
import { leaveOut, option } from '../domain/paste.ts';
import type { ApplyResults } from '../domain/apply-results.ts';
import type { DeletionSummary } from '../domain/deletion-results.ts';
import type { Reference, UnresolvedReference } from '../domain/evidence.ts';
import { shortName } from '../plan/rules/referenced.ts';
import type { DanglingReference } from '../domain/dangling.ts';
import type { Plan } from '../plan/verdict.ts';
import { nameOf, type Target } from '../domain/revision.ts';
import { inRegion, pruner, type Spot } from './commands.ts';
import { type Course, unfinishedBefore } from './course.ts';
import { deletionsAttention } from './deletions.ts';
import { consequenceOf, strandedAttention } from './stranded.ts';
import { counted, listed, sentence } from './wording.ts';
import { splitNext } from './wrap.ts';

/** Something that a person has to look at, and the command or the settings line that mends it. */
export interface ActionItem {
  readonly problem: string;
  readonly remedy: string;
}

export interface Troubles {
  readonly run: Pick<Course, 'where' | 'before'>;
  readonly target: Target | undefined;
  readonly plan: Plan | undefined;
  readonly results: ApplyResults;
  readonly deletions?: DeletionSummary | undefined;
  readonly danglingReferences: readonly DanglingReference[];
  readonly failure: Problem | undefined;
  /** Globs of the settings without a family, as `overrides[1] "legcy-*"`. */
  readonly unmatched: readonly string[];
  /** How far our clock is ahead of AWS's (or, below zero, behind it). */
  readonly clockAheadMs: number;
  /** What else somebody asks a person for, in whole. */
  readonly asks: readonly ActionItem[];
  /** Of what is stranded: what the journal holds, as `web:7`. */
  readonly journaled?: readonly string[] | undefined;
}

/** Worst first. Where nobody said what to paste, it is the look that changes nothing. */
export function buildActionItems(troubles: Troubles): ActionItem[] {
  const {
    run,
    target,
    plan,
    results,
    deletions,
    danglingReferences,
    failure,
    unmatched,
    clockAheadMs,
    asks,
    journaled,
  } = troubles;
  const spot = { target, where: run.where };
  return [
    ...(failure === undefined ? [] : [fromFault(failure, 0)]),
    ...stopped(results),
    ...lateReferences(results.lateReferences, { asOf: plan?.asOf, spot }),
    ...danglingReferences.map((one) => strandedAttention(one, { asOf: plan?.asOf ?? 0, spot, journaled })),
    ...refused(results, spot),
    ...unverified(results),
    ...unfinishedBefore(run, spot),
    ...deletionsAttention(deletions, inRegion(spot)),
    ...fromFaults(deletions?.problems ?? []),
    ...fromFaults(plan?.hold?.problems ?? []),
    ...unknown(plan),
    ...withoutFamily(plan, unmatched, spot),
    ...asks,
    ...clocks(clockAheadMs),
  ].map(({ problem, remedy }) => ({ problem: problem, remedy: pasteable(remedy, spot) }));
}

function pasteable(next: string, spot: Spot): string {
  const { prose, paste } = splitNext(next);
  if (paste === undefined)
    return `${sentence(next)} Then look again, which changes nothing: \`${pruner('plan', spot)}\``;
  // A command of ours from where neither Region nor state are known.
  const [, words] = /^\.\/pruner ((?:(?! --(?:region|state) ).)+)$/.exec(paste) ?? [];
  return words === undefined ? next : `${prose} \`${pruner(words, spot)}\``;
}

/** Time and throttling mend themselves by the next run, and who interrupts a run knows it. A brake is told by what
 *  tripped it, where that is listed: a stranded reference or a failed call. */
function stopped({ stop, lateReferences, failed }: ApplyResults): ActionItem[] {
  if (stop?.by !== 'abort' && stop?.by !== 'hold') return [];
  const told = stop.by === 'abort' && lateReferences.length > 0 !== failed.length > 0;
  return told ? [] : [{ problem: stop.reason, remedy: stop.remedy }];
}

/** A failed call trips the brake at once, so it is the last one. */
function refused({ stop, lateReferences, failed }: ApplyResults, spot: Spot): ActionItem[] {
  const tripped = stop?.by === 'abort' && lateReferences.length === 0 ? failed.at(-1) : undefined;
  return failed.map((one) => {
    const name = nameOf(one.revision);
    const again = `The next run tries it again. What is known about it: \`${pruner(`explain ${name}`, spot)}\``;
    return {
      problem: `Could not deregister ${name}: ${one.reason}: ${one.answer}`,
      remedy: one === tripped && stop !== undefined ? stop.remedy : again,
    };
  });
}

function unverified({ unverified: why }: ApplyResults): ActionItem[] {
  if (why === undefined) return [];
  const says = `Whether somebody took up what has just gone could not be looked up: ${why.reason}`;
  return [{ problem: says, remedy: why.remedy }];
}

/** One denied permission fails in every cluster: said once, with a count. */
export function fromFaults(faults: readonly ReadProblem[]): ActionItem[] {
  const groups = new Map<string, [ReadProblem, number]>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.part, fault.kind, fault.remedy]);
    const [first, more] = groups.get(key) ?? [fault, -1];
    groups.set(key, [first, more + 1]);
  }
  return Array.from(groups.values(), ([fault, more]) => fromFault(fault, more));
}

function fromFault(
  { operation, reason, remedy, kind }: Problem & Partial<Pick<ReadProblem, 'kind'>>,
  more: number,
): ActionItem {
  // Nothing failed: what was read says no more.
  if (kind === 'unresolved')
    return { problem: `On hold: may be referenced dynamically. ${operation}: ${reason}`, remedy };
  return { problem: `${operation} failed${more > 0 ? `, and ${more} more like it` : ''}: ${reason}`, remedy };
}

/** One that computes what it starts may hold several families: said once, with their names. A held run says more. */
function unknown(plan: Plan | undefined): ActionItem[] {
  if (plan === undefined || plan.hold !== undefined) return [];
  const holding = new Map<UnresolvedReference, string[]>();
  for (const { family, unresolved, spans } of plan.families) {
    if (!spans.some(({ verdict }) => verdict.verdict === 'hold')) continue;
    for (const one of unresolved) {
      const families = holding.get(one) ?? [];
      families.push(family);
      holding.set(one, families);
    }
  }
  return Array.from(holding, ([{ referrer, description, registersFirst }, families]) => ({
    problem: `On hold: may be referenced dynamically. ${shortName(referrer)} ${description}; it may resolve to ${listed(families, 5)}, so ${families.length === 1 ? 'that family is' : 'those families are'} left untouched`,
    remedy:
      registersFirst === true
        ? 'A failed execution can run the revision that it registered for fourteen days: set minAgeDays to 15 or more for what it registers, or leave it out and protect that: ' +
          `\`${leaveOut(referrer)}\``
        : `Let it name the family without a revision, or leave it out and protect what it starts: \`${leaveOut(referrer)}\``,
  }));
}

interface LateOptions {
  /** Milliseconds since the epoch; absent where nothing is left of the plan. */
  readonly asOf: number | undefined;
  readonly spot: Spot;
}

/** What began to use a revision after this run deregistered it, each with what becomes of it. Nothing makes the revision
 *  ACTIVE again: the way back is to register its definition once more, under a new number.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
function lateReferences(late: readonly Reference[], options: LateOptions): ActionItem[] {
  const byName = Map.groupBy(late, ({ target }) =>
    target.kind === 'revision' ? nameOf(target) : target.family,
  );
  return Array.from(byName, ([name, all]) => {
    const [tasks, others] = [all.filter(isTask), all.filter((one) => !isTask(one))];
    // A service that is repaired replaces its tasks: one action.
    const service = others.find(({ source }) => source === 'services');
    const [task] = tasks;
    return [
      ...others.map((one) => lateReference(name, one, one === service ? tasks.length : 0, options)),
      ...(task === undefined || service !== undefined
        ? []
        : [lateReference(name, task, tasks.length - 1, options)]),
    ];
  }).flat();
}

function isTask({ source }: Reference): boolean {
  return source === 'tasks';
}

/** @param tasks how many tasks use it beside this reference */
function lateReference(
  name: string,
  reference: Reference,
  tasks: number,
  { asOf, spot }: LateOptions,
): ActionItem {
  const { referrer, relation, target } = reference;
  const ofTask = isTask(reference);
  const others = counted(tasks, ofTask ? 'other task' : 'task');
  const more = tasks === 0 ? '' : `, and ${others} ${tasks === 1 ? 'runs' : 'run'} it`;
  const says = `This run deregistered ${name}, and ${shortName(referrer)} ${relation} it${more}: ${consequenceOf(reference, asOf)}`;
  const point = ofTask ? 'Point whatever started it to another revision. Or register' : 'Register';
  const namer = ofTask ? 'a referrer' : shortName(referrer);
  // Who deregisters keeps a journal; only a report that is made by hand knows of none.
  const next =
    target.kind === 'revision' && spot.where !== undefined
      ? `${point} it again from the journal; that says its new number, and the command that lets ${namer} name it: \`${pruner(`restore ${name}`, spot)}\``
      : `${point} the same definition anew, and let ${namer} name that revision: \`aws ecs describe-task-definition${option('--task-definition', name)} --include TAGS${inRegion(spot)}\``;
  return { problem: says, remedy: next };
}

/** In an account without families every glob is without one: nothing to correct. */
function withoutFamily(plan: Plan | undefined, globs: readonly string[], spot: Spot): ActionItem[] {
  if (globs.length === 0 || plan === undefined || plan.families.length === 0) return [];
  return [
    {
      problem: `The settings name families that do not exist: ${globs.join(', ')}`,
      remedy: `Correct or remove them. The families of this account: \`aws ecs list-task-definition-families --status ACTIVE${inRegion(spot)}\``,
    },
  ];
}

/** Signatures are refused at about this distance anyway; below it an age of days is not affected. */
const CLOCKS_APART_MS = 300_000;

function clocks(aheadMs: number): ActionItem[] {
  if (Math.abs(aheadMs) <= CLOCKS_APART_MS) return [];
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return [
    {
      problem: `The clock of the machine that ran this is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} AWS's; ages were judged by the earlier of the two`,
      remedy: 'Set that clock. What it shows: `date -u`',
    },
  ];
}
