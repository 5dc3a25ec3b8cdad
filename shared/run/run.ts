// The order of a run: open, passes, perhaps an approval between them, deletions, the window, the report. Each step may be cut
// off at any moment and is then repeated, perhaps in another process. Everything that a later step needs is in the state store.
// The code of a step is loaded with it: a cold function asks AWS who calls before it loads what reads and reports.
import type { Problem } from '../domain/problem.ts';
import type { RunSummary } from './conclude.ts';
import type { RunOptions } from './context.ts';
import type { Opened, Started } from './opened.ts';
import { RunSteps } from './run-steps.ts';
import type { Steps } from './steps.ts';

export type { RunSummary } from './conclude.ts';
export type { RunOptions } from './context.ts';

/** AWS enforces INACTIVE within ten minutes. The eleventh is for clock differences and calls in progress.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
const WINDOW_SECONDS = 660;
/** Twice the passes of a quarter of an hour in a day. The settings limit the time of a run long before. */
const MOST_PASSES = 200;

/** Each revision is deregistered once, and each run reports once, however often its steps are cut off. */
export async function run(given: RunOptions, steps: Steps): Promise<RunSummary> {
  const runSteps = new RunSteps(given, steps);
  const opened = await runSteps.open();
  if (opened.state === 'already finished') return alreadyFinished(given);
  // It stays what it was when it began, whatever a deployment changes meanwhile.
  const options = opened.state === 'started' ? { ...given, dryRun: !opened.writes } : given;

  const passed = opened.state === 'started' ? await passes(runSteps, options, opened) : nothingPassed;
  const deletion =
    passed.problem === undefined && !passed.asked ? await deletions(runSteps, options, opened) : undefined;
  if (passed.deregistered > 0 && options.skipWindowReason() === undefined) await steps.wait('window', WINDOW_SECONDS);

  return steps.step('report', async () => {
    const { run, problem } = await runSteps.reopenForReport(opened);
    const first = passed.problem ?? deletion ?? problem;
    const { conclude } = await import('./conclude.ts');
    return conclude(options, opened, run, { deregistered: passed.deregistered, problem: first });
  });
}

interface Passed {
  readonly deregistered: number;
  /** Whether the run asked for approval, which no deletion has. */
  readonly asked: boolean;
  readonly problem: Problem | undefined;
}

const nothingPassed: Passed = { deregistered: 0, asked: false, problem: undefined };

async function passes(runSteps: RunSteps, options: RunOptions, opened: Started): Promise<Passed> {
  const { pass } = await import('./pass.ts');
  let [deregistered, asked] = [0, false];
  for (let number = 1; ; number++) {
    const result = await runSteps.guarded(`pass ${number}`, opened, (run) => pass(number, options, run));
    // A pass that failed may not know what earlier passes deregistered.
    deregistered = Math.max(deregistered, result.deregistered);
    if (result.outcome === 'failed') return { deregistered, asked, problem: result.problem };
    if (result.outcome === 'done' || number >= MOST_PASSES) return { deregistered, asked, problem: undefined };
    if (result.outcome === 'approval required') {
      // A recorded result decides this, since a deployment may change the settings while the run waits.
      asked = true;
      const { askForApproval } = await import('./approval.ts');
      const answered = await askForApproval(runSteps, options, opened, result.seconds);
      if (answered.outcome === 'failed') return { deregistered, asked, problem: answered.problem };
      if (answered.outcome === 'done') return { deregistered, asked, problem: undefined };
      continue;
    }
    // The next pass has the whole time of an invocation.
    await runSteps.steps.wait(`after pass ${number}`, 1);
  }
}

/** Deletes for good what runs deregistered long ago, if the settings ask for it. A dry run has only planned it. */
async function deletions(runSteps: RunSteps, options: RunOptions, opened: Opened): Promise<Problem | undefined> {
  if (opened.state !== 'started' || !opened.writes || options.settings.deleteAfterDays === 0) return undefined;
  // Neither a saved nor an approved plan lists deletions, so its run makes none.
  if (options.saved !== undefined || options.approval !== undefined) return undefined;
  if (options.allowsMorePasses) await runSteps.steps.wait('before deletions', 1);
  const result = await runSteps.guarded('deletions', opened, async (run) => {
    const { deleteAfterPasses } = await import('../deletion/delete-after-passes.ts');
    await deleteAfterPasses(options, run);
    return { outcome: 'done', deregistered: 0 };
  });
  return result.outcome === 'failed' ? result.problem : undefined;
}

function alreadyFinished({ id }: RunOptions): RunSummary {
  return { run: id, outcome: 'OK', summary: 'This run has ended before. Nothing was done twice.', deregistered: 0 };
}
