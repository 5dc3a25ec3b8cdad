// The restore itself: family by family, oldest first, one registration at a time, each past a look at what has happened
// meanwhile and compared afterwards with what was there before.
import { registrable } from '../aws/registrable.ts';
import type { Stop } from '../domain/apply-results.ts';
import { describeError } from '../aws/errors.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import type { Journal } from '../state/journal.ts';
import { StateError } from '../state/state.ts';
import { differences } from './compare.ts';
import { formerOf } from './look.ts';
import { contradictions, digestOfOriginal, type Original, originalOf, shownBy } from './originals.ts';
import type { FamilyLook, Item, Look, Result } from './outcome.ts';
import { type RegisterContext, register } from './register.ts';
import { toDo } from './to-do.ts';

export interface Acting extends RegisterContext {
  /** Of this restore. */
  readonly id: string;
  readonly journal: Journal;
  /** Milliseconds since the epoch, by AWS's clock. */
  readonly now: () => number;
  /** A person interrupts: asked before each registration. */
  readonly stopped: () => Stop | undefined;
  /** Whether no other writer has come meanwhile (guard `lock`). */
  readonly alone: () => Promise<Stop | undefined>;
  /** Keeps what AWS refused where a person can edit it, and says where. */
  readonly keep: (revision: Revision, input: object) => string | undefined;
  readonly progress: (revision: Revision) => void;
}

/** Describing what was registered a moment ago may need a second look. */
const COMPARE_TRIES = 3;
const COMPARE_PAUSE_MS = 1_000;

export async function restoreAll(
  look: Look,
  onTop: boolean,
  acting: Acting,
): Promise<{ results: Result[]; stop: Stop | undefined }> {
  const results: Result[] = [];
  let stop: Stop | undefined;
  for (const family of look.families) {
    const own = look.items.filter(({ revision }) => revision.family === family.family);
    const one = new FamilyRestore(family, acting);
    /** The first of the family that could not be registered again. */
    let behind: Revision | undefined;
    try {
      for (const item of own) {
        if (item.is === 'gone' && behind === undefined) stop ??= await one.objection();
        const isLeft = item.is === 'gone' && (stop !== undefined || behind !== undefined);
        const result = isLeft ? left(item.revision, behind) : await one.take(item);
        results.push(result.result);
        stop ??= result.stop;
        if (result.result.became === 'refused' || result.result.became === 'failed') behind ??= item.revision;
      }
      const top = onTop && stop === undefined ? await one.putOnTop() : undefined;
      if (top !== undefined) results.push(top.result);
      stop ??= top?.stop;
    } catch (error) {
      stop = stopBy(error, family.family);
      const told = new Set(results.map(({ revision }) => nameOf(revision)));
      results.push(
        ...own
          .filter(({ revision }) => !told.has(nameOf(revision)))
          .map(({ revision }) => left(revision).result),
      );
    }
  }
  return { results, stop };
}

interface Taken {
  readonly result: Result;
  readonly stop?: Stop | undefined;
}

const left = (revision: Revision, behind?: Revision): Taken => ({
  result: { revision, onTop: false, became: 'left', ...(behind === undefined ? {} : { behind }) },
});

/** What the operator agreed to is not what would be registered. */
function changedSince(revision: Revision): Stop {
  return {
    by: 'hold',
    reason: `the entry of ${nameOf(revision)} in the journal was changed after it was looked at`,
    remedy: 'Find out who writes to the state, then run it again.',
  };
}

/** One family, of which only this restore may register while it is at work: whoever else does moves it on. */
class FamilyRestore {
  readonly #look: FamilyLook;
  readonly #acting: Acting;
  /** The newest ACTIVE revision that this restore knows of. */
  #newest: number;
  #former: number | undefined;

  constructor(look: FamilyLook, acting: Acting) {
    this.#look = look;
    this.#acting = acting;
    this.#newest = look.newest ?? 0;
    this.#former = look.former;
  }

  /** What stands against registering anything more: asked before each call. */
  async objection(): Promise<Stop | undefined> {
    return this.#acting.stopped() ?? (await this.#acting.alone()) ?? (await this.movedOn());
  }

