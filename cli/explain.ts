// `pruner explain web:41`: why a revision stays, or that it goes, with the evidence that a person can check. Never writes.
import { explainRevision } from '../shared/observe/explain.ts';
import { callerLines } from '../shared/report/caller.ts';
import { explain } from '../shared/report/explain.ts';
import { explainJson } from '../shared/report/explain-json.ts';
import { nameOf, type Revision } from '../shared/domain/revision.ts';
import { unreadBy } from '../shared/run/report-pieces.ts';
import { type ExitCode, exitCodes, Refusal } from './exit.ts';
import { refusalBy } from './failure.ts';
import type { Options } from './options.ts';
import { openSession, targetOf } from './session.ts';
import type { World } from './world.ts';

export async function explainCommand(revision: Revision, options: Options, world: World): Promise<ExitCode> {
  const session = await openSession(options, world, { writes: false });
  const { surroundings, progress, style } = session;
  world.onInterrupt(() => {
    world.err('\nInterrupted; explaining changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const { aws } = surroundings;
  try {
    const target = await targetOf(session, options);
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
        : `${explain(explanation, style).trimEnd()}\n\n${callerLines(aws.caller, style.width).join('\n')}\n`,
    );
    return exitCodes.done;
  } catch (error) {
    progress.clear();
    throw refusalBy(error, { profile: options.profile, region: await aws.region() });
  } finally {
    aws.close();
  }
}
