// `pruner explain web:41`: why a revision stays, or that it goes, with the evidence that a person can check. Never writes.
import { wordsOf } from '../shared/aws/errors.ts';
import { Tally } from '../shared/aws/tally.ts';
import { explainRevision } from '../shared/observe.ts';
import { explain } from '../shared/report/explain.ts';
import { explainJson } from '../shared/report/explain-json.ts';
import { nameOf, type Revision, type Target } from '../shared/revision.ts';
import { unreadBy } from '../shared/run/pieces.ts';
import { type ExitCode, exitCodes, Refusal } from './exit.ts';
import type { Options } from './options.ts';
import { openSession } from './session.ts';
import type { World } from './world.ts';

export async function explainCommand(revision: Revision, options: Options, world: World): Promise<ExitCode> {
  const { surroundings, progress, style } = await openSession(options, world, { writes: false });
  world.onInterrupt(() => {
    world.err('\nInterrupted; explaining changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const { aws } = surroundings;
  try {
    const target: Target = await aws.target(new Tally());
    const explained = await explainRevision(revision, target, surroundings);
    if (explained === undefined) {
      throw new Refusal(
        `explain: there is no ${nameOf(revision)} in account ${target.account}, ${target.region}.`,
      );
    }
    const explanation = { ...explained, unread: unreadBy(surroundings.settings) };
    progress.clear();
    world.out(
      options.json
        ? `${JSON.stringify(explainJson(explanation))}\n`
        : `${explain(explanation, style).trimEnd()}\n`,
    );
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    progress.clear();
    world.err(`AWS could not be asked: ${wordsOf(error)}\n`);
    return exitCodes.failed;
  } finally {
    aws.close();
  }
}
