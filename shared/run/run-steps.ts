// Runs the steps of a run, with the run open in each. A failure becomes a result, so that the run still reports.
import { describeError } from '../aws/errors.ts';
import type { Problem } from '../domain/problem.ts';
import { CredentialsRefused } from '../read/credentials-refused.ts';
import { StateError } from '../state/store.ts';
import type { OpenRun, RunOptions } from './context.ts';
import { openRun } from './open.ts';
import type { Opened, Started } from './opened.ts';
import type { PassResult } from './pass.ts';
import type { Steps } from './steps.ts';

export class RunSteps {
  readonly steps: Steps;
  readonly #options: RunOptions;
  /** Absent until a step of this process has opened the run. */
  #run: OpenRun | undefined;

  constructor(options: RunOptions, steps: Steps) {
    this.#options = options;
    this.steps = steps;
  }

  async open(): Promise<Opened> {
    try {
      return await this.steps.step('open', async () => {
        const { opened, run } = await openRun(this.#options);
        this.#run = run;
        return opened;
      });
    } catch (error) {
      const problem = this.#problemOf('starting the run', error);
      // Read in a step, since a replay must get the same time.
      return this.steps.step('not opened', async () => ({
        state: 'failed',
        beganAt: this.#options.clock.now(),
        problem,
      }));
    }
  }

  async guarded(name: string, opened: Started, work: (run: OpenRun) => Promise<PassResult>): Promise<PassResult> {
    try {
      return await this.steps.step(name, async () => {
        try {
          this.#run ??= await this.#reopen(opened);
          return await work(this.#run);
        } catch (error) {
          return await this.#failed(name, error);
        }
      });
    } catch (error) {
      // The runtime abandoned the step. The journal has what the step did, perhaps a deregistration.
      return { outcome: 'failed', deregistered: 1, problem: this.#problemOf(name, error) };
    }
  }

  /** Opens the run for its report. If the run record cannot be read any more, the report tells that. */
  async reopenForReport(opened: Opened): Promise<{ run: OpenRun | undefined; problem?: Problem }> {
    if (opened.state !== 'started' || this.#run !== undefined) return { run: this.#run };
    for (let attempt = 1; ; attempt++) {
      try {
        this.#run = await this.#reopen(opened);
        return { run: this.#run };
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        if (attempt === 3) return { run: undefined, problem: problemIn(error.operation, error) };
        await this.#options.clock.sleep(5_000);
      }
    }
  }

  /** The next step opens the run again: its lock was released, or its run record says more than before. */
  forget(): void {
    this.#run = undefined;
  }

  async #reopen(opened: Started): Promise<OpenRun> {
    const { reopenRun } = await import('./start.ts');
    return reopenRun(this.#options, opened);
  }

  async #failed(name: string, error: unknown): Promise<PassResult> {
    const { onUnexpectedError } = this.#options;
    if (error instanceof CredentialsRefused)
      return { outcome: 'failed', deregistered: 0, problem: problemIn(name, error) };
    if (!(error instanceof StateError)) {
      if (onUnexpectedError === undefined) {
        if (this.#run !== undefined) await (await import('./start.ts')).abandon(this.#options, this.#run);
        throw error;
      }
      onUnexpectedError(error);
    }
    const deregistered = this.#run?.progress.record.results.deregistered.length ?? 0;
    return { outcome: 'failed', deregistered, problem: problemIn(name, error) };
  }

  /** @throws the error where nothing receives unexpected errors */
  #problemOf(operation: string, error: unknown): Problem {
    const { onUnexpectedError } = this.#options;
    if (onUnexpectedError === undefined) throw error;
    onUnexpectedError(error);
    return problemIn(operation, error);
  }
}

function problemIn(operation: string, error: unknown): Problem {
  const known = error instanceof StateError ? error : error instanceof CredentialsRefused ? error.problem : undefined;
  if (known !== undefined) return { operation: known.operation, reason: known.reason, remedy: known.remedy };
  const remedy = 'This is a bug of ecs-revision-pruner: report it with what its log says.';
  return { operation, reason: describeError(error), remedy };
}
