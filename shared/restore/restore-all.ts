// Registers the requested revisions again: family by family, oldest first, one at a time. Before each registration it checks
// for changes in the meantime, and after it compares the copy with the original.
import { registrable } from '../aws/registrable.ts';
import type { Stop } from '../domain/apply-results.ts';
import { describeError } from '../aws/errors.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import type { Journal } from '../state/journal.ts';
import { StateError } from '../state/store.ts';
import { compareDefinitions } from './compare.ts';
import { findFormerNewest } from './inspect.ts';
import { describeRevision, digestOriginal, findContradictions, type Original, readOriginal } from './originals.ts';
import { type RegisterContext, registerAgain } from './register.ts';
import { explainFailure } from './registration-failure.ts';
import type { FamilyPreview, RestoreItem, RestorePreview, RestoreResult } from './results.ts';

export interface RestoreAllContext extends RegisterContext {
  readonly id: string;
  readonly journal: Journal;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly now: () => number;
  /** Called before each registration: set once the operator interrupts. */
  readonly stopRequested: () => Stop | undefined;
  /** Called before each registration: set once another run holds the lock (precondition `lock`). */
  readonly checkLock: () => Promise<Stop | undefined>;
  /** Saves an input that AWS refused for the operator to edit. @returns the file */
  readonly saveRefusedInput: (revision: Revision, input: object) => string | undefined;
  readonly onProgress: (revision: Revision) => void;
}

/** AWS may not describe a new revision at once. */
const COMPARE_TRIES = 3;
const COMPARE_PAUSE_MS = 1_000;

export async function restoreAll(
  preview: RestorePreview,
  onTop: boolean,
  context: RestoreAllContext,
): Promise<{ results: RestoreResult[]; stop: Stop | undefined }> {
  const results: RestoreResult[] = [];
  let stop: Stop | undefined;
  for (const family of preview.families) {
    const items = preview.items.filter(({ revision }) => revision.family === family.family);
    const restore = new FamilyRestore(family, context);
    /** The first revision of the family that could not be registered again. */
    let behind: Revision | undefined;
    try {
      for (const item of items) {
        const isRestorable = item.state === 'restorable';
        if (isRestorable && behind === undefined) stop ??= await restore.findObjection();
        const isBlocked = isRestorable && (stop !== undefined || behind !== undefined);
        const step = isBlocked ? notReached(item.revision, behind) : await restore.restoreItem(item);
        results.push(step.result);
        stop ??= step.stop;
        if (step.result.became === 'refused' || step.result.became === 'failed') behind ??= item.revision;
      }
      const top = onTop && stop === undefined ? await restore.restoreFormerNewest() : undefined;
      if (top !== undefined) results.push(top.result);
      stop ??= top?.stop;
    } catch (error) {
      stop = toStop(error, family.family);
      const reported = new Set(results.map(({ revision }) => nameOf(revision)));
      results.push(
        ...items
          .filter(({ revision }) => !reported.has(nameOf(revision)))
          .map(({ revision }) => notReached(revision).result),
      );
    }
  }
  return { results, stop };
}

interface FamilyStep {
  readonly result: RestoreResult;
  readonly stop?: Stop | undefined;
}

function notReached(revision: Revision, behind?: Revision): FamilyStep {
  return { result: { revision, onTop: false, became: 'not reached', behind } };
}

/** The operator consented to another definition. */
function changedSince(revision: Revision): Stop {
  return {
    by: 'hold',
    reason: `the journal entry of ${nameOf(revision)} was changed after the operator saw it`,
    remedy: 'Find out who writes to the state store, then run it again.',
  };
}

/** One family. Any other registration in the family during the restore stops it. */
class FamilyRestore {
  readonly #family: FamilyPreview;
  readonly #context: RestoreAllContext;
  /** The newest ACTIVE revision that this restore knows. */
  #newest: number;
  #former: number | undefined;

  constructor(family: FamilyPreview, context: RestoreAllContext) {
    this.#family = family;
    this.#context = context;
    this.#newest = family.newest ?? 0;
    this.#former = family.former;
  }

  async findObjection(): Promise<Stop | undefined> {
    const { stopRequested, checkLock } = this.#context;
    return stopRequested() ?? (await checkLock()) ?? (await this.findNewerRevision());
  }

