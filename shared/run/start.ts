// Starts a run whose caller is known: the lock, and a run record before anything is read.
import { type Stop, stopBy } from '../domain/apply-results.ts';
import type { Target } from '../domain/revision.ts';
import { Observer } from '../observe/observe.ts';
import { digest } from '../settings/narrow.ts';
import { loadProposal } from '../state/approval.ts';
import { openJournal } from '../state/journal.ts';
import { Lock, type HeldLock, acquireLock } from '../state/lock.ts';
import { hasRunId, makeRunName, type RunRecord, listRunNames } from '../state/run-records.ts';
import { StateError } from '../state/store.ts';
import type { OpenRun, RunOptions, SavedLimit, Writer } from './context.ts';
import { Halt } from './halt.ts';
import { readLastRun } from './last-run.ts';
import type { Identity, Opened, Started } from './opened.ts';
import { newRunRecord, RunProgress } from './progress.ts';
import { toLimit } from './saved-plan.ts';

/** Nothing may be done. */
class Held extends Error {
  override readonly name = 'Held';
  readonly stop: Stop;
  constructor(stop: Stop) {
    super(stop.reason);
    this.stop = stop;
  }
}

/** The run is held where it cannot have the lock or the state store. */
export async function startRun(
  options: RunOptions,
  identity: Identity,
): Promise<{ readonly opened: Opened; readonly run?: OpenRun | undefined }> {
  try {
    return await start(options, identity);
  } catch (error) {
    if (error instanceof StateError) options.onOpenFailure?.(error);
    return { opened: { state: 'held', ...identity, stop: stopOf(error) } };
  }
}

async function start(options: RunOptions, identity: Identity): Promise<{ opened: Opened; run: OpenRun | undefined }> {
  const { target, beganAt } = identity;
  const writer = await writerFor(options, target);
  const place = placeOf(options, identity);
  if (place === undefined) {
    const progress = await RunProgress.start(undefined, runRecordOf(options, beganAt));
    return { opened: { state: 'started', ...identity, writes: false }, run: runOf(options, identity, progress) };
  }
  const { state } = place;
  const runs = await listRunNames(state, target);
  // The same run, where this step was cut off before its result was remembered, or where the event arrived twice.
  const ours = runs.find((one) => hasRunId(one, options.id));
  const name = ours ?? place.name;
  const progress =
    (await RunProgress.resume({ state, name }, options.version)) ??
    (await RunProgress.start({ state, name }, runRecordOf(options, beganAt)));
  if (progress.record.endedAt !== undefined) {
    await writer?.lock.release();
    return { opened: { state: 'already finished' }, run: undefined };
  }
  const others = runs.filter((one) => one !== ours);
  const last =
    writer === undefined ? {} : await readLastRun(new Observer(target, options), state, others, options.aws.now());
  const tookOver = writer?.lock.takeover;
  const opened: Started = {
    state: 'started',
    ...identity,
    beganAt: progress.record.beganAt,
    writes: writer !== undefined,
    ...last,
    ...(tookOver === undefined ? {} : { tookOver }),
  };
  const run = runOf(options, opened, progress, { writer });
  options.onStarted?.(() => abandon(options, run));
  return { opened, run };
}

/** Opens the same run for a later step, which may run in another process. @throws StateError */
export async function reopenRun(options: RunOptions, opened: Started): Promise<OpenRun> {
  const place = placeOf(options, opened);
  if (place === undefined) {
    const progress = await RunProgress.start(undefined, runRecordOf(options, opened.beganAt));
    return runOf(options, opened, progress);
  }
  const progress = await RunProgress.resume(place, options.version);
  if (progress === undefined)
    throw new StateError('incomplete', {
      operation: `reading the run record of ${options.id} in ${place.state.where}`,
      reason: 'it is not there any more',
      remedy: "Find out who removed it. The function's log shows what the run did before.",
    });
  // A deployment can switch the dry run on or off meanwhile. It can only take from a run.
  if (!opened.writes) return runOf(options, opened, progress);
  try {
    const approved = await loadApproved(progress);
    const writer = await writerFor(options, opened.target);
    return runOf(options, opened, progress, writer === undefined ? { lost: switchedToDryRun } : { writer, approved });
  } catch (error) {
    return runOf(options, opened, progress, { lost: stopOf(error) });
  }
}

