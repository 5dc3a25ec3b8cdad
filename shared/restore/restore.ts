// One restore, from the account's identity to its results. Only the command line calls it, with the operator's own
// credentials: no function may register a task definition or pass a role.
import { ecsReader, ecsWriter } from '../aws/ecs.ts';
import type { Stop } from '../domain/apply-results.ts';
import { Tally } from '../aws/tally.ts';
import type { ReadProblem } from '../domain/problem.ts';
import type { Revision, Target } from '../domain/revision.ts';
import type { ObserveContext } from '../observe/context.ts';
import { Observer } from '../observe/observe.ts';
import { compile } from '../settings/match.ts';
import type { Settings } from '../settings/schema.ts';
import { openJournal } from '../state/journal.ts';
import { acquireLock, type HeldLock, Lock } from '../state/lock.ts';
import { openRestoreRecords } from '../state/restore-records.ts';
import type { StateStore } from '../state/store.ts';
import { inspectRevisions } from './inspect.ts';
import { restoreAll, type RestoreAllContext } from './restore-all.ts';
import type { RestoreOutcome, RestorePreview } from './results.ts';
import { CannotRestore, listDeregisteredBy, sortRevisions } from './select-revisions.ts';

export { CannotRestore } from './select-revisions.ts';
export type { RestoreOutcome, RestorePreview } from './results.ts';

export interface RestoreOptions
  extends Omit<ObserveContext, 'stateAccess'>, Pick<RestoreAllContext, 'id' | 'stopRequested' | 'saveRefusedInput'> {
  readonly state: StateStore;
  readonly wanted: Wanted;
  /** Registers revisions once more that an earlier restore has registered. */
  readonly again: boolean;
  /** Afterwards registers the former newest revision of each family again. */
  readonly onTop: boolean;
  /** Called before anything is read, with the account. Throws to refuse it. */
  readonly admit: (target: Target) => void | Promise<void>;
  /** Called with the lock held. `abandon` releases it, as long as nothing was registered. */
  readonly begun: (abandon: () => Promise<void>) => void;
  /** Called before anything is registered. Throws to decline. */
  readonly consent: (preview: RestorePreview) => Promise<void>;
  readonly acted: (revision: Revision, of: number) => void;
}

export type Wanted = { readonly revisions: readonly Revision[] } | { readonly run: string };

/** Another run holds the lock, so nothing was registered. */
export class LockTaken extends Error {
  override readonly name = 'LockTaken';
  readonly remedy: string;
  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}

/** @throws LockTaken, CannotRestore, StateError and errors of the SDK, before anything is registered */
export async function restore(options: RestoreOptions): Promise<RestoreOutcome> {
  const { aws, clock, state, id } = options;
  const target = await aws.target(new Tally());
  await options.admit(target);
  const owner = { id, by: 'command line (restore)' };
  const lock = await acquireLock({ state, target, clock, owner, now: () => aws.now() });
  if (!(lock instanceof Lock)) throw toLockTaken(lock);
  options.begun(() => lock.release());
  try {
    return await restoreUnderLock(options, target, lock);
  } finally {
    await lock.release();
  }
}

async function restoreUnderLock(options: RestoreOptions, target: Target, lock: Lock): Promise<RestoreOutcome> {
  const { aws, clock, state, id, settings, again, onTop } = options;
  const revisions = await selectRevisions(options, target);
  const context = {
    target,
    reader: ecsReader(aws, new Tally()),
    journal: openJournal(state, target),
    restores: openRestoreRecords(state, target),
    where: `${state.where}/${target.account}/${target.region}/journal`,
  };
  const readReferences = () => new Observer(target, { ...options, settings }).readReferences();
  const asOf = () => aws.asOf();
  const inspected = await inspectRevisions(revisions, again, readReferences, asOf, context).catch((error: unknown) =>
    explainMissingJournal(error, state, target),
  );
  const preview = { ...inspected, problems: [...inspected.problems, ...lockProblems(lock)] };
  if (hasWork(preview, onTop)) await options.consent(preview);

  const of = preview.items.filter((item) => item.state === 'restorable').length;
  const { results, stop } = await restoreAll(preview, onTop, {
    ...context,
    ...options,
    writer: ecsWriter(aws, new Tally()),
    pause: (ms) => clock.sleep(ms),
    now: () => aws.now(),
    checkLock: async () => ((await lock.isOurs()) ? undefined : lockLost),
    onProgress: (revision) => options.acted(revision, of),
  });
  return { id, preview, results, stop };
}

function hasWork({ items, families }: RestorePreview, onTop: boolean): boolean {
  const needsTop = families.some(({ newest, former }) => former !== undefined && newest !== former);
  return items.some((item) => item.state === 'restorable') || (onTop && needsTop);
}

/** @throws CannotRestore; StateError */
async function selectRevisions({ wanted, state, settings }: RestoreOptions, target: Target): Promise<Revision[]> {
  const all = 'run' in wanted ? await listDeregisteredBy(wanted.run, state, target) : wanted.revisions;
  const selected = sortRevisions(all).filter(({ family }) => isInRunFamilies(family, settings));
  if (selected.length > 0) return selected;
  throw new CannotRestore('--families: none of the requested revisions is in these families.');
}

/** Only --families counts: families that the settings exclude from pruning can be restored. */
function isInRunFamilies(family: string, { runFamilies = [] }: Pick<Settings, 'runFamilies'>): boolean {
  return runFamilies.every((globs) => globs.some((glob) => compile(glob)(family)));
}

/** The state store of another Region has no journal of this one. */
async function explainMissingJournal(error: unknown, state: StateStore, { account, region }: Target): Promise<never> {
  if (!(error instanceof CannotRestore)) throw error;
  if ((await state.list(`${account}/${region}/journal/`)).length > 0) throw error;
  const keys = await state.list('');
  const others = new Set(keys.flatMap((key) => /^(\d{12}\/[a-z0-9-]+)\/journal\//.exec(key)?.[1] ?? []));
  const known =
    others.size === 0
      ? `${state.where} has no journal at all: is it the --state that prune used?`
      : `${state.where} has no journal of ${account}/${region}, only of ${[...others].sort().join(', ')}: give --region or --profile.`;
  throw new CannotRestore(`${error.message} ${known}`, { cause: error });
}

/** Someone else writes to the state store: the operator must know that before consenting. */
function lockProblems({ takeover }: Lock): ReadProblem[] {
  if (takeover === undefined) return [];
  const { problem, remedy } = takeover;
  return [{ part: 'state', kind: 'incomplete', operation: 'reading the lock', reason: problem, remedy }];
}

function toLockTaken({ owner, since, expires, where }: HeldLock): LockTaken {
  const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  return new LockTaken(
    `another run has been active since ${at(since)}: ${owner.id}, by ${owner.by}`,
    `Wait until it ends. If it was killed, its lock expires at ${at(expires)}. If you are sure that it was, you may remove ${where} earlier.`,
  );
}

const lockLost: Stop = {
  by: 'hold',
  reason: 'another run has acquired the lock meanwhile',
  remedy: 'Wait until it ends, then run this again: each registration is recorded, and nothing is registered twice.',
};
