// The targets of a hub, as plain values. A target is an account and Region with a stack of its own.
import type { Problem } from '../../domain/problem.ts';
import type { Night } from '../../domain/night.ts';
import type { ActionItem } from '../model/action-item.ts';
import type { Backlog } from '../model/report.ts';

export interface TargetName {
  readonly account: string;
  readonly region: string;
}

/** Worst first. A target that should report and has not for hours is silent; one without any report is silent as well. */
export const targetStates = ['silent', 'action', 'paused', 'fine'] as const;
export type TargetState = (typeof targetStates)[number];

/** The end of the newest run of a target. */
export interface LastRun {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** When the hub received it, in milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly dryRun: boolean;
  /** Of the run that reported it, perhaps by a later version with more outcomes. */
  readonly outcome: string;
  readonly verdict: string;
  /** ACTIVE revisions when the run began. */
  readonly active: number;
  readonly planned: number;
  readonly deregistered: number;
  readonly backlog: Pick<Backlog, 'revisions' | 'nights' | 'atLeast'>;
  /** The address of the whole report. */
  readonly report: string | undefined;
  readonly version: string;
}

export interface FleetTarget extends TargetName {
  readonly partition: string;
  readonly alias: string | undefined;
  readonly state: TargetState;
  /** Absent where it has never reported. */
  readonly last: LastRun | undefined;
  /** Oldest first. */
  readonly nights: readonly Night[];
}

/** One target, with all items of its newest event. */
export interface TargetDetails {
  readonly target: FleetTarget;
  readonly attention: readonly ActionItem[];
  /** Items that are only in its report. */
  readonly moreAttention: number;
}

/** One thing to do, in every target that reports it. */
export interface FleetItem extends ActionItem {
  readonly targets: readonly TargetName[];
}

export interface FleetDay {
  /** `2026-11-30`, in UTC. */
  readonly day: string;
  /** ACTIVE revisions of all targets after their last run up to this day. */
  readonly active: number;
  readonly deregistered: number;
  readonly waiting: number;
}

/** Events that the hub ignored, of one account for one reason. */
export interface IgnoredEvents {
  readonly account: string | undefined;
  /** Continues `because`. */
  readonly reason: string;
  readonly count: number;
  /** The target that the last one names. */
  readonly claims: string | undefined;
}

export interface Fleet {
  /** When this was read, in milliseconds since the epoch. */
  readonly at: number;
  /** By account and Region. */
  readonly targets: readonly FleetTarget[];
  /** Those of most accounts first, and of each account its first ones. */
  readonly items: readonly FleetItem[];
  /** The items that the targets counted and did not send, and those beyond the bounds of this list. */
  readonly moreItems: number;
  /** The last two weeks, oldest first. */
  readonly days: readonly FleetDay[];
  readonly ignored: readonly IgnoredEvents[];
  /** Reasons why this is incomplete, such as a stack set that cannot be read. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

export function countStates({ targets }: Pick<Fleet, 'targets'>): Readonly<Record<TargetState, number>> {
  const count = (state: TargetState) => targets.filter((target) => target.state === state).length;
  return { silent: count('silent'), action: count('action'), paused: count('paused'), fine: count('fine') };
}

/** The first one of each account, then the second ones: an account with many Regions does not push out the others. */
export function inTurn<Item extends { readonly account: string | undefined }>(items: readonly Item[]): Item[] {
  const seen = new Map<string | undefined, number>();
  const numbered = items.map((item) => {
    const number = (seen.get(item.account) ?? 0) + 1;
    seen.set(item.account, number);
    return { item, number };
  });
  return numbered.toSorted((a, b) => a.number - b.number).map(({ item }) => item);
}

export interface FleetTotals {
  readonly active: number;
  readonly deregistered: number;
  readonly backlog: number;
  readonly backlogAtLeast: boolean;
  /** Revisions that dry runs would deregister, and their targets. */
  readonly planned: number;
  readonly dryRuns: number;
}

/** Of the last run of each target. */
export function sumTargets({ targets }: Pick<Fleet, 'targets'>): FleetTotals {
  const runs = targets.flatMap(({ last }) => last ?? []);
  const sum = (of: (run: LastRun) => number) => runs.reduce((all, run) => all + of(run), 0);
  return {
    active: sum(({ active, deregistered }) => Math.max(0, active - deregistered)),
    deregistered: sum(({ deregistered }) => deregistered),
    backlog: sum(({ backlog }) => backlog.revisions),
    backlogAtLeast: runs.some(({ backlog }) => backlog.atLeast),
    planned: sum(({ dryRun, planned }) => (dryRun ? planned : 0)),
    dryRuns: runs.filter(({ dryRun }) => dryRun).length,
  };
}

/** Everything that asks for action, also what no target reports itself. */
export function isFleetFine(fleet: Fleet): boolean {
  const { silent, action } = countStates(fleet);
  return silent + action + fleet.problems.length + fleet.ignored.length === 0;
}

/** Those first that need a look: by state, then by what waits. */
export function byNeed(a: FleetTarget, b: FleetTarget): number {
  const waiting = ({ last }: FleetTarget) => last?.backlog.revisions ?? 0;
  return byState(a, b) || waiting(b) - waiting(a);
}

export function byState(a: FleetTarget, b: FleetTarget): number {
  return targetStates.indexOf(a.state) - targetStates.indexOf(b.state);
}
