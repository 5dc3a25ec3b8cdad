// One pass: read, decide, deregister, as far as the time of an invocation goes. The first plan of a run is its plan, within the
// saved or approved plan where one is given. A later pass decides anew, and deregisters only what both plans allow. The run record
// has the revisions of a pass before the first call, so that a pass that was cut off can be settled.
import { type ApplyResults, noResults, type Stop, stopBy } from '../domain/apply-results.ts';
import type { Problem } from '../domain/problem.ts';
import { nameOf } from '../domain/revision.ts';
import { plannedDeletions } from '../deletion/candidates.ts';
import type { Observation } from '../observe/observe.ts';
import { holdStop, lateReferenceStop, referencesTo, Watch } from '../observe/watch.ts';
import { allowedByBoth, limitOf, narrowPlan } from '../plan/limit.ts';
import type { Plan } from '../plan/verdict.ts';
import { buildReport } from '../report/model/build-report.ts';
import type { Report } from '../report/model/report.ts';
import { StateError } from '../state/store.ts';
import { act } from './act.ts';
import { forgetAnnounced, limitToAnnounced } from './announce.ts';
import type { OpenRun, RunOptions, Writer } from './context.ts';
import { journaledAmong } from './journaled.ts';
import { lateTasks } from './last-run.ts';
import { ifPossible } from './progress.ts';
import { needsApproval, propose, waitedMs } from './propose.ts';
import { findingsOf, reportPieces } from './report-pieces.ts';
import { planOf } from './found.ts';
import { attempted, mergeResults, withoutRevisions } from './results.ts';
import { settleEarlierPass } from './settle.ts';
import type { RunRecord } from '../state/run-records.ts';
import { cutOff, hasLostLock, lockLost, mixedEndpoints } from './stops.ts';

/** `deregistered` counts the revisions of the whole run so far. */
export type PassResult =
  | { readonly outcome: 'more to do' | 'done'; readonly deregistered: number }
  /** The run may wait for so many seconds. */
  | { readonly outcome: 'approval required'; readonly deregistered: number; readonly seconds: number }
  | { readonly outcome: 'failed'; readonly deregistered: number; readonly problem: Problem };

/** Bounds what a pass that was cut off leaves to settle, at two calls for each revision. */
const MOST_A_PASS = 1_000;
/** A pass that was cut off so often runs out of memory, or of time before its first result, each time. */
const MOST_CUT_OFF = 4;

/** @param number from 1; a pass that ended before its result was remembered is not repeated */
export async function pass(number: number, options: RunOptions, run: OpenRun): Promise<PassResult> {
  const { progress, writer, lost } = run;
  const { record } = progress;
  if (record.endedAt !== undefined) return resultOf(run, false);
  if (record.passes >= number) return resultOf(run, record.more);
  if (record.version !== options.version) return resultOf(run, false);
  if (record.started - record.passes >= MOST_CUT_OFF)
    return endPass(run, { stop: cutOff(number, MOST_CUT_OFF), isUnsettled: true });
  try {
    await progress.saveRecord({ started: record.started + 1 });
    const stop = (await settleEarlierPass(options, run)) ?? lost;
    if (stop !== undefined) return await endPass(run, { stop });
    if (writer !== undefined && !(await writer.lock.isOurs())) return await endPass(run, { stop: lockLost });
    return await readAndAct(options, run);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const stop = (await hasLostLock(run)) ? lockLost : stopBy(error);
    return endPass(run, { stop, isUnsettled: true });
  }
}

async function readAndAct(given: RunOptions, run: OpenRun): Promise<PassResult> {
  const { observer, progress, writer, approved } = run;
  const options = approved === undefined ? given : { ...given, saved: approved };
  const isOver = () => {
    const used = options.clock.now() - progress.record.beganAt - waitedMs(progress.record);
    return used > options.settings.runMinutes * 60_000;
  };
  // Readings from before the approval are hours old. The run reads and decides anew.
  const isStale = approved !== undefined && progress.found?.saved === undefined;
  if (isStale) progress.memory = undefined;
  const { observed, notes } = await limitToAnnounced(options, run.target, await observer.observe(progress.memory));
  const limited = { ...withinSavedPlan(options, observed), notes };
  const { seen } = limited;
  progress.memory = seen.memory;
  const first = isStale ? undefined : planOf(progress.found);
  if (first === undefined) await saveFirstReading(options, run, limited);
  // The invocation had too little time to read everything. The next pass need not read this part again.
  if (seen.plan.hold !== undefined && options.outOfTime() && options.allowsMorePasses && !isOver()) {
    await progress.saveMemory(seen.memory);
    return endPass(run, { more: true });
  }
  if (first === undefined && seen.plan.hold === undefined) await savePlannedDeletions(options, run, seen);
  if (writer === undefined) return endPass(run, {});
  const deregistered = progress.record.results.deregistered;
  const { readings, inventory } = seen.evidence;
  const lateReferences = referencesTo(readings, deregistered, inventory);
  const mixed = mixedEndpoints(options.aws.realms);
  if (mixed !== undefined) return endPass(run, { stop: mixed });
  const stop = lateReferenceStop(lateReferences) ?? (first === undefined ? undefined : holdStop(seen.plan));
  if (stop !== undefined) return endPass(run, { stop, results: { ...noResults, lateReferences } });
  const halted = await run.halt.checkNow();
  if (halted !== undefined) return endPass(run, { stop: halted });
  if (first === undefined) await options.consent?.(reportSoFar(options, run));
  if (needsApproval(options, run)) return endPass(run, await propose(options, run, reportSoFar(options, run)));
  return deregister(options, run, writer, { first: first ?? seen.plan, seen, isOver });
}

