// How a run ends: evidence once more, so that whoever took up what has gone is in this report; the report, kept before it is
// sent, so that a second copy says the same; the lock for the next one.
import { noResults, type Stop } from '../apply/done.ts';
import { wordsOf } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import type { Reference } from '../domain/evidence.ts';
import { quickParts } from '../read/freshness.ts';
import { publish, isWorthSending } from '../notify/sns.ts';
import { observeUses } from '../observe/observe.ts';
import { uniqueReferences } from '../plan/stranded.ts';
import { Memory } from '../sources/common/memory.ts';
import { summarize } from '../report/sections/headline.ts';
import { buildReport, markUndelivered } from '../report/model/build-report.ts';
import { type Outcome, type Report } from '../report/model/report.ts';
import { type Window } from '../report/model/course.ts';
import { nameOf, type Target } from '../domain/revision.ts';
import { referencesTo } from '../observe/watch.ts';
import { ifPossible, attempted } from './carried.ts';
import type { RunRecord } from '../state/runs.ts';
import { close, type Opened, type Run, type Writer } from './open.ts';
import type { RunOptions } from './options.ts';
import { type Passed, planOf } from './pass.ts';
import { settleEarlier } from './settle.ts';
import { stopBy } from './stops.ts';
import { deletionsOf } from '../deletion/planned.ts';
import { type Found, piecesOf } from './pieces.ts';

/** What a run answers with: little, whatever the account's size. */
export interface Ended {
  readonly run: string;
  readonly outcome: Outcome;
  readonly summary: string;
  readonly deregistered: number;
  /** Where the whole report is; absent where the run has no records, or could not keep it. */
  readonly report?: string;
}

/** What is known of the passes without the ledger. */
export interface Passes {
  readonly failure?: Passed['failure'];
  /** How many have gone. */
  readonly known: number;
}

/** @param run absent where it could not be opened, or not again */
export async function conclude(
  options: RunOptions,
  opened: Opened,
  run: Run | undefined,
  passed: Passes,
): Promise<Ended> {
  const known = run?.carried.report;
  const report = known ?? (await reportOn(options, opened, run, passed));
  // The report goes out whether it could be kept or not.
  if (known === undefined) await ifPossible(async () => run?.carried.keepReport(report));
  const isSent = run?.carried.ledger.published === true;
  const told = isSent ? report : await deliver(report, options);
  const published = isSent || told === report;
  const verified = told.run.window?.waited === true;
  // With what the last look has found, and what was left: `history` tells it.
  const end = {
    published,
    verified,
    endedAt: options.clock.now(),
    outcome: told.outcome,
    done: told.results,
  };
  await ifPossible(async () => run?.carried.keep(end));
  if (run?.writer !== undefined) await leave(options, opened, run.target, run.writer);
  options.told(told);
  const { outcome, results } = told;
  const ended = { run: options.id, outcome, summary: summarize(told) };
  const at = run?.carried.reportAt;
  return { ...ended, deregistered: results.deregistered.length, ...(at === undefined ? {} : { report: at }) };
}

/** For the next run: what is told by now, and the lock. */
async function leave(options: RunOptions, { before }: Opened, target: Target, writer: Writer): Promise<void> {
  if (before !== undefined) await ifPossible(() => close(before, options, target, writer));
  await writer.lock.release();
}

