// One pass: read, decide, deregister, as far as the time of an invocation goes. The first plan of a run is its plan; a later
// pass decides everything anew and takes only what both let go. What a pass is about to take is in the ledger first, so that
// one that was cut off can be settled by the next.
import { apply } from '../apply/deregister.ts';
import { type Done, nothingDone, type Stop } from '../apply/done.ts';
import { wordsOf } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import type { Evidence, Fault } from '../evidence.ts';
import { type Observation, observe, policyFrom } from '../observe.ts';
import type { Stranded } from '../plan/stranded.ts';
import { type Plan, verdictsOf } from '../plan/verdict.ts';
import { Refused } from '../read/evidence.ts';
import { buildReport } from '../report/model.ts';
import { isAmong, nameOf, type Revision, type Target } from '../revision.ts';
import { digest } from '../settings/narrow.ts';
import { journalOf } from '../state/journal.ts';
import { loadLedger, nameOfRun } from '../state/runs.ts';
import { StateError } from '../state/state.ts';
import { namedIn, objectionTo, strandedStop, Watch } from '../watch.ts';
import { plannedDeletions } from './planned-deletions.ts';
import { ifPossible, less, reached, together } from './carried.ts';
import { type Run, stopBy, type Writer } from './open.ts';
import type { RunOptions } from './options.ts';
import { journaledAmong } from './journaled.ts';
import { type Found, foundBy, piecesOf } from './pieces.ts';
import { settle } from './settle.ts';

export interface Passed {
  /** Another pass has something to do. */
  readonly more: boolean;
  /** How many have gone in this run so far. */
  readonly gone: number;
  readonly failure?: Pick<Fault, 'doing' | 'said' | 'next'>;
}

/** Bounds what a pass that was cut off leaves to be settled, at two calls each. */
const MOST_A_PASS = 1_000;
/** A pass that was cut off so often would be cut off for ever: it runs out of memory, or of time before its first sign. */
const MOST_CUT_OFF = 4;

