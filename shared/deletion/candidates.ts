// Finds what may be deleted for good: in the records of old runs and in AWS's list, judged by evidence, and inspected one by
// one with the journal entry.
import { ecsReader } from '../aws/ecs.ts';
import type { ReadProblem } from '../domain/problem.ts';
import { rehearseDeletions } from './delete.ts';
import type { InspectContext } from './inspect.ts';
import { type DeletionResults, type DeletionSummary, noDeletions } from '../domain/deletion-results.ts';
import { registrable } from '../aws/registrable.ts';
import { Tally } from '../aws/tally.ts';

import type { Observation, Observer } from '../observe/observe.ts';
import { decideDeletions } from './decide.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { ageBoundary } from '../plan/rules/rule.ts';
import {
  type PendingDeletions,
  readPendingDeletions,
  updateProgress,
  deletionProgressRecord,
} from '../state/deletion-progress.ts';
import { openJournal } from '../state/journal.ts';
import { loadRecord, saveRecord } from '../state/records.ts';
import type { RunRecord } from '../state/run-records.ts';
import { StateError } from '../state/store.ts';
import { compareDefinitions } from '../restore/compare.ts';
import { findInactive, type InactiveFound } from './inactive.ts';
import { stopBy } from '../domain/apply-results.ts';
import type { RunOptions } from '../run/context.ts';

/** The inspection keeps some candidates, and others take their place. Each takes two calls. */
const INSPECTIONS_A_DELETION = 3;
/** Candidates that the evidence keeps cost no call. The rest waits for another run. */
const MOST_CANDIDATES = 2_000;

/** The planned deletions, for a dry run and for the operator's consent. */
export async function plannedDeletions(
  options: RunOptions,
  observer: Observer,
  seen: Observation,
): Promise<DeletionSummary | undefined> {
  if (
    options.settings.deleteAfterDays === 0 ||
    options.stateAccess === undefined ||
    options.stateAccess.readsJournal === false
  )
    return undefined;
  const { aws, settings } = options;
  try {
    const found = await findCandidates(options, observer);
    const verdicts = decideDeletions(found.revisions, seen.evidence, observer.policy);
    if ('hold' in verdicts) return undefined;
    const problems: ReadProblem[] = [];
    const wanted = inspectable(found.revisions, verdicts.keep, options);
    const results = await rehearseDeletions(wanted, settings.maxDeletions, {
      ...inspectContext(options, observer, problems),
      reader: ecsReader(aws, new Tally()),
      objectionsTo: () => Promise.resolve(verdicts),
    });
    return summarize(found, verdicts.keep, results, problems, options);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { ...noDeletions, stop: stopBy(error) };
  }
}

export interface Candidates {
  readonly pending: PendingDeletions;
  readonly inactive: InactiveFound;
  /** Revisions that runs deregistered, oldest first, and then those that someone else deregistered. */
  readonly revisions: readonly Revision[];
  /** Saves the progress for the next run. @throws StateError */
  readonly saveProgress: (results: DeletionResults) => Promise<void>;
}

/** @throws StateError */
export async function findCandidates(options: RunOptions, observer: Observer): Promise<Candidates> {
  const { stateAccess, aws, settings } = options;
  if (stateAccess === undefined) throw new Error('a run without a state store has no run records');
  const { state } = stateAccess;
  const { target } = observer;
  const record = deletionProgressRecord(target);
  const loaded = await loadRecord(state, record);
  const most = Math.max(MOST_CANDIDATES, settings.maxDeletions * INSPECTIONS_A_DELETION);
  const until = ageBoundary(aws.asOf(), settings.deleteAfterDays);
  const pending = await readPendingDeletions(state, target, loaded.value, { until, most });
  const own = pending.pending.map(({ revision }) => revision);
  const inactive = await findInactive(options, observer, { own, last: loaded.value?.others, most });
  return {
    pending,
    inactive,
    revisions: [...own, ...inactive.candidates],
    saveProgress(results) {
      const deleted = [...results.deleted, ...results.alreadyDeleted];
      const kept = [...results.kept, ...results.failed].map(({ revision }) => revision);
      const reached = new Set([...deleted, ...kept].map(nameOf));
      const next = pending.pending.find(({ revision }) => !reached.has(nameOf(revision))) ?? pending.next;
      const place = next === undefined ? undefined : { run: next.run, at: next.at };
      const last = lastReached(inactive.candidates, reached);
      return saveRecord(state, record, loaded, updateProgress(loaded.value, pending, deleted, place, last));
    },
  };
}