async function reportOn(
  options: RunOptions,
  { beganAt, target, caller, failure, held, before, tookOver: first }: Opened,
  run: Run | undefined,
  passed: Passes,
): Promise<Report> {
  // A pass that was cut off, or failed of itself, has left what it was about to take.
  if (run !== undefined) await ifPossible(async () => void (await settleEarlier(options, run)));
  const ledger = run?.carried.ledger;
  const done =
    ledger === undefined
      ? { ...noResults, stop: held }
      : { ...ledger.results, stop: ledger.results.stop ?? run?.lost };
  const found: Partial<Found> = run?.carried.found ?? {};
  const plan = planOf(run?.carried.found);
  const tried = attempted(done);
  const wanted = run?.writer === undefined && run?.lost === undefined ? [] : (plan?.toDeregister ?? []);
  const left = wanted.filter((revision) => !tried.has(nameOf(revision)));
  const last = run === undefined ? noLook : await lastLook(options, run);
  const stranded = uniqueReferences([...done.lateReferences, ...last.stranded]);
  const tookOver = run?.writer?.lock.tookOver ?? first;
  const unverified = last.stop?.by === 'hold' && done.stop?.by === 'hold' ? undefined : last.stop;
  return buildReport(
    piecesOf(options, beganAt, {
      ...found,
      target,
      asks: [...(found.asks ?? []), ...(tookOver === undefined ? [] : [tookOver])],
      // What was planned is told by who only looks.
      deletions:
        run?.writer === undefined && run?.lost === undefined
          ? found.deletions
          : ledger && deletionsOf(ledger),
      failure: failure ?? passed.failure ?? (ledger === undefined ? undefined : unlike(ledger, options)),
      results: { ...done, notReached: left, lateReferences: stranded, unverified },
      run: {
        before,
        caller,
        ...(run === undefined && passed.known > 0 ? { unlisted: passed.known } : {}),
        window: last.window,
        ...(ledger === undefined ? {} : { passes: ledger.passes, resumed: ledger.started - ledger.passes }),
      },
    }),
  );
}

/** What another version has planned may mean something else to this one, so that only its ledger was believed. */
function unlike({ version }: RunRecord, options: RunOptions): Report['failure'] {
  if (version === options.version) return undefined;
  return {
    operation: `going on with a run that version ${version} began`,
    reason: `this is version ${options.version}, which takes nothing over from it but what it did`,
    remedy: 'Deploy while no run is at work; the next run does the rest.',
  };
}

interface LastLook {
  readonly stranded: readonly Reference[];
  /** Why nobody knows. */
  readonly stop?: Stop | undefined;
  /** Absent where nothing has gone. */
  readonly window?: Window;
}

const noLook: LastLook = { stranded: [] };

/** Who names what has gone. After the window everything is asked that can name a revision; without it there may be no time
 *  for what takes long. */
async function lastLook(options: RunOptions, { target, carried }: Run): Promise<LastLook> {
  const taken = carried.ledger.results.deregistered;
  if (taken.length === 0) return noLook;
  const { outOfTime, clock } = options;
  const why = options.waitsNot();
  // Who could not look cannot say that nobody took one up.
  const window = (stop?: Stop): Window =>
    why === undefined && stop === undefined
      ? { waited: true, until: clock.now() }
      : { waited: false, why: why ?? 'stopped' };
  if (outOfTime()) return { stranded: [], stop: noTimeLeft, window: window(noTimeLeft) };
  const parts =
    why === undefined ? undefined : new Set(quickParts({ readings: carried.found?.readings ?? [] }));
  const readings = await observeUses(target, options, carried.memory ?? new Memory(), parts);
  const fault = readings.flatMap(({ problems }) => problems)[0];
  const stop = fault === undefined ? undefined : stopBy(fault);
  return { stranded: referencesTo(readings, taken, carried.memory?.inventory), stop, window: window(stop) };
}

const noTimeLeft: Stop = {
  by: 'time',
  reason: 'no time was left for a last look',
  remedy: 'The next run tells who names what has gone.',
};

/** A report that cannot be sent must not be lost: the run fails, loudly, and hands the report to its caller. */
async function deliver(report: Report, { aws, topicArn, settings }: RunOptions): Promise<Report> {
  if (topicArn === undefined || !isWorthSending(report, settings.notify)) return report;
  try {
    await publish(aws.sns(new Tally()), topicArn, report);
    return report;
  } catch (error) {
    const next = 'Check that the topic exists in this Region and that sns:Publish (and its key) is allowed.';
    return markUndelivered(report, {
      operation: `sending the report to ${topicArn}`,
      reason: wordsOf(error),
      remedy: next,
    });
  }
}
