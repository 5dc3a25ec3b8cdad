// `pruner explain web:41`: why a revision stays, or that it goes, with the evidence that a person can check. Never writes.
import { explainRevision } from '../../shared/observe/observe.ts';
import { printCaller } from '../../shared/report/sections/caller.ts';
import { printExplanation } from '../../shared/report/explain/text.ts';
import { toExplainDocument } from '../../shared/report/explain/json.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { unreadBy } from '../../shared/run/pieces.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { toRefusal } from '../failure.ts';
import type { Options } from '../options.ts';
import { openSession, readTarget } from '../session.ts';
import type { ProcessContext } from '../context.ts';

export async function explainCommand(
  revision: Revision,
  options: Options,
  world: ProcessContext,
): Promise<ExitCode> {
  const session = await openSession(options, world, { writes: false });
  const { surroundings, progress, style } = session;
  world.onInterrupt(() => {
    world.err('\nInterrupted; explaining changes nothing.\n');
    world.exitNow(exitCodes.interrupted);
  });
  const { aws } = surroundings;
  try {
    const target = await readTarget(session, options);
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
        ? `${JSON.stringify(toExplainDocument(explanation))}\n`
        : `${printExplanation(explanation, style).trimEnd()}\n\n${printCaller(aws.caller, style.width).join('\n')}\n`,
    );
    return exitCodes.done;
  } catch (error) {
    progress.clear();
    throw toRefusal(error, { profile: options.profile, region: await aws.region() });
  } finally {
    aws.close();
  }
}