async function deregister(
  options: RunOptions,
  run: OpenRun,
  writer: Writer,
  { first, seen, isOver }: { first: Plan; seen: Observation; isOver: () => boolean },
): Promise<PassResult> {
  const { observer, progress } = run;
  const before = progress.record.results;
  const tried = attempted(before);
  const { allowed, kept: skipped } = allowedByBoth(limitOf(first), seen.plan, (one) => tried.has(nameOf(one)));
  const room = options.settings.maxDeregistrations - before.deregistered.length;
  const planned = allowed.slice(0, Math.max(0, Math.min(MOST_A_PASS, room)));
  if (planned.length > 0) await progress.saveRecord({ planned });
  const watch = new Watch(observer, options.clock, { ...seen, plan: { ...seen.plan, toDeregister: allowed } });
  const plan = { ...seen.plan, toDeregister: planned };
  const results = await act(options, run, writer, { plan, watch, isOver });
  const merged = mergeResults(before, { ...results, skipped: [...skipped, ...results.skipped], notReached: [] });
  await ifPossible(() =>
    forgetAnnounced(
      options,
      run.target,
      [...skipped, ...results.skipped].map(({ revision }) => revision),
    ),
  );
  const isTimeUp = results.stop?.by === 'time' && options.allowsMorePasses && !isOver();
  const more =
    first.toDeregister.length > attempted(merged).size &&
    planned.length > 0 &&
    (results.stop === undefined || isTimeUp);
  const inactive = [...results.deregistered, ...results.alreadyInactive];
  seen.memory.inventory = withoutRevisions(seen.memory.inventory ?? seen.evidence.inventory, inactive);
  const ended = await endPass(run, { more, stop: more ? undefined : results.stop, merged });
  // Without the memory the next pass reads everything again.
  if (planned.length > 0) await ifPossible(() => progress.saveMemory(seen.memory));
  return ended;
}

/** Saves what the report tells of the account as the run found it. */
async function saveFirstReading(
  options: RunOptions,
  run: OpenRun,
  { seen, saved, notes }: Limited & { readonly notes: readonly string[] },
): Promise<void> {
  const { stateAccess } = options;
  const found = findingsOf(options, seen);
  const late = await lateTasks(run, stateAccess?.state, seen.evidence);
  const danglingReferences = [...found.danglingReferences, ...late];
  const journaled = await journaledAmong(danglingReferences, stateAccess, run.target);
  await run.progress.saveFound({ ...found, notes: [...found.notes, ...notes], saved, danglingReferences, journaled });
}

/** Only a dry run, and an operator who is asked, see which deletions are planned. */
async function savePlannedDeletions(options: RunOptions, run: OpenRun, seen: Observation): Promise<void> {
  const { progress, writer, observer } = run;
  // No nightly run of a stage that requires approval deletes.
  if (progress.found === undefined || options.saved !== undefined || options.approval !== undefined) return;
  if (writer !== undefined && options.consent === undefined) return;
  const deletions = await plannedDeletions(options, observer, seen);
  if (deletions !== undefined) await progress.saveFound({ ...progress.found, deletions });
}

/** Every pass of a run with a saved plan keeps to it, also one that has lost the first plan. */
function withinSavedPlan({ saved, settings }: RunOptions, observed: Observation): Limited {
  if (saved === undefined) return { seen: observed, saved };
  const { plan, changes, outside } = narrowPlan(saved.limit, observed.plan, settings.maxDeregistrations);
  const { run, createdAt, limit } = saved;
  return {
    seen: { ...observed, plan },
    saved: { run, createdAt, revisions: limit.toDeregister.length, changes, outside },
  };
}

interface Limited {
  readonly seen: Observation;
  readonly saved: Report['saved'];
}

interface PassEnd {
  readonly more?: boolean;
  readonly stop?: Stop | undefined;
  /** The results of this pass alone. */
  readonly results?: ApplyResults;
  /** The results of all passes. */
  readonly merged?: ApplyResults;
  readonly approval?: RunRecord['approval'];
  /** A later step finds out what became of the planned revisions. */
  readonly isUnsettled?: true;
}

async function endPass(run: OpenRun, end: PassEnd): Promise<PassResult> {
  const { progress } = run;
  const { record } = progress;
  const { more = false, stop } = end;
  const results = end.merged ?? mergeResults(record.results, end.results ?? noResults);
  const planned = end.isUnsettled === true ? record.planned : [];
  try {
    const passes = record.passes + 1;
    const { approval = record.approval } = end;
    await progress.saveRecord({ passes, planned, more, approval, results: { ...results, stop } });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    if (stop === lockLost || (await hasLostLock(run))) return resultOf(run, false);
    // The results are in the journal, and the report shows them. Without a run record the run must end.
    const { operation, reason, remedy } = error;
    return { ...resultOf(run, false), outcome: 'failed', problem: { operation, reason, remedy } };
  }
  return resultOf(run, more);
}

function resultOf({ progress }: OpenRun, more: boolean): PassResult {
  const deregistered = progress.record.results.deregistered.length;
  const { approval, endedAt } = progress.record;
  if (approval !== undefined && approval.answer === undefined && endedAt === undefined)
    return { outcome: 'approval required', deregistered, seconds: (approval.until - approval.askedAt) / 1000 };
  return { outcome: more ? 'more to do' : 'done', deregistered };
}

function reportSoFar(options: RunOptions, { target, caller, progress }: OpenRun) {
  return buildReport(reportPieces(options, progress.record.beganAt, { target, run: { caller }, ...progress.found }));
}