/** @throws StateError where the approved plan is missing or damaged, or is another one */
async function loadApproved({ place, record }: RunProgress): Promise<SavedLimit | undefined> {
  const { approval } = record;
  if (place === undefined || approval?.answer?.outcome !== 'approved') return undefined;
  return toLimit(await loadProposal(place, approval));
}

/** Asks once whether this is a dry run. A run without a writer ends with its plan. @throws Held; StateError */
async function writerFor(
  { dryRun, stateAccess, id, by, clock, aws }: RunOptions,
  target: Target,
): Promise<Writer | undefined> {
  if (dryRun) return undefined;
  if (stateAccess === undefined) throw new Held(noStateStore);
  const { state } = stateAccess;
  const lock = await acquireLock({ state, target, clock, owner: { id, by }, now: () => aws.now() });
  if (!(lock instanceof Lock)) throw new Held(lockedBy(lock));
  return { state, lock, journal: openJournal(state, target) };
}

/** Nothing where this run keeps no records. */
function placeOf({ stateAccess, keepsRecords, id }: RunOptions, { target, beganAt }: Identity) {
  if (stateAccess === undefined || !keepsRecords) return undefined;
  return { state: stateAccess.state, name: makeRunName(target, id, beganAt) };
}

function runOf(
  options: RunOptions,
  { target, caller, check }: Identity & Pick<Started, 'check'>,
  progress: RunProgress,
  more: Pick<OpenRun, 'writer' | 'lost' | 'approved'> = {},
): OpenRun {
  const { aws, clock, settings, pauseParameter = '' } = options;
  const { region } = target;
  const halt = new Halt({
    aws,
    clock,
    region,
    pauseParameter: pauseParameter || settings.pauseParameter,
    changeCalendar: settings.changeCalendar,
  });
  return { target, caller, observer: new Observer(target, options), progress, halt, check, ...more };
}

function runRecordOf({ id, by, version, settings, dryRun }: RunOptions, beganAt: number): RunRecord {
  return newRunRecord({ id, by, version, settings: digest(settings), dryRun, beganAt });
}

/** Releases the lock early. While nothing was deregistered, the run ends with that. Otherwise the next run finds a run record
 *  without an end, and reports it. */
export async function abandon({ clock }: RunOptions, { progress, writer }: OpenRun): Promise<void> {
  const { results, planned, deleting = [] } = progress.record;
  if (results.deregistered.length + planned.length + deleting.length === 0)
    await progress.saveRecord({ endedAt: clock.now(), outcome: 'DECLINED' });
  await writer?.lock.release();
}

function stopOf(error: unknown): Stop {
  if (error instanceof Held) return error.stop;
  if (error instanceof StateError) return stopBy(error);
  throw error;
}

const switchedToDryRun: Stop = {
  by: 'hold',
  reason: 'the stack was switched to a dry run while this run was under way',
  remedy: 'Nothing, if that was on purpose: what was deregistered until then can be restored.',
};

const noStateStore: Stop = {
  by: 'hold',
  reason: 'there is no state store for the journal and the lock',
  remedy: 'Only journaled revisions can be restored. Name a state store: `state: s3://bucket/prefix`',
};

function lockedBy({ owner, since, expires, where }: HeldLock): Stop {
  const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  return {
    by: 'hold',
    reason: `another run holds the lock since ${at(since)}: ${owner.id}, by ${owner.by}`,
    remedy: `Let it end. If it was killed, its lock expires at ${at(expires)}. If you are sure of that, you can remove ${where} earlier.`,
  };
}
