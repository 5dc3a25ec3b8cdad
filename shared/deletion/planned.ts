// What could be deleted for good: found in the ledgers of old runs, judged by the evidence of this one, and looked at one by
// one with its entry in the journal. Nothing here changes anything.
import type { ReadProblem } from '../domain/problem.ts';
import { type InspectContext, rehearseDeletions } from './delete.ts';
import { type DeletionResults, type DeletionSummary, noDeletions } from './results.ts';
import { registrable } from '../apply/registrable.ts';
import { Tally } from '../aws/tally.ts';

import { type Observation, policyFrom } from '../observe/observe.ts';
import { type Against, againstDeleting } from './decide.ts';
import { nameOf, type Revision, type Target } from '../domain/revision.ts';
import {
  type PendingDeletions,
  readPendingDeletions,
  type RunPosition,
  updateProgress,
  deletionProgressRecord,
} from '../state/deletion-progress.ts';
import { openJournal } from '../state/journal.ts';
import { loadRecord, saveRecord } from '../state/records.ts';
import type { RunRecord } from '../state/run-records.ts';
import { StateError } from '../state/store.ts';
import { compareDefinitions } from '../restore/compare.ts';
import { type InactiveFound, inactiveIn } from './inactive.ts';
import { stopBy } from '../run/stops.ts';
import type { RunOptions } from '../run/options.ts';

const DAY_MS = 86_400_000;
/** Of those that the evidence lets go some are kept by the look at them, and others take their place: two calls each. */
const LOOKS_A_DELETION = 3;
/** What is kept by the evidence costs no call; this many are told, and the others come to their turn another night. */
const MOST_OPEN = 2_000;

export function deletes({ settings }: Pick<RunOptions, 'settings'>): boolean {
  return settings.deleteAfterDays > 0;
}

/** What would be deleted, for who only looks and for who is asked. @param seen what the plan was made of */
export async function plannedDeletions(
  options: RunOptions,
  target: Target,
  seen: Observation,
): Promise<DeletionSummary | undefined> {
  if (!deletes(options) || options.stateAccess === undefined || options.stateAccess.readsJournal === false)
    return undefined;
  const { aws, settings } = options;
  try {
    const { opens, inactive } = await opensOf(options, target);
    const { against, candidates } = judged(revisionsOf(opens, inactive), seen, options);
    if ('holds' in against) return undefined;
    const faults: ReadProblem[] = [];
    const done = await rehearseDeletions(candidates.slice(0, looks(options)), settings.maxDeletions, {
      ...eyes(options, target, faults),
      reader: aws.ecs(new Tally()),
      objections: () => Promise.resolve(against),
    });
    return told(opens, inactive, against, done, faults, options);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { ...noDeletions, stop: stopBy(error) };
  }
}

export interface Ledgers {
  readonly opens: PendingDeletions;
  readonly inactive: InactiveFound;
  readonly keep: (
    gone: readonly Revision[],
    next: RunPosition | undefined,
    others: Revision | undefined,
  ) => Promise<void>;
}

/** What runs deregistered first, oldest first; then what others did. */
export function revisionsOf({ pending: open }: PendingDeletions, { candidates }: InactiveFound): Revision[] {
  return [...open.map(({ revision }) => revision), ...candidates];
}

/** @throws StateError */
export async function opensOf(options: RunOptions, target: Target): Promise<Ledgers> {
  const { stateAccess, aws, settings } = options;
  if (stateAccess === undefined) throw new Error('a run without a state has no ledgers');
  const { state } = stateAccess;
  const record = deletionProgressRecord(target);
  const loaded = await loadRecord(state, record);
  const most = Math.max(MOST_OPEN, settings.maxDeletions * LOOKS_A_DELETION);
  const until = aws.asOf() - settings.deleteAfterDays * DAY_MS;
  const opens = await readPendingDeletions(state, target, loaded.value, { until, most });
  const own = opens.pending.map(({ revision }) => revision);
  const inactive = await inactiveIn(options, target, { own, last: loaded.value?.others, most });
  return {
    opens,
    inactive,
    keep: (gone, next, others) => {
      const place = next === undefined ? undefined : { run: next.run, at: next.at };
      return saveRecord(state, record, loaded, updateProgress(loaded.value, opens, gone, place, others));
    },
  };
}

