// Deletes revisions for good after the passes of a run, where the settings ask for it (deleteAfterDays, off by default). The
// evidence is read for this, and read again when it is too old.
import { ecsReader, ecsWriter } from '../aws/ecs.ts';
import { stopBy } from '../domain/apply-results.ts';
import { Tally } from '../aws/tally.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { ReadProblem } from '../domain/problem.ts';
import { nameOf } from '../domain/revision.ts';
import { isFresh } from '../read/freshness.ts';
import { journalEvidence } from '../run/act.ts';
import type { OpenRun, RunOptions, Writer } from '../run/context.ts';
import { planOf } from '../run/found.ts';
import { asStop, checkLock } from '../run/stops.ts';
import { digest } from '../settings/narrow.ts';
import { StateError } from '../state/store.ts';
import { findCandidates, inspectable, inspectContext, summarize } from './candidates.ts';
import { decideDeletions } from './decide.ts';
import { deleteOld, type DeleteContext } from './delete.ts';
import { type DeletionSummary, noDeletionResults, noDeletions } from '../domain/deletion-results.ts';

/** Once in a run; repeated where it was cut off. @throws StateError where the outcome cannot be recorded */
export async function deleteAfterPasses(options: RunOptions, run: OpenRun): Promise<void> {
  const { writer, progress } = run;
  const { results, deletions, endedAt, version } = progress.record;
  if (writer === undefined || deletions !== undefined || endedAt !== undefined) return;
  if (version !== options.version) return;
  // A run that was held or stopped deletes nothing.
  if (planOf(progress.found) === undefined || options.stopRequested() !== undefined) return;
  if (results.lateReferences.length > 0) return;
  if (results.stop !== undefined && results.stop.by !== 'time') return;
  let outcome: Outcome;
  try {
    const stop = (await checkLock(writer)) ?? (await run.halt.check());
    outcome = stop === undefined ? await readAndDelete(options, run, writer) : { summary: { ...noDeletions, stop } };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    outcome = { summary: { ...noDeletions, stop: stopBy(error) } };
  }
  await progress.saveRecord({ deletions: outcome.summary });
  await outcome.saveProgress?.();
}

interface Outcome {
  readonly summary: DeletionSummary;
  readonly saveProgress?: () => Promise<void>;
}

async function readAndDelete(options: RunOptions, run: OpenRun, writer: Writer): Promise<Outcome> {
  const { observer, progress } = run;
  const { aws, settings, clock, pacer } = options;
  const found = await findCandidates(options, observer);
  // An operator who was shown a plan has agreed to that plan only.
  const agreed = options.consent === undefined ? undefined : (progress.found?.deletions ?? noDeletions);
  const before = { ...noDeletionResults, kept: agreed?.kept ?? [], alreadyDeleted: agreed?.alreadyDeleted ?? [] };
  if (found.revisions.length === 0 || agreed?.deleted.length === 0) {
    const summary = summarize(found, new Map(), before, [], options);
    return { summary, saveProgress: () => found.saveProgress(summary) };
  }
  const seen = await observer.observe(progress.memory);
  progress.memory = seen.memory;
  const verdicts = decideDeletions(found.revisions, seen.evidence, observer.policy);
  if ('hold' in verdicts) return { summary: { ...noDeletions, stop: stopBy(verdicts.hold) } };
  const names = new Set(agreed?.deleted.map(nameOf));
  const allowed = found.revisions.filter(
    (one) => !verdicts.keep.has(nameOf(one)) && (agreed === undefined || names.has(nameOf(one))),
  );

  let { evidence } = seen;
  let hasLooked = false;
  /** A reason to keep a revision, from any reading, counts until the end of the run. */
  const keep = new Map<string, string>();
  const requested = [...(progress.record.deleting ?? [])];
  const problems: ReadProblem[] = [];
  const wanted = inspectable(allowed, new Map(), options);
  const results = await deleteOld(wanted, settings.maxDeletions, {
    ...inspectContext(options, observer, problems),
    reader: ecsReader(aws, new Tally()),
    writer: ecsWriter(aws, new Tally()),
    waitForTurn: () => pacer.ready('task-definition-deletion'),
    pause: (ms) => clock.sleep(ms),
    checkLock: () => checkLock(writer),
    isFresh: () => isFresh(evidence, clock),
    ...(settings.deleteScope === 'all' ? { adopt: adopting(options, writer, () => evidence) } : {}),
    wasRequested: (revision) => requested.some((one) => nameOf(one) === nameOf(revision)),
    async recordRequest(revisions) {
      requested.push(...revisions);
      return asStop(() => progress.saveRecord({ deleting: requested }));
    },
    // As before a deregistration, all that is quick to read is read a second time first.
    async objectionsTo() {
      if (!hasLooked || !isFresh(evidence, clock)) {
        const last = { evidence, memory: seen.memory };
        ({ evidence } = await observer.observeAgain(last, hasLooked ? 'stale' : 'all'));
        hasLooked = true;
        const now = decideDeletions(allowed, evidence, observer.policy);
        if ('hold' in now) return { stop: stopBy(now.hold) };
        for (const [name, reason] of now.keep) keep.set(name, reason);
      }
      const stop = await run.halt.check();
      return stop === undefined ? { keep } : { stop };
    },
  });
  const merged = {
    ...results,
    kept: [...before.kept, ...results.kept],
    alreadyDeleted: [...before.alreadyDeleted, ...results.alreadyDeleted],
  };
  const summary = summarize(found, verdicts.keep, merged, problems, options);
  return { summary, saveProgress: () => found.saveProgress(summary) };
}

/** Journals what someone else deregistered, so that it can be registered again. */
function adopting(
  { aws, id, settings }: RunOptions,
  { journal }: Writer,
  evidence: () => Evidence,
): NonNullable<DeleteContext['adopt']> {
  return (revision, seen) =>
    asStop(() => {
      const newest = evidence().inventory.get(revision.family)?.at(-1)?.upto ?? 0;
      return journal.write({
        revision,
        run: id,
        others: true,
        at: Math.round(aws.now()),
        ...seen,
        evidence: journalEvidence(evidence(), digest(settings), newest),
      });
    });
}