  /** A deployment has registered meanwhile: a copy would put old content over what nobody was told of. */
  async movedOn(): Promise<Stop | undefined> {
    const { family } = this.#look;
    const { reader, target } = this.#acting;
    const newest = (await shownBy(reader, family, target))?.revision.number ?? 0;
    if (newest <= this.#newest) return undefined;
    return {
      by: 'hold',
      reason: `${family}:${newest} was registered meanwhile, and is the newest now`,
      remedy: 'Restore the rest again, if its content may become the newest over that.',
    };
  }

  async take(item: Item): Promise<Taken> {
    const { revision } = item;
    if (item.is === 'ACTIVE') return { result: { revision, onTop: false, became: 'ACTIVE' } };
    if (item.is === 'back')
      return { result: { revision, onTop: false, became: 'back', as: item.as, at: item.at } };
    const { original, shown } = await originalOf(revision, this.#acting);
    if (original === undefined) throw new Error(`${nameOf(revision)} is gone, from the journal as well`);
    // AWS's own answers may differ in the order of members.
    const isSame =
      original.from === item.from && (item.from === 'AWS' || digestOfOriginal(original) === item.digest);
    if (!isSame || contradictions(original, shown).length > 0)
      return { ...left(revision), stop: changedSince(revision) };
    return this.#register(original, false);
  }

  /** The newest from before is registered again, so that what starts the newest starts that. */
  async putOnTop(): Promise<Taken | undefined> {
    const { reader, target } = this.#acting;
    if (this.#former === undefined || this.#former === this.#newest) return undefined;
    const revision = { family: this.#look.family, number: this.#former };
    const stop = await this.objection();
    if (stop !== undefined) return { result: { revision, onTop: true, became: 'left' }, stop };
    const shown = await shownBy(reader, nameOf(revision), target);
    if (shown?.status === 'ACTIVE') return this.#register({ ...shown, from: 'AWS' }, true);
    const said = `${nameOf(revision)} is ${shown?.status ?? 'not there any more'}`;
    const next = 'Find out who deregistered it meanwhile, before anything starts what is the newest now.';
    return { result: { revision, onTop: true, became: 'failed', said, next } };
  }

  async #register(original: Original, onTop: boolean): Promise<Taken> {
    const { revision } = original;
    const { id, now, keep, progress, restores, target } = this.#acting;
    const made = registrable(original.definition, original.tags);
    if ('leftover' in made)
      throw new Error(`${nameOf(revision)} has ${made.leftover}, which cannot be registered`);
    const begun = { id, at: now(), above: this.#newest, former: this.#former ?? 0, onTop };
    const answer = await register(original, made.input, begun, () => this.objection(), this.#acting);
    if (answer.became === 'left') return { result: { revision, onTop, became: 'left' }, stop: answer.stop };
    progress(revision);
    if (answer.became === 'failed') {
      const file = answer.kind === 'refused' ? keep(revision, made.input) : undefined;
      const told = toDo(answer, original, made.input, { file, region: target.region });
      const became = answer.kind === 'refused' ? 'refused' : 'failed';
      const { stop, ...words } = told;
      return { result: { revision, onTop, became, ...words, ...(file === undefined ? {} : { file }) }, stop };
    }
    const { as, adopted } = answer;
    if (adopted) this.#former = formerOf(this.#look.newest, [await restores.read(revision)]);
    this.#newest = Math.max(this.#newest, as);
    return {
      result: { revision, onTop, became: 'restored', as, adopted, ...(await this.#compared(original, as)) },
    };
  }

  /** What AWS now has, as it says itself, against what it had. */
  async #compared(original: Original, as: number) {
    const { reader, target, pause } = this.#acting;
    const name = `${original.revision.family}:${as}`;
    let unchecked = 'AWS does not show it';
    for (let attempt = 1; attempt <= COMPARE_TRIES; attempt++) {
      try {
        const shown = await shownBy(reader, name, target);
        if (shown !== undefined) return { differences: differences(original, shown) };
      } catch (error) {
        unchecked = describeError(error);
      }
      if (attempt < COMPARE_TRIES) await pause(COMPARE_PAUSE_MS * attempt);
    }
    return { differences: [], unchecked };
  }
}

/** What was registered is in the state, so that whoever runs it again goes on from there. */
function stopBy(error: unknown, family: string): Stop {
  if (error instanceof StateError)
    return { by: 'hold', reason: `${error.operation}: ${error.reason}`, remedy: error.remedy };
  const next = 'Run it again: what was registered is known, and is not registered twice.';
  return { by: 'abort', reason: `restoring ${family}: ${describeError(error)}`, remedy: next };
}