/** The last candidate before the first one that was not reached. */
function lastReached(candidates: readonly Revision[], reached: ReadonlySet<string>): Revision | undefined {
  const first = candidates.findIndex((one) => !reached.has(nameOf(one)));
  return first === -1 ? candidates.at(-1) : candidates[first - 1];
}

/** The candidates that the evidence allows, as many as a run may inspect. */
export function inspectable(
  revisions: readonly Revision[],
  keep: ReadonlyMap<string, string>,
  { settings }: Pick<RunOptions, 'settings'>,
): Revision[] {
  const allowed = revisions.filter((revision) => !keep.has(nameOf(revision)));
  return allowed.slice(0, settings.maxDeletions * INSPECTIONS_A_DELETION);
}

/** @param problems receives what could not be read */
export function inspectContext(
  { stateAccess, aws, settings, stopRequested }: RunOptions,
  { target, policy }: Observer,
  problems: ReadProblem[],
): Omit<InspectContext, 'reader' | 'objectionsTo'> {
  if (stateAccess === undefined) throw new Error('a run without a state store has no journal');
  const journal = openJournal(stateAccess.state, target);
  return {
    target,
    policy,
    asOf: aws.asOf(),
    days: settings.deleteAfterDays,
    scope: settings.deleteScope,
    stopRequested,
    wasRequested: () => false,
    async entryOf(revision) {
      try {
        return await journal.read(revision);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        problems.push(problemIn('journal', error));
        return { damaged: 'its journal entry could not be read' };
      }
    },
    lossWith(entry, now) {
      const made = registrable(entry.definition, entry.tags);
      if ('leftover' in made) return `the ${made.leftover} of its journal entry could not be registered`;
      const [other] = compareDefinitions(entry, now);
      return other === undefined ? undefined : `its ${other.path} differs from the journal`;
    },
  };
}

function problemIn(part: string, { kind, operation, reason, remedy }: StateError): ReadProblem {
  return { part, kind, operation, reason, remedy };
}

export function summarize(
  { pending, inactive, revisions }: Candidates,
  keep: ReadonlyMap<string, string>,
  results: DeletionResults,
  problems: readonly ReadProblem[],
  { settings }: Pick<RunOptions, 'settings'>,
): DeletionSummary {
  const byEvidence = revisions.flatMap((revision) => {
    const reason = keep.get(nameOf(revision));
    return reason === undefined ? [] : [{ revision, reason }];
  });
  // The evidence may by now keep a revision that the inspection kept when it was planned.
  const kept = [...byEvidence, ...results.kept.filter(({ revision }) => !keep.has(nameOf(revision)))];
  const { deleted, alreadyDeleted, failed } = results;
  const reached = kept.length + deleted.length + alreadyDeleted.length + failed.length;
  return {
    ...results,
    kept,
    waiting: Math.max(0, revisions.length - reached) + inactive.more,
    atLeast: pending.next !== undefined || (settings.deleteScope === 'all' && inactive.summary?.atLeast === true),
    scope: settings.deleteScope,
    ...(inactive.summary === undefined ? {} : { inactive: inactive.summary }),
    problems: [...pending.damaged.map((error) => problemIn('run record', error)), ...inactive.problems, ...problems],
  };
}

/** The deletions of a run, also where it was cut off before it recorded their outcome. */
export function deletionsOf({
  deletions,
  deleting = [],
}: Pick<RunRecord, 'deletions' | 'deleting'>): DeletionSummary | undefined {
  if (deletions !== undefined || deleting.length === 0) return deletions;
  const reason = `the outcome of deleting ${deleting.length} revisions was not recorded`;
  const remedy = 'The next run finds out which of them are deleted, and continues with the others.';
  return { ...noDeletions, stop: { by: 'abort', reason, remedy } };
}