  /** A copy would make old content newer than a deployment that the operator does not know of. */
  async findNewerRevision(): Promise<Stop | undefined> {
    const { family } = this.#family;
    const { reader, target } = this.#context;
    const newest = (await describeRevision(reader, family, target))?.revision.number ?? 0;
    if (newest <= this.#newest) return undefined;
    return {
      by: 'hold',
      reason: `${family}:${newest} was registered meanwhile, and is the newest now`,
      remedy: 'Run it again for the other revisions, if their content may become newer than that.',
    };
  }

  async restoreItem(item: RestoreItem): Promise<FamilyStep> {
    const { revision } = item;
    if (item.state === 'ACTIVE') return { result: { revision, onTop: false, became: 'ACTIVE' } };
    if (item.state === 'restored')
      return { result: { revision, onTop: false, became: 'restored before', as: item.as, at: item.at } };
    const { original, shown } = await readOriginal(revision, this.#context);
    if (original === undefined)
      throw new Error(`${nameOf(revision)} no longer exists, neither in AWS nor in the journal`);
    // AWS's own answers may differ in the order of members.
    const isSame = original.from === item.from && (item.from === 'AWS' || digestOriginal(original) === item.digest);
    if (!isSame || findContradictions(original, shown).length > 0)
      return { ...notReached(revision), stop: changedSince(revision) };
    return this.#register(original, false);
  }

  /** Registers the former newest revision again, so that floating references start its content. */
  async restoreFormerNewest(): Promise<FamilyStep | undefined> {
    const { reader, target } = this.#context;
    if (this.#former === undefined || this.#former === this.#newest) return undefined;
    const revision = { family: this.#family.family, number: this.#former };
    const stop = await this.findObjection();
    if (stop !== undefined) return { result: { revision, onTop: true, became: 'not reached' }, stop };
    const shown = await describeRevision(reader, nameOf(revision), target);
    if (shown?.status === 'ACTIVE') return this.#register({ ...shown, from: 'AWS' }, true);
    const reason =
      shown === undefined ? `${nameOf(revision)} no longer exists` : `${nameOf(revision)} is ${shown.status}`;
    const remedy =
      'Find out who deregistered it meanwhile, before anything starts the revision that is the newest now.';
    return { result: { revision, onTop: true, became: 'failed', reason, remedy } };
  }

  async #register(original: Original, onTop: boolean): Promise<FamilyStep> {
    const { revision } = original;
    const { id, now, saveRefusedInput, onProgress, restores, target } = this.#context;
    const made = registrable(original.definition, original.tags);
    if ('leftover' in made)
      throw new Error(`${nameOf(revision)} has the member ${made.leftover}, which cannot be registered`);
    const begun = { id, at: now(), above: this.#newest, former: this.#former ?? 0, onTop };
    const findObjection = () => this.findObjection();
    const answer = await registerAgain(original, made.input, begun, findObjection, this.#context);
    if (answer.became === 'not reached')
      return { result: { revision, onTop, became: 'not reached' }, stop: answer.stop };
    onProgress(revision);
    if (answer.became === 'failed') {
      const became = answer.kind === 'refused' ? 'refused' : 'failed';
      const file = became === 'refused' ? saveRefusedInput(revision, made.input) : undefined;
      const { region } = target;
      const { stop, ...words } = explainFailure(answer, original, made.input, { file, region });
      return { result: { revision, onTop, became, ...words, file }, stop };
    }
    const { as, adopted } = answer;
    if (adopted) this.#former = findFormerNewest(this.#family.newest, [await restores.read(revision)]);
    this.#newest = Math.max(this.#newest, as);
    const comparison = await this.#compareCopy(original, as);
    return { result: { revision, onTop, became: 'restored', as, adopted, ...comparison } };
  }

  async #compareCopy(original: Original, as: number) {
    const { reader, target, pause } = this.#context;
    const name = `${original.revision.family}:${as}`;
    let unchecked = 'AWS does not show it';
    for (let attempt = 1; attempt <= COMPARE_TRIES; attempt++) {
      try {
        const shown = await describeRevision(reader, name, target);
        if (shown !== undefined) return { differences: compareDefinitions(original, shown) };
      } catch (error) {
        unchecked = describeError(error);
      }
      if (attempt < COMPARE_TRIES) await pause(COMPARE_PAUSE_MS * attempt);
    }
    return { differences: [], unchecked };
  }
}

/** The state store records each registration, so the next restore continues from there. */
function toStop(error: unknown, family: string): Stop {
  if (error instanceof StateError)
    return { by: 'hold', reason: `${error.operation}: ${error.reason}`, remedy: error.remedy };
  const remedy = 'Run it again: each registration is recorded, and nothing is registered twice.';
  return { by: 'abort', reason: `restoring ${family}: ${describeError(error)}`, remedy };
}
