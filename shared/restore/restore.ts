// One restore, from the account's identity to what became of it: the order of things, and nothing else. Only the command
// line calls it, with the operator's own credentials: no function may register anything, or pass a role.
import type { ReadProblem } from '../domain/problem.ts';
import type { Stop } from '../domain/apply-results.ts';
import { Tally } from '../aws/tally.ts';

import type { ObserveContext } from '../observe/context.ts';
import { Observer } from '../observe/observe.ts';
import type { Revision, Target } from '../domain/revision.ts';
import { compile } from '../settings/glob.ts';
import type { Settings } from '../settings/schema.ts';
import { journalOf } from '../state/journal.ts';
import { Lock, type Taken, takeLock } from '../state/lock.ts';
import { restoresIn } from '../state/restores.ts';
import type { StateStore } from '../state/state.ts';
import { look } from './look.ts';
import type { Look, Outcome } from './outcome.ts';
import { restoreAll } from './restore-all.ts';
import { CannotRestore, inOrder, takenBy } from './wanted.ts';

export { CannotRestore } from './wanted.ts';
export type { Look, Outcome } from './outcome.ts';

export interface RestoreOptions extends Omit<ObserveContext, 'stateAccess'> {
  /** Of this restore. */
  readonly id: string;
  readonly state: StateStore;
  readonly wanted: Wanted;
  /** Registers once more what an earlier restore has brought back. */
  readonly again: boolean;
  /** Registers each family's former newest again after what was asked for. */
  readonly onTop: boolean;
  /** Called once the account is known, before anything is read; throws to refuse it. */
  readonly admit: (target: Target) => void | Promise<void>;
  /** Called when the lock is taken, with the way to give it back while nothing was done. */
  readonly begun: (abandon: () => Promise<void>) => void;
  /** Called with the look before anything is done; throws to decline. */
  readonly consent: (look: Look) => Promise<void>;
  readonly stopped: () => Stop | undefined;
  /** Keeps what AWS refused where a person can edit it, and says where. */
  readonly keep: (revision: Revision, input: object) => string | undefined;
  readonly acted: (revision: Revision, of: number) => void;
}

export type Wanted = { readonly revisions: readonly Revision[] } | { readonly run: string };

/** Somebody else is at work, so that nothing was done. */
export class LockTaken extends Error {
  override readonly name = 'LockTaken';
  readonly next: string;
  constructor(says: string, next: string) {
    super(says);
    this.next = next;
  }
}

/** @throws LockTaken, CannotRestore, StateError and what the SDK throws, with nothing done */
export async function restore(options: RestoreOptions): Promise<Outcome> {
  const { aws, clock, state, id } = options;
  const target = await aws.target(new Tally());
  await options.admit(target);
  const owner = { id, by: 'command line (restore)' };
  const lock = await takeLock({ state, target, clock, owner, now: () => aws.now() });
  if (!(lock instanceof Lock)) throw lockTaken(lock);
  options.begun(() => lock.release());
  try {
    return await restoreAlone(options, target, lock);
  } finally {
    await lock.release();
  }
}

async function restoreAlone(options: RestoreOptions, target: Target, lock: Lock): Promise<Outcome> {
  const { aws, clock, state, id, settings, again, onTop } = options;
  const revisions = await wantedBy(options, target);
  const where = `${state.where}/${target.account}/${target.region}/journal`;
  const reader = aws.ecs(new Tally());
  const sight = {
    target,
    reader,
    journal: journalOf(state, target),
    restores: restoresIn(state, target),
    where,
  };
  const readings = () => new Observer(target, { ...options, settings }).readReferences();
  const looked = await look(revisions, again, readings, () => aws.asOf(), sight).catch((error: unknown) =>
    elsewhere(error, state, target),
  );
  const seen = { ...looked, faults: [...looked.faults, ...lockFaults(lock)] };
  const isOnTop = ({ newest, former }: Look['families'][number]) => former === undefined || newest === former;
  const isNothing = seen.items.every(({ is }) => is !== 'gone') && (!onTop || seen.families.every(isOnTop));
  if (!isNothing) await options.consent(seen);

  const of = seen.items.filter(({ is }) => is === 'gone').length;
  const { results, stop } = await restoreAll(seen, onTop, {
    ...sight,
    id,
    writer: aws.ecsWriter(new Tally()),
    pause: (ms) => clock.sleep(ms),
    now: () => aws.now(),
    stopped: options.stopped,
    alone: async () => ((await lock.isOurs()) ? undefined : lockLost),
    keep: options.keep,
    progress: (revision) => options.acted(revision, of),
  });
  return { id, look: seen, results, stop };
}

/** @throws CannotRestore; StateError */
async function wantedBy({ wanted, state, settings }: RestoreOptions, target: Target): Promise<Revision[]> {
  const all = 'run' in wanted ? await takenBy(wanted.run, state, target) : wanted.revisions;
  const within = inOrder(all).filter(({ family }) => isWithin(family, settings));
  if (within.length > 0) return within;
  throw new CannotRestore('--families: leaves nothing to restore of what was asked for.');
}

/** Families that only this run is narrowed to; those that the settings leave alone may be restored as any others. */
function isWithin(family: string, { runFamilies = [] }: Pick<Settings, 'runFamilies'>): boolean {
  return runFamilies.every((globs) => globs.some((glob) => compile(glob)(family)));
}

/** The state of another Region looks like one in which nothing was ever journaled. */
async function elsewhere(error: unknown, state: StateStore, { account, region }: Target): Promise<never> {
  if (!(error instanceof CannotRestore)) throw error;
  if ((await state.list(`${account}/${region}/journal/`)).length > 0) throw error;
  const keys = await state.list('');
  const others = new Set(keys.flatMap((key) => /^(\d{12}\/[a-z0-9-]+)\/journal\//.exec(key)?.[1] ?? []));
  const known =
    others.size === 0
      ? `${state.where} holds no journal at all: is it the --state that prune used?`
      : `${state.where} holds no journal of ${account}/${region}, but of ${[...others].sort().join(', ')}: give --region or --profile.`;
  throw new CannotRestore(`${error.message} ${known}`, { cause: error });
}

/** A lock that no run wrote: somebody else writes to the state, which the operator must know before consenting. */
function lockFaults({ tookOver }: Lock): ReadProblem[] {
  if (tookOver === undefined) return [];
  const { problem, remedy } = tookOver;
  return [{ part: 'state', kind: 'incomplete', operation: 'reading the lock', reason: problem, remedy }];
}

function lockTaken({ owner, since, expires, where }: Taken): LockTaken {
  const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`;
  return new LockTaken(
    `another run is at work since ${at(since)}: ${owner.id}, by ${owner.by}`,
    `Let it end. If it was killed, its lock is over at ${at(expires)}; who is sure of that may remove ${where} before.`,
  );
}

const lockLost: Stop = {
  by: 'hold',
  reason: 'another run has taken the lock meanwhile',
  remedy: 'Let it end, then run this again: what was registered is known, and is not registered twice.',
};
