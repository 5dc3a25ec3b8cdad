// Deletes for good what earlier runs deregistered long ago, where the settings ask for it, once the passes of a run are over:
// by evidence that is read for this, and re-read while it goes on. Off by default; then nothing here asks anybody anything.
import type { ReadProblem } from '../domain/problem.ts';
import { deleteOld } from './delete.ts';
import { type DeletionResults, type DeletionSummary, noDeletionResults, noDeletions } from './results.ts';
import { Tally } from '../aws/tally.ts';
import type { Evidence } from '../domain/evidence.ts';
import { isFresh } from '../read/freshness.ts';
import { observe, observeAgain, policyFrom } from '../observe/observe.ts';
import { againstDeleting } from './decide.ts';
import { nameOf, type Revision, type Target } from '../domain/revision.ts';
import { digest } from '../settings/narrow.ts';
import type { PendingDeletions, RunPosition } from '../state/deletion-progress.ts';
import { openJournal } from '../state/journal.ts';
import { StateError } from '../state/store.ts';
import type { Run, Writer } from '../run/open.ts';
import type { RunOptions } from '../run/options.ts';
import { type Passed, planOf } from '../run/pass.ts';
import { alone, asStop, stopBy } from '../run/stops.ts';
import type { InactiveFound } from './inactive.ts';
import { eyes, judged, looks, opensOf, revisionsOf, told } from './planned.ts';

/** Once a run; done again where it was cut off. @throws StateError where what was deleted cannot be kept */
export async function deletions(options: RunOptions, run: Run): Promise<Pick<Passed, 'failure'>> {
  const { writer, carried } = run;
  const { results, deletions: known, endedAt, version } = carried.ledger;
  if (writer === undefined || known !== undefined || endedAt !== undefined || version !== options.version)
    return {};
  // A run that was held, or stopped, has no business to delete.
  if (planOf(carried.found) === undefined || options.stopped() !== undefined) return {};
  if (results.lateReferences.length > 0 || (results.stop !== undefined && results.stop.by !== 'time'))
    return {};
  let so: DeletionSummary;
  let save = () => Promise.resolve();
  try {
    const stop = await alone(writer);
    if (stop !== undefined) so = { ...noDeletions, stop };
    else ({ so, save } = await readAndDelete(options, run, writer));
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    so = { ...noDeletions, stop: stopBy(error) };
  }
  await carried.keep({ deletions: so });
  await save();
  return {};
}

async function readAndDelete(
  options: RunOptions,
  run: Run,
  writer: Writer,
): Promise<{ so: DeletionSummary; save: () => Promise<void> }> {
  const { target, carried } = run;
  const { aws, settings, clock, pacer } = options;
  const { opens, inactive, keep } = await opensOf(options, target);
  const all = revisionsOf(opens, inactive);
  // Who was shown a plan has agreed to that, and to no more.
  const agreed = options.consent === undefined ? undefined : (carried.found?.deletions ?? noDeletions);
  const names = new Set(agreed?.deleted.map(nameOf));
  const before = {
    ...noDeletionResults,
    kept: agreed?.kept ?? [],
    alreadyGone: agreed?.alreadyDeleted ?? [],
  };
  // Without anything to delete nothing is read for it.
  if (all.length === 0 || agreed?.deleted.length === 0) {
    const so = told(opens, inactive, { keeps: new Map() }, before, [], options);
    return { so, save: () => keep(gone(so), nextOf(opens, so), lastOf(inactive, so)) };
  }
  const seen = await observe(target, options, carried.memory);
  carried.memory = seen.memory;
  const { against, candidates } = judged(all, seen, options);
  if ('holds' in against)
    return { so: { ...noDeletions, stop: stopBy(against.holds) }, save: async () => {} };
  const wanted = agreed === undefined ? candidates : candidates.filter((one) => names.has(nameOf(one)));

  let { evidence } = seen;
  let looked = false;
  /** What any reading has had against one of them keeps it. */
  const keeps = new Map<string, string>();
  const asking = [...(carried.ledger.deleting ?? [])];
  const faults: ReadProblem[] = [];
  const done = await deleteOld(wanted.slice(0, looks(options)), settings.maxDeletions, {
    ...eyes(options, target, faults),
    reader: aws.ecs(new Tally()),
    writer: aws.ecsWriter(new Tally()),
    waitForTurn: () => pacer.ready('task-definition-deletion'),
    pause: (ms) => clock.sleep(ms),
    checkLock: () => alone(writer),
    isFresh: () => isFresh(evidence, clock),
    ...(settings.deleteScope === 'all' ? { adopt: adopting(options, target, writer, () => evidence) } : {}),
    isAsked: (revision) => asking.some((one) => nameOf(one) === nameOf(revision)),
    async intend(revisions) {
      asking.push(...revisions);
      return asStop(() => carried.keep({ deleting: asking }));
    },
    // As before a deregistration: everything that is quickly read is read a second time first.
    async objections() {
      if (!looked || !isFresh(evidence, clock)) {
        const last = { evidence, memory: seen.memory };
        ({ evidence } = await observeAgain(target, options, last, looked ? 'stale' : 'all'));
        looked = true;
        const now = againstDeleting(wanted, evidence, policyFrom(settings));
        if ('holds' in now) return { stops: stopBy(now.holds) };
        for (const [name, reason] of now.keeps) keeps.set(name, reason);
      }
      return { keeps };
    },
  });
  const so = told(
    opens,
    inactive,
    against,
    {
      ...done,
      kept: [...before.kept, ...done.kept],
      alreadyDeleted: [...before.alreadyGone, ...done.alreadyDeleted],
    },
    faults,
    options,
  );
  return { so, save: () => keep(gone(so), nextOf(opens, so), lastOf(inactive, so)) };
}

/** Nothing is deleted that could not be registered again: what others deregistered is journaled first. */
function adopting(
  { aws, id, settings }: RunOptions,
  target: Target,
  { state }: Writer,
  evidence: () => Evidence,
): NonNullable<Parameters<typeof deleteOld>[2]['adopt']> {
  return (revision, { definition, tags }) =>
    asStop(async () => {
      const { asOf, readings, inventory } = evidence();
      const newest = inventory.get(revision.family)?.at(-1)?.upto ?? 0;
      const basis = readings.map(({ part, began, items }) => ({
        part,
        began: Math.round(began.wall),
        items,
      }));
      await openJournal(state, target).write({
        revision,
        run: id,
        others: true,
        at: Math.round(aws.now()),
        definition,
        tags,
        evidence: { asOf: Math.round(asOf), settings: digest(settings), newest, readings: basis },
      });
    });
}

/** The first that was not come to. */
function nextOf({ pending: open, next }: PendingDeletions, so: DeletionResults): RunPosition | undefined {
  const others = [...so.kept, ...so.failed].map(({ revision }) => revision);
  const reached = new Set([...gone(so), ...others].map(nameOf));
  return open.find(({ revision }) => !reached.has(nameOf(revision))) ?? next;
}

/** The last of the others before the first that was not come to. */
function lastOf({ candidates }: InactiveFound, so: DeletionResults): Revision | undefined {
  const others = [...so.kept, ...so.failed].map(({ revision }) => revision);
  const reached = new Set([...gone(so), ...others].map(nameOf));
  const first = candidates.findIndex((one) => !reached.has(nameOf(one)));
  return first === -1 ? candidates.at(-1) : candidates[first - 1];
}

function gone({ deleted, alreadyDeleted }: DeletionResults): readonly Revision[] {
  return [...deleted, ...alreadyDeleted];
}
