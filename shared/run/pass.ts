// One pass: read, decide, deregister, as far as the time of an invocation goes. The first plan of a run is its plan; a later
// pass decides everything anew and takes only what both let go. What a pass is about to take is in the ledger first, so that
// one that was cut off can be settled by the next.
import type { Problem } from '../domain/problem.ts';
import { type ApplyResults, noResults, type Stop } from '../apply/done.ts';
import { wordsOf } from '../aws/errors.ts';

import { observe } from '../observe/observe.ts';
import { type Plan, verdictsOf } from '../plan/verdict.ts';
import { Refused } from '../read/evidence.ts';
import { buildReport } from '../report/model/build-report.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { StateError } from '../state/state.ts';
import { referencesTo, objectionTo, retiredOnlyIn, lateReferenceStop, Watch } from '../observe/watch.ts';
import { act } from './acting.ts';
import { ifPossible, withoutRevisions, attempted, mergeResults } from './carried.ts';
import { journaledAmong } from './journaled.ts';
import { takenUpLate } from './late.ts';
import type { Run } from './open.ts';
import type { RunOptions } from './options.ts';
import { type Found, foundBy, piecesOf } from './pieces.ts';
import { plannedDeletions } from '../deletion/planned.ts';
import { settleEarlier } from './settle.ts';
import { cutOff, hasLostLock, holdOf, lockLost, mixedEndpoints, stopBy } from './stops.ts';

export interface Passed {
  /** Another pass has something to do. */
  readonly more: boolean;
  /** How many have gone in this run so far. */
  readonly gone: number;
  readonly failure?: Problem;
}

/** Bounds what a pass that was cut off leaves to be settled, at two calls each. */
const MOST_A_PASS = 1_000;
/** A pass that was cut off so often would be cut off for ever: it runs out of memory, or of time before its first sign. */
const MOST_CUT_OFF = 4;

/** @param number from 1; one that came to its end before its outcome was remembered is not done again */
export async function pass(number: number, options: RunOptions, run: Run): Promise<Passed> {
  const { carried, writer, lost } = run;
  const { ledger } = carried;
  const so = (more: boolean): Passed => ({ more, gone: carried.ledger.results.deregistered.length });
  if (ledger.endedAt !== undefined) return so(false);
  if (ledger.passes >= number) return so(ledger.more);
  if (ledger.version !== options.version) return so(false);
  if (ledger.started - ledger.passes >= MOST_CUT_OFF)
    return ended(run, { more: false, stop: cutOff(number, MOST_CUT_OFF), unsettled: true }, so);
  try {
    await carried.keep({ started: ledger.started + 1 });
    const unsettled = await settleEarlier(options, run);
    if (unsettled !== undefined) return await ended(run, { more: false, stop: unsettled }, so);
    if (lost !== undefined) return await ended(run, { more: false, stop: lost }, so);
    if (writer !== undefined && !(await writer.lock.isOurs()))
      return await ended(run, { more: false, stop: lockLost }, so);
    return await readAndAct(options, run, so);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const stop = (await hasLostLock(run)) ? lockLost : stopBy(error);
    return ended(run, { more: false, stop, unsettled: true }, so);
  }
}

