// How a run begins: who we are, whether another one is at work, and a ledger before anything is read. What comes of it is
// small, and crosses to every later step.
import type { Problem } from '../domain/problem.ts';
import type { Stop } from '../apply/done.ts';
import { accountAlias } from '../aws/alias.ts';
import { kindOf, wordsOf } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';

import type { Unfinished } from '../report/model/course.ts';
import type { Caller, Target } from '../domain/revision.ts';
import { digest } from '../settings/narrow.ts';
import { Lock, type Taken, takeLock } from '../state/lock.ts';
import {
  isRun,
  type RunRecord,
  loadRunRecord,
  nameOfRun,
  isDryRun,
  type RunName,
  runsIn,
  saveRunRecord,
} from '../state/runs.ts';
import { type StateStore, StateError } from '../state/state.ts';
import { Carried, newRunRecord } from './carried.ts';
import type { RunOptions } from './options.ts';
import { settle } from './settle.ts';
import { stopBy } from './stops.ts';

export interface Opened {
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** Absent when AWS could not be asked who we are. */
  readonly target?: Target;
  readonly caller?: Caller;
  readonly failure?: Problem;
  /** Why nothing may be done. */
  readonly held?: Stop;
  readonly before?: Unfinished;
  /** The last run could not look up who took up what it took: this one does. */
  readonly check?: Pick<RunName, 'id' | 'beganAt'>;
  /** The lock was damaged, and taken over. */
  readonly tookOver?: NonNullable<Lock['tookOver']>;
  /** It may deregister, and delete: no dry run. */
  readonly writes?: true;
  /** The same event came twice, and the first has ended: the second does nothing. */
  readonly over?: true;
}

/** A run that is open, in this process. */
export interface Run {
  readonly target: Target;
  readonly caller?: Caller | undefined;
  readonly carried: Carried;
  /** What it takes to deregister. A dry run has none, and neither has one that lost its lock. */
  readonly writer?: Writer | undefined;
  readonly lost?: Stop | undefined;
  readonly check?: Opened['check'];
}

export interface Writer {
  /** Of the journal. */
  readonly state: StateStore;
  readonly lock: Lock;
}

/** Nothing may be done, before anything was. */
class Held extends Error {
  override readonly name = 'Held';
  readonly stop: Stop;
  constructor(stop: Stop) {
    super(stop.reason);
    this.stop = stop;
  }
}

export async function open(options: RunOptions): Promise<{ opened: Opened; run: Run | undefined }> {
  const began = { beganAt: options.clock.now() };
  let target: Target;
  try {
    target = await options.aws.target(new Tally());
  } catch (error) {
    options.cannotBegin?.(error);
    return { opened: { ...began, failure: notReached(error) }, run: undefined };
  }
  options.admit?.(target);
  const alias = await accountAlias(options.aws);
  const caller = { ...options.aws.caller, ...(alias === undefined ? {} : { alias }) };
  try {
    const { opened, run } = await begin(options, target, began.beganAt);
    return { opened: { ...opened, caller }, run: run && { ...run, caller } };
  } catch (error) {
    if (!(error instanceof Held || error instanceof StateError)) throw error;
    if (error instanceof StateError) options.cannotBegin?.(error);
    const held = error instanceof Held ? error.stop : stopBy(error);
    return { opened: { ...began, target, caller, held }, run: undefined };
  }
}

/** Dry run is asked here, once: a run without a writer ends with its plan.
 *  @throws Held; StateError */
async function writerOf(
  { dryRun, stateAccess, ...who }: RunOptions,
  target: Target,
): Promise<Writer | undefined> {
  if (dryRun) return undefined;
  if (stateAccess === undefined) throw new Held(noState);
  const { state } = stateAccess;
  const { id, by, clock, aws } = who;
  const lock = await takeLock({ state, target, clock, owner: { id, by }, now: () => aws.now() });
  if (!(lock instanceof Lock)) throw new Held(heldByAnother(lock));
  return { state, lock };
}

async function begin(
  options: RunOptions,
  target: Target,
  now: number,
): Promise<{ opened: Opened; run: Run | undefined }> {
  const { id, version, stateAccess, records } = options;
  const writer = await writerOf(options, target);
  if (stateAccess === undefined || !records)
    return { opened: { beganAt: now, target }, run: await inMemory(options, target, now) };
  const { state } = stateAccess;
  const runs = await runsIn(state, target);
  // Cut off before this step's outcome was remembered, or asked to run twice.
  const ours = runs.find((one) => isRun(one, id));
  const name = ours ?? nameOfRun(target, id, now);
  const carried =
    (await Carried.goingOn({ state, name }, version)) ??
    (await Carried.begun({ state, name }, ledgerOf(options, now)));
  if (carried.ledger.endedAt !== undefined) {
    await writer?.lock.release();
    return { opened: { beganAt: carried.ledger.beganAt, target, over: true }, run: undefined };
  }
  const others = runs.filter((one) => one !== ours);
  const before = writer === undefined ? {} : await lastRun(options, target, state, others);
  const { beganAt } = carried.ledger;
  const took = writer?.lock.tookOver;
  const opened = {
    beganAt,
    target,
    ...before,
    ...(writer === undefined ? {} : { writes: true as const }),
    ...(took === undefined ? {} : { tookOver: took }),
  };
  const run: Run = { target, carried, writer, check: opened.check };
  options.begun?.(() => abandon(options, run));
  return { opened, run };
}

