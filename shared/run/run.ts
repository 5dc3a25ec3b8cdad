// One run, from the account's identity to the report: the order of things, and nothing else. The function and the command
// line both call this; they differ in how they are called, in how they wait and in who is told. Each step may be cut off at
// any moment and is then done again; what the next one needs lies in the state, as it may begin in another process.
import { conclude, type Ended } from './conclude.ts';
import { abandon, open, type Opened, reopen, type Run } from './open.ts';
import { deletions } from '../deletion/deletions.ts';
import type { RunOptions } from './options.ts';
import { failureOf, pass, type Passed } from './pass.ts';
import { deletes } from '../deletion/planned.ts';
import { Refused } from '../read/evidence.ts';
import { StateError } from '../state/state.ts';
import type { Steps } from './steps.ts';

export type { Ended } from './conclude.ts';
export type { RunOptions } from './options.ts';

/** AWS enforces INACTIVE within ten minutes; one more is for clocks and for calls that are under way.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
const WINDOW_SECONDS = 660;
/** Twice a day's passes of a quarter of an hour: a bound for what the time that the settings give bounds already. */
const MOST_PASSES = 200;

export async function run(options: RunOptions, steps: Steps): Promise<Ended> {
  let here: Run | undefined;
  const opened = await steps
    .step('open', async () => {
      const { opened, run } = await open(options);
      here = run;
      return opened;
    })
    .catch((error: unknown) => notOpened(error));
  if (opened.over === true) return nothingTwice(options);

  const passed = canGo(opened) ? await passes(opened) : undefined;
  const deleted = passed !== undefined && passed.failure === undefined ? await deleteOld(opened) : {};
  if (passed !== undefined && passed.gone > 0 && options.waitsNot() === undefined)
    await steps.wait('window', WINDOW_SECONDS);

  return steps.step('report', async () => {
    let failure = passed?.failure ?? deleted.failure;
    if (canGo(opened) && here === undefined) {
      // What the run did may be unreadable by now; that it ran, and what failed, is told all the same.
      here = await reopenAtLast(options, opened).catch((error: unknown) => {
        if (!(error instanceof StateError)) throw error;
        failure ??= failureOf(error.operation, error);
        return undefined;
      });
    }
    const known = passed?.gone ?? 0;
    return conclude(options, opened, here, { known, ...(failure === undefined ? {} : { failure }) });
  });

  async function passes(opened: Opened): Promise<Passed> {
    let gone = 0;
    for (let number = 1; ; number++) {
      const name = `pass ${number}`;
      const passed = await steps
        .step(name, async () => {
          try {
            here ??= await reopen(options, opened);
            return await pass(number, options, here);
          } catch (error) {
            return await declinedOrFailed(name, error);
          }
        })
        .catch((error: unknown) => cutOff(name, error));
      // One that could not go on does not know what those before it have taken.
      gone = Math.max(gone, passed.gone);
      if (!passed.more || number >= MOST_PASSES) return { ...passed, gone };
      // A fresh invocation, with all its time.
      await steps.wait(`after pass ${number}`, 1);
    }
  }

  async function deleteOld(opened: Opened): Promise<Pick<Passed, 'failure'>> {
    // A dry run has told what it would delete.
    if (!deletes(options) || opened.writes !== true) return {};
    // A fresh invocation, with all its time.
    if (options.continues) await steps.wait('before deletions', 1);
    return steps
      .step('deletions', async () => {
        try {
          here ??= await reopen(options, opened);
          return await deletions(options, here);
        } catch (error) {
          return await declinedOrFailed('deleting what runs took long ago', error);
        }
      })
      .catch((error: unknown) => cutOff('deletions', error));
  }

  /** Its surroundings gave the step up. That there was a night is told all the same. */
  async function notOpened(error: unknown): Promise<Opened> {
    if (options.unexpected === undefined) throw error;
    options.unexpected(error);
    const failure = failureOf('beginning the run', error);
    // A clock is read in a step only: at a replay it must say the same.
    return steps.step('not opened', async () => ({ beganAt: options.clock.now(), failure }));
  }

  /** A step that its surroundings gave up: what it did is in the journal, and somebody may take that up. */
  function cutOff(name: string, error: unknown): Passed {
    if (options.unexpected === undefined) throw error;
    options.unexpected(error);
    return { more: false, gone: 1, failure: failureOf(name, error) };
  }

  async function declinedOrFailed(doing: string, error: unknown): Promise<Passed> {
    if (error instanceof Refused)
      return { more: false, gone: 0, failure: failureOf(error.fault.operation, error) };
    if (!(error instanceof StateError)) {
      if (here !== undefined && options.unexpected === undefined) await abandon(options, here);
      if (options.unexpected === undefined) throw error;
      options.unexpected(error);
    }
    const gone = here?.carried.ledger.results.deregistered.length ?? 0;
    return { more: false, gone, failure: failureOf(doing, error) };
  }
}

/** A report without what the run did is worth little: a state that has a bad moment is asked again. @throws StateError */
async function reopenAtLast(options: RunOptions, opened: Opened): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await reopen(options, opened);
    } catch (error) {
      if (!(error instanceof StateError) || attempt === 3) throw error;
      await options.clock.sleep(5_000);
    }
  }
}

function canGo({ target, failure, held }: Opened): boolean {
  return target !== undefined && failure === undefined && held === undefined;
}

function nothingTwice({ id }: RunOptions): Ended {
  return {
    run: id,
    outcome: 'OK',
    summary: 'This run has ended before; nothing was done twice.',
    deregistered: 0,
  };
}