/** @param number from 1; one that came to its end before its outcome was remembered is not done again */
export async function pass(number: number, options: RunOptions, run: Run): Promise<Passed> {
  const { carried, writer, lost } = run;
  const { ledger } = carried;
  const so = (more: boolean): Passed => ({ more, gone: carried.ledger.done.deregistered.length });
  if (ledger.endedAt !== undefined) return so(false);
  if (ledger.passes >= number) return so(ledger.more);
  if (ledger.version !== options.version) return so(false);
  if (ledger.begun - ledger.passes >= MOST_CUT_OFF)
    return ended(run, { more: false, stop: cutOff(number), unsettled: true }, so);
  try {
    await carried.keep({ begun: ledger.begun + 1 });
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

/** Whoever has the lock may have written what this run was about to write: then that is the reason. */
async function hasLostLock({ writer }: Run): Promise<boolean> {
  return (
    (await asStop(async () => ((await writer?.lock.isOurs()) === false ? lockLost : undefined))) === lockLost
  );
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
    const stranded = [...found.stranded, ...late];
    const journaled = await journaledAmong(stranded, options.keeping, target);
    await carried.keepFound({ ...found, stranded, journaled });
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
  const taken = carried.ledger.done.deregistered;
  const stranded = namedIn(seen.evidence.readings, taken);
  const stop = strandedStop(stranded) ?? (first === undefined ? undefined : holdOf(seen.plan));
  if (stop !== undefined) return ended(run, { more: false, stop, done: { ...nothingDone, stranded } }, so);
  if (first === undefined) await options.consent?.(reportSoFar(options, run));

  const { going: wanted } = first ?? seen.plan;
  const { going: allowed, spared } = restricted(wanted, seen.plan, carried.ledger.done);
  const room = options.settings.maxDeregistrations - taken.length;
  const going = allowed.slice(0, Math.max(0, Math.min(MOST_A_PASS, room)));
  if (going.length > 0) await carried.keep({ going });
  const watch = new Watch(target, options, { ...seen, plan: { ...seen.plan, going: allowed } });
  const done = await act(options, run, writer, { plan: { ...seen.plan, going }, watch, isOver });
  const all = together(carried.ledger.done, { ...done, spared: [...spared, ...done.spared], left: [] });
  const rest = wanted.length - reached(all).size;
  const byTime = done.stop?.by === 'time' && continues && !isOver();
  const more = rest > 0 && going.length > 0 && (done.stop === undefined || byTime);
  carried.memory.inventory = less(carried.memory.inventory ?? seen.evidence.inventory, [
    ...done.deregistered,
    ...done.alreadyGone,
  ]);
  const passed = await ended(run, { more, ...(more ? {} : { stop: done.stop }), all }, so);
  // Without it the next step reads all of it anew.
  if (going.length > 0) await ifPossible(() => carried.keepMemory(seen.memory));
  return passed;
}

/** Who runs what the last run took, where that one could not wait out the window. Whatever else names it is found as
 *  stranded on every run; a task is over when it ends, and only this tells who starts such tasks. */
async function takenUpLate(
  { keeping }: RunOptions,
  { target, check }: Run,
  { evidence }: Observation,
): Promise<Stranded[]> {
  if (keeping === undefined || check === undefined) return [];
  const kept = await loadLedger(keeping.state, nameOfRun(target, check.id, check.beganAt));
  if (kept === undefined) return [];
  const { done, going } = kept.ledger;
  const gone = [...done.deregistered, ...going].filter(
    ({ family, number }) => !isAmong(number, evidence.inventory.get(family)),
  );
  return namedIn(evidence.readings, gone)
    .filter(({ source }) => source === 'tasks')
    .map((reference) => {
      const newest = evidence.inventory.get(reference.what.family)?.at(-1)?.upto;
      return { reference, status: 'INACTIVE', newest };
    });
}

async function act(
  options: RunOptions,
  { target, carried }: Run,
  writer: Writer,
  { plan, watch, isOver }: { plan: Plan; watch: Watch; isOver: () => boolean },
): Promise<Done> {
  const { aws, pacer, settings, clock } = options;
  if (plan.going.length === 0) return nothingDone;
  const before = carried.ledger.done.deregistered;
  const done = await apply(plan, {
    target,
    policy: policyFrom(settings),
    asOf: plan.asOf,
    reader: aws.ecs(new Tally()),
    writer: aws.ecsWriter(new Tally()),
    turn: () => pacer.ready('task-definition-modify'),
    pause: (ms) => clock.sleep(ms),
    objections: (revision, taken) => watch.objections(revision, [...before, ...taken]),
    journal: journaling(options, target, writer, plan, watch),
    alone: () => alone(writer),
    isFresh: () => watch.isFresh(),
    stopped: () => options.stopped() ?? (isOver() ? timeUsed(settings.runMinutes) : undefined),
    progress: (revision, became) => options.acted(revision, became, plan.going.length),
  });
  // What a look had against one that was not reached counts in the next pass as well, which may not see it any more.
  const tried = reached(done);
  const kept = watch.kept.filter(({ revision }) => !tried.has(nameOf(revision)));
  return { ...done, spared: [...done.spared, ...kept], stranded: watch.stranded };
}

/** Everything that a person, or `restore`, needs to know about it once it is gone. */
function journaling(
  { aws, id, settings }: RunOptions,
  target: Target,
  { state }: Writer,
  plan: Plan,
  watch: Watch,
): Parameters<typeof apply>[1]['journal'] {
  const newest = new Map(plan.families.map((one) => [one.family, one.newest]));
  return (revision, { definition, tags }) =>
    asStop(async () => {
      const evidence = { ...basisIn(watch.evidence), settings: digest(settings) };
      await journalOf(state, target).write({
        revision,
        run: id,
        at: Math.round(aws.now()),
        definition,
        tags,
        evidence: { ...evidence, newest: newest.get(revision.family) ?? 0 },
      });
      return undefined;
    });
}

function basisIn({ asOf, readings }: Evidence) {
  return {
    asOf: Math.round(asOf),
    readings: readings.map(({ part, began, items }) => ({ part, began: Math.round(began.wall), items })),
  };
}

/** Why nothing more may go, where another run has come. */
export function alone({ lock }: Writer): Promise<Stop | undefined> {
  return asStop(async () => ((await lock.isOurs()) ? undefined : lockLost));
}

export async function asStop(attempt: () => Promise<Stop | undefined | void>): Promise<Stop | undefined> {
  try {
    return (await attempt()) ?? undefined;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return stopBy(error);
  }
}

/** What an earlier pass was about to take when it was cut off. @throws StateError */
export async function settleEarlier(
  options: RunOptions,
  { target, carried }: Run,
): Promise<Stop | undefined> {
  const { keeping, id } = options;
  const { going, done } = carried.ledger;
  if (keeping === undefined || going.length === 0) return undefined;
  const { gone, unknown, fault } = await settle(target, options, { state: keeping.state, run: id, going });
  const says = 'the run was cut off at it, and what became of it could not be read';
  const failed = unknown.map((revision) => ({ revision, says, said: fault?.said ?? 'no answer' }));
  const inventory = carried.memory?.inventory;
  if (carried.memory !== undefined && inventory !== undefined)
    carried.memory.inventory = less(inventory, gone);
  await carried.keep({ going: [], done: together(done, { ...nothingDone, deregistered: gone, failed }) });
  return fault === undefined ? undefined : stopBy(fault);
}

/** What the first plan let go and was not tried yet, as far as this one lets it go as well. */
function restricted(
  wanted: readonly Revision[],
  now: Plan,
  done: Done,
): { going: Revision[]; spared: Done['spared'] } {
  const tried = reached(done);
  const verdicts = verdictsOf(now);
  const going: Revision[] = [];
  const spared: Done['spared'][number][] = [];
  for (const revision of wanted) {
    if (tried.has(nameOf(revision))) continue;
    const says = objectionTo(verdicts(revision));
    if (says === undefined) going.push(revision);
    else spared.push({ revision, says });
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
  readonly done?: Done;
  readonly all?: Done;
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
  const whole = all ?? together(ledger.done, done ?? nothingDone);
  const going = unsettled === true ? ledger.going : [];
  try {
    await carried.keep({ passes: ledger.passes + 1, going, more, done: { ...whole, stop } });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    if (stop === lockLost || (await hasLostLock(run))) return so(false);
    // It is in the journal, and the report still tells it; nothing more may go without a ledger.
    return { ...so(false), failure: failureOf(error.doing, error) };
  }
  return so(more);
}

function reportSoFar(options: RunOptions, { target, carried }: Run) {
  return buildReport(piecesOf(options, carried.ledger.beganAt, { target, ...carried.found }));
}

function holdOf({ hold }: Plan): Stop | undefined {
  const fault = hold?.faults[0];
  return fault === undefined ? undefined : stopBy(fault);
}

/** What is plain JSON of it. */
export function failureOf(doing: string, error: unknown): NonNullable<Passed['failure']> {
  const known = error instanceof StateError ? error : error instanceof Refused ? error.fault : undefined;
  if (known !== undefined) return { doing: known.doing, said: known.said, next: known.next };
  const next = 'This is a fault of ecs-revision-pruner: report it with what its log says.';
  return { doing, said: wordsOf(error), next };
}

const lockLost: Stop = {
  by: 'hold',
  says: 'another run has taken the lock',
  next: 'Let it end. Two at once are kept apart by it.',
};

function cutOff(number: number): Stop {
  const says = `pass ${number} was cut off ${MOST_CUT_OFF} times before it came to its end`;
  return { by: 'hold', says, next: "Look at the function's log for what ended it: its memory, or its time." };
}

function timeUsed(minutes: number): Stop {
  const says = `the ${minutes} minutes that the settings give a run are used`;
  return { by: 'time', says, next: 'The rest follows in the next run.' };
}