async function readAndAct(options: RunOptions, run: Run, so: (more: boolean) => Passed): Promise<Passed> {
  const { target, carried, writer } = run;
  const { outOfTime, continues } = options;
  const seen = await observe(target, options, carried.memory);
  const isOver = () => options.clock.now() - carried.ledger.beganAt > options.settings.runMinutes * 60_000;
  const first = planOf(carried.found);
  // The reading was cut short by the time of an invocation: what it has read need not be read again.
  const goesOn = seen.plan.hold !== undefined && outOfTime() && continues && !isOver();
  carried.memory = seen.memory;
  if (first === undefined) {
    const found = foundBy(options, seen);
    const late = await takenUpLate(options, run, seen);
    const stranded = [...found.danglingReferences, ...late];
    const journaled = await journaledAmong(stranded, options.stateAccess, target);
    await carried.keepFound({ ...found, danglingReferences: stranded, journaled });
  }
  if (goesOn) {
    await carried.keepMemory(seen.memory);
    return ended(run, { more: true }, so);
  }
  const isShown = writer === undefined || options.consent !== undefined;
  if (first === undefined && carried.found !== undefined && seen.plan.hold === undefined && isShown) {
    const deletions = await plannedDeletions(options, target, seen);
    if (deletions !== undefined) await carried.keepFound({ ...carried.found, deletions });
  }
  if (writer === undefined) return ended(run, { more: false }, so);
  const mixed = mixedEndpoints(options.aws);
  if (mixed !== undefined) return ended(run, { more: false, stop: mixed }, so);
  const taken = carried.ledger.results.deregistered;
  const stranded = referencesTo(seen.evidence.readings, taken, seen.evidence.inventory);
  const stop = lateReferenceStop(stranded) ?? (first === undefined ? undefined : holdOf(seen.plan));
  if (stop !== undefined)
    return ended(run, { more: false, stop, done: { ...noResults, lateReferences: stranded } }, so);
  if (first === undefined) await options.consent?.(reportSoFar(options, run));

  const { toDeregister: wanted } = first ?? seen.plan;
  const { going: allowed, spared } = restricted(first ?? seen.plan, seen.plan, carried.ledger.results);
  const room = options.settings.maxDeregistrations - taken.length;
  const going = allowed.slice(0, Math.max(0, Math.min(MOST_A_PASS, room)));
  if (going.length > 0) await carried.keep({ planned: going });
  const watch = new Watch(target, options, { ...seen, plan: { ...seen.plan, toDeregister: allowed } });
  const done = await act(options, run, writer, {
    plan: { ...seen.plan, toDeregister: going },
    watch,
    isOver,
  });
  const all = mergeResults(carried.ledger.results, {
    ...done,
    skipped: [...spared, ...done.skipped],
    notReached: [],
  });
  const rest = wanted.length - attempted(all).size;
  const byTime = done.stop?.by === 'time' && continues && !isOver();
  const more = rest > 0 && going.length > 0 && (done.stop === undefined || byTime);
  carried.memory.inventory = withoutRevisions(carried.memory.inventory ?? seen.evidence.inventory, [
    ...done.deregistered,
    ...done.alreadyInactive,
  ]);
  const passed = await ended(run, { more, ...(more ? {} : { stop: done.stop }), all }, so);
  // Without it the next step reads all of it anew.
  if (going.length > 0) await ifPossible(() => carried.keepMemory(seen.memory));
  return passed;
}

/** What the first plan let go and was not tried yet, as far as this one lets it go as well. */
function restricted(
  first: Plan,
  now: Plan,
  done: ApplyResults,
): { going: Revision[]; spared: ApplyResults['skipped'] } {
  const tried = attempted(done);
  const verdicts = verdictsOf(now);
  const alive = retiredOnlyIn(first, now);
  const going: Revision[] = [];
  const spared: ApplyResults['skipped'][number][] = [];
  for (const revision of first.toDeregister) {
    if (tried.has(nameOf(revision))) continue;
    const reason =
      objectionTo(verdicts(revision)) ??
      (alive.has(revision.family) ? 'its family is not retired any more' : undefined);
    if (reason === undefined) going.push(revision);
    else spared.push({ revision, reason });
  }
  return { going, spared };
}

/** The plan of the run, once everything could be read. */
export function planOf(found: Found | undefined): Plan | undefined {
  return found?.plan?.hold === undefined ? found?.plan : undefined;
}

interface End {
  readonly more: boolean;
  readonly stop?: Stop | undefined;
  /** What this pass did; or, with what earlier ones did, `all`. */
  readonly done?: ApplyResults;
  readonly all?: ApplyResults;
  /** What it was about to take is for a later step to find out about. */
  readonly unsettled?: true;
}

async function ended(
  run: Run,
  { more, stop, done, all, unsettled }: End,
  so: (more: boolean) => Passed,
): Promise<Passed> {
  const { carried } = run;
  const { ledger } = carried;
  const whole = all ?? mergeResults(ledger.results, done ?? noResults);
  const going = unsettled === true ? ledger.planned : [];
  try {
    await carried.keep({ passes: ledger.passes + 1, planned: going, more, results: { ...whole, stop } });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    if (stop === lockLost || (await hasLostLock(run))) return so(false);
    // It is in the journal, and the report still tells it; nothing more may go without a ledger.
    return { ...so(false), failure: failureOf(error.operation, error) };
  }
  return so(more);
}

function reportSoFar(options: RunOptions, { target, caller, carried }: Run) {
  return buildReport(
    piecesOf(options, carried.ledger.beganAt, { target, run: { caller }, ...carried.found }),
  );
}

/** What is plain JSON of it. */
export function failureOf(doing: string, error: unknown): NonNullable<Passed['failure']> {
  const known = error instanceof StateError ? error : error instanceof Refused ? error.fault : undefined;
  if (known !== undefined) return { operation: known.operation, reason: known.reason, remedy: known.remedy };
  const remedy = 'This is a fault of ecs-revision-pruner: report it with what its log says.';
  return { operation: doing, reason: wordsOf(error), remedy };
}