export function judged(revisions: readonly Revision[], { evidence }: Observation, { settings }: RunOptions) {
  const against = againstDeleting(revisions, evidence, policyFrom(settings));
  const keeps = 'keeps' in against ? against.keeps : new Map<string, string>();
  return { against, candidates: revisions.filter((revision) => !keeps.has(nameOf(revision))) };
}

export function looks({ settings }: RunOptions): number {
  return settings.maxDeletions * LOOKS_A_DELETION;
}

/** @param faults grows with what could not be read */
export function eyes(
  { stateAccess, aws, settings, stopped }: RunOptions,
  target: Target,
  faults: ReadProblem[],
): Omit<InspectContext, 'reader' | 'objections'> {
  if (stateAccess === undefined) throw new Error('a run without a state has no journal');
  const journal = openJournal(stateAccess.state, target);
  return {
    target,
    policy: policyFrom(settings),
    asOf: aws.asOf(),
    days: settings.deleteAfterDays,
    scope: settings.deleteScope,
    stopRequested: stopped,
    isAsked: () => false,
    async entryOf(revision) {
      try {
        return await journal.read(revision);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        faults.push(faultOf('journal', error));
        return { damaged: 'its entry in the journal could not be read' };
      }
    },
    lostWith(entry, now) {
      const made = registrable(entry.definition, entry.tags);
      if ('leftover' in made)
        return `the ${made.leftover} of its entry in the journal could not be registered`;
      const [other] = compareDefinitions(entry, now);
      return other === undefined ? undefined : `its ${other.path} is not what the journal says`;
    },
  };
}

function faultOf(part: string, { kind, operation, reason, remedy }: StateError): ReadProblem {
  return { part, kind, operation, reason, remedy };
}

export function told(
  opens: PendingDeletions,
  inactive: InactiveFound,
  against: Against,
  done: DeletionResults,
  faults: readonly ReadProblem[],
  { settings }: Pick<RunOptions, 'settings'>,
): DeletionSummary {
  const { next, damaged } = opens;
  const revisions = revisionsOf(opens, inactive);
  const keeps = 'keeps' in against ? against.keeps : new Map<string, string>();
  const byEvidence = revisions.flatMap((revision) => {
    const reason = keeps.get(nameOf(revision));
    return reason === undefined ? [] : [{ revision, reason }];
  });
  // What was kept when it was planned may be kept by the evidence as well by now.
  const kept = [...byEvidence, ...done.kept.filter(({ revision }) => !keeps.has(nameOf(revision)))];
  const reached = kept.length + done.deleted.length + done.alreadyDeleted.length + done.failed.length;
  return {
    ...done,
    kept,
    waiting: Math.max(0, revisions.length - reached) + inactive.more,
    atLeast: next !== undefined || (settings.deleteScope === 'all' && inactive.told?.atLeast === true),
    scope: settings.deleteScope,
    ...(inactive.told === undefined ? {} : { inactive: inactive.told }),
    problems: [...damaged.map((error) => faultOf('ledger', error)), ...inactive.faults, ...faults],
  };
}

/** What a run tells of its deletions: also where it was cut off between asking and knowing what came of it. */
export function deletionsOf({
  deletions,
  deleting = [],
}: Pick<RunRecord, 'deletions' | 'deleting'>): DeletionSummary | undefined {
  if (deletions !== undefined || deleting.length === 0) return deletions;
  const reason = `what became of ${deleting.length} that AWS was asked to delete was not written down`;
  const remedy = 'The next run sees which of them are gone, and goes on with the others.';
  return { ...noDeletions, stop: { by: 'abort', reason, remedy } };
}
