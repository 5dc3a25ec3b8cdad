// Deregisters the revisions of a pass, with every precondition of a call.
import { ecsReader, ecsWriter } from '../aws/ecs.ts';
import { apply } from '../apply/deregister.ts';
import { type ApplyResults, noResults } from '../domain/apply-results.ts';
import { Tally } from '../aws/tally.ts';
import type { Evidence } from '../domain/evidence.ts';
import { nameOf, type Ranges, type Revision } from '../domain/revision.ts';
import type { Watch } from '../observe/watch.ts';
import type { Plan } from '../plan/verdict.ts';
import { digest } from '../settings/narrow.ts';
import type { JournalEvidence } from '../state/journal.ts';
import type { OpenRun, RunOptions, Writer } from './context.ts';
import { Registrations } from './registrations.ts';
import { attempted } from './results.ts';
import { asStop, checkLock, timeUsed } from './stops.ts';

export async function act(
  options: RunOptions,
  { target, observer, progress, halt }: OpenRun,
  writer: Writer,
  { plan, watch, isOver }: { plan: Plan; watch: Watch; isOver: () => boolean },
): Promise<ApplyResults> {
  const { aws, pacer, settings, clock, id } = options;
  if (plan.toDeregister.length === 0) return noResults;
  const before = progress.record.results.deregistered;
  const newest = new Map(plan.families.map((one) => [one.family, one.newest]));
  const registrations = new Registrations(clock, newest, progress.record.beganAt);
  const results = await apply(plan, {
    target,
    policy: observer.policy,
    asOf: plan.asOf,
    retired: activeInRetired(plan),
    reader: ecsReader(aws, new Tally()),
    writer: ecsWriter(aws, new Tally()),
    waitForTurn: () => pacer.ready('task-definition-modify'),
    onNewest: (revision) => pacer.makeWay('task-definition-modify', registrations.see(revision)),
    pause: (ms) => clock.sleep(ms),
    // The pause is asked for last, since reading the evidence again may take minutes.
    objectionTo: async (revision, deregistered) => {
      const objection = await watch.objectionTo(revision, [...before, ...deregistered]);
      if (objection !== undefined) return objection;
      const stop = await halt.check();
      return stop && { stop };
    },
    journal: (revision, seen) =>
      asStop(() =>
        writer.journal.write({
          revision,
          run: id,
          at: Math.round(aws.now()),
          ...seen,
          evidence: journalEvidence(watch.evidence, digest(settings), newest.get(revision.family) ?? 0),
        }),
      ),
    checkLock: () => checkLock(writer),
    isFresh: () => watch.isFresh(),
    stopRequested: () => options.stopRequested() ?? (isOver() ? timeUsed(settings.runMinutes) : undefined),
    onProgress: (revision: Revision, outcome) => options.onProgress(revision, outcome, plan.toDeregister.length),
  });
  // An objection to a revision that was not reached counts in the next pass as well, whose evidence may lack the reference.
  const tried = attempted(results);
  const kept = watch.kept.filter(({ revision }) => !tried.has(nameOf(revision)));
  return { ...results, skipped: [...results.skipped, ...kept], lateReferences: watch.lateReferences };
}

/** The ACTIVE revisions of each retired family when the plan was made, ascending. */
function activeInRetired({ families }: Plan): ReadonlyMap<string, Ranges> {
  const retired = families.filter(({ isRetired }) => isRetired === true);
  return new Map(
    retired.map(({ family, spans }) => [
      family,
      spans.flatMap(({ ranges }) => ranges).toSorted((a, b) => a.from - b.from),
    ]),
  );
}

/** The evidence that a journal entry keeps. */
export function journalEvidence({ asOf, readings }: Evidence, settings: string, newest: number): JournalEvidence {
  return {
    asOf: Math.round(asOf),
    readings: readings.map(({ part, began, items }) => ({ part, began: Math.round(began.wall), items })),
    settings,
    newest,
  };
}
