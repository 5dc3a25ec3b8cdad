// What a person has to look at after this run, each with what to do next. A `next` may end with one command or settings
// line between backquotes: mail and terminal put that on a line of its own, to be pasted.
import type { Done } from '../apply/done.ts';
import type { Fault, Reference } from '../evidence.ts';
import type { Plan } from '../plan/verdict.ts';
import { nameOf, type Target } from '../revision.ts';

/** Something that a person has to look at, and the command or the settings line that mends it. */
export interface Attention {
  readonly says: string;
  readonly next: string;
}

export interface Troubles {
  readonly target: Target | undefined;
  readonly plan: Plan | undefined;
  readonly done: Done;
  readonly failure: Pick<Fault, 'doing' | 'said' | 'next'> | undefined;
  /** Globs of the settings without a family, as `overrides[1] "legcy-*"`. */
  readonly unmatched: readonly string[];
  /** How far our clock is ahead of AWS's (or, below zero, behind it). */
  readonly clockAheadMs: number;
}

/** Worst first. */
export function attentionOf({ target, plan, done, failure, unmatched, clockAheadMs }: Troubles): Attention[] {
  const region = target === undefined ? '' : ` --region ${target.region}`;
  return [
    ...(failure === undefined ? [] : [fromFault(failure, 0)]),
    ...stopped(done),
    ...done.stranded.map((reference) => stranded(reference, region)),
    ...done.failed.map(({ revision, says, said }) => ({
      says: `Could not deregister ${nameOf(revision)}: ${says}: ${said}`,
      next: `It is tried again by the next run. To see what is known about it: \`./pruner explain ${nameOf(revision)}${region}\``,
    })),
    ...fromFaults(plan?.hold?.faults ?? []),
    ...withoutFamily(plan, unmatched, region),
    ...clocks(clockAheadMs),
  ];
}

/** Time and throttling mend themselves by the next run, and who interrupts a run knows it. */
function stopped({ stop }: Done): Attention[] {
  return stop?.by === 'brake' || stop?.by === 'hold' ? [{ says: stop.says, next: stop.next }] : [];
}

/** One denied permission fails in every cluster: said once, with a count. */
export function fromFaults(faults: readonly Fault[]): Attention[] {
  const groups = new Map<string, [Fault, number]>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.part, fault.kind, fault.next]);
    const [first, more] = groups.get(key) ?? [fault, -1];
    groups.set(key, [first, more + 1]);
  }
  return Array.from(groups.values(), ([fault, more]) => fromFault(fault, more));
}

function fromFault({ doing, said, next }: Pick<Fault, 'doing' | 'said' | 'next'>, more: number): Attention {
  return { says: `${doing} failed${more > 0 ? `, and ${more} more like it` : ''}: ${said}`, next };
}

/** It runs and scales with an INACTIVE revision, but nothing can start it or move to it again, and nothing makes it
 *  ACTIVE again: the way back is to register its definition once more, under a new number.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
function stranded({ who, use, what }: Reference, region: string): Attention {
  const name = what.kind === 'revision' ? nameOf(what) : what.family;
  return {
    says: `This run deregistered ${name}, and ${who} ${use} it`,
    next: `It runs on, but cannot be started or updated again. Register the same definition anew, and let it name that revision: \`aws ecs describe-task-definition --task-definition ${name} --include TAGS${region}\``,
  };
}

/** In an account without families every glob is without one: nothing to correct. */
function withoutFamily(plan: Plan | undefined, globs: readonly string[], region: string): Attention[] {
  if (globs.length === 0 || plan === undefined || plan.families.length === 0) return [];
  return [
    {
      says: `The settings name families that do not exist: ${globs.join(', ')}`,
      next: `Correct or remove them. The families of this account: \`aws ecs list-task-definition-families --status ACTIVE${region}\``,
    },
  ];
}

/** Signatures are refused at about this distance anyway; below it an age of days is not affected. */
const CLOCKS_APART_MS = 300_000;

function clocks(aheadMs: number): Attention[] {
  if (Math.abs(aheadMs) <= CLOCKS_APART_MS) return [];
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  return [
    {
      says: `The clock of the machine that ran this is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} AWS's; ages were judged by the earlier of the two`,
      next: 'Set that clock. What it shows: `date -u`',
    },
  ];
}