/** The same run in a later step, which may be in another process. @throws StateError */
export async function reopen(options: RunOptions, { target, beganAt, check }: Opened): Promise<Run> {
  const { id, version, stateAccess, records } = options;
  if (target === undefined) throw new Error('a run without an account has no later step');
  if (stateAccess === undefined || !records) return inMemory(options, target, beganAt);
  const { state } = stateAccess;
  const carried = await Carried.goingOn({ state, name: nameOfRun(target, id, beganAt) }, version);
  if (carried === undefined)
    throw new StateError('incomplete', {
      operation: `reading the ledger of run ${id} in ${state.where}`,
      reason: 'it is not there any more',
      remedy: 'Find out who removed it; what the run did before stands in its log.',
    });
  try {
    return { target, carried, writer: await writerOf(options, target), check };
  } catch (error) {
    if (!(error instanceof Held || error instanceof StateError)) throw error;
    return { target, carried, lost: error instanceof Held ? error.stop : stopBy(error) };
  }
}

function inMemory(options: RunOptions, target: Target, beganAt: number): Promise<Run> {
  return Carried.begun(undefined, ledgerOf(options, beganAt)).then((carried) => ({ target, carried }));
}

function ledgerOf({ id, by, version, settings, dryRun }: RunOptions, beganAt: number): RunRecord {
  return newRunRecord({ id, by, version, settings: digest(settings), dryRun, beganAt });
}

/** How many of the latest runs are asked whether they have ended: a preview in between is no answer. */
const LOOKED_AT = 3;

/** What the last run that deregistered has left to this one. One without an end was killed, and nobody has reported what it
 *  did; one that did not wait out the window does not know who took up what it took.
 *  @throws StateError */
async function lastRun(
  options: RunOptions,
  target: Target,
  state: StateStore,
  runs: readonly RunName[],
): Promise<Pick<Opened, 'before' | 'check'>> {
  for (const run of runs.slice(-LOOKED_AT).toReversed()) {
    const kept = await loadRunRecord(state, run);
    if (kept === undefined || isDryRun(kept.record)) continue;
    const { id, beganAt, endedAt, verified, results, planned } = kept.record;
    const check = { id, beganAt };
    if (endedAt !== undefined) return verified === true || results.deregistered.length === 0 ? {} : { check };
    const { gone } = await settle(target, options, { state, run: id, going: planned });
    return { before: { ...check, deregistered: results.deregistered.length + gone.length }, check };
  }
  return {};
}

/** Once it is told it has an end; one of which not everything could be found out is told again by the next run.
 *  @throws StateError */
export async function close(
  { id, beganAt }: Unfinished,
  options: RunOptions,
  target: Target,
  { state }: Writer,
): Promise<void> {
  const name = nameOfRun(target, id, beganAt);
  const kept = await loadRunRecord(state, name);
  if (kept === undefined || kept.record.endedAt !== undefined) return;
  const { results, planned } = kept.record;
  const { gone, fault } = await settle(target, options, { state, run: id, going: planned });
  if (fault !== undefined) return;
  const deregistered = [...results.deregistered, ...gone];
  const closed = { going: [], done: { ...results, deregistered }, endedAt: options.clock.now() };
  await saveRunRecord(state, name, { ...kept.record, ...closed, outcome: 'UNFINISHED' }, kept);
}

/** Gives the lock back before the run's time. While nothing has gone the run has ended with that; otherwise the next one
 *  finds a ledger without an end, and tells. */
export async function abandon({ clock }: RunOptions, { carried, writer }: Run): Promise<void> {
  const { results, planned, deleting = [] } = carried.ledger;
  if (results.deregistered.length + planned.length + deleting.length === 0)
    await carried.keep({ endedAt: clock.now(), outcome: 'DECLINED' });
  await writer?.lock.release();
}

const noState: Stop = {
  by: 'hold',
  reason: 'there is no state to keep the journal and the lock in',
  remedy: 'Nothing goes that could not be registered again. Say where: `state: s3://bucket/prefix`',
};

function heldByAnother({ owner, since, expires, where }: Taken): Stop {
  const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  return {
    by: 'hold',
    reason: `another run is at work since ${at(since)}: ${owner.id}, by ${owner.by}`,
    remedy: `Let it end. If it was killed, its lock is over at ${at(expires)}; who is sure of that may remove ${where} before.`,
  };
}

function notReached(error: unknown): NonNullable<Opened['failure']> {
  const next =
    kindOf(error) === 'unanswered'
      ? "Check the Region's name, the network path to AWS and AWS_ENDPOINT_URL."
      : 'Check or renew the credentials (aws sts get-caller-identity), and that the Region is enabled for the account.';
  return { operation: 'asking AWS who we are (sts:GetCallerIdentity)', reason: wordsOf(error), remedy: next };
}
