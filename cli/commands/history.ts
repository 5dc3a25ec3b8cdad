// `pruner history`: the runs that there were, what one of them did, or what became of a family. Never writes.
import { type Archive, listRuns, listOtherTargets, findRuns } from '../../shared/history/archive.ts';
import { readFamilyHistory, isKnownFamily } from '../../shared/history/family.ts';
import { readRunHistory, readRunsHistory } from '../../shared/history/runs.ts';
import { printCaller } from '../../shared/report/sections/caller.ts';
import { printFamilyHistory } from '../../shared/report/history/family-text.ts';
import { toFamilyDocument, toRunDocument, toRunsDocument } from '../../shared/report/history/json.ts';
import { isRecorded } from '../../shared/report/history/model.ts';
import { printRunHistory } from '../../shared/report/history/run-text.ts';
import { printRuns } from '../../shared/report/history/runs-text.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { toRefusal } from '../failure.ts';
import type { Options } from '../options.ts';
import { openSession, type Session, readTarget } from '../session.ts';
import type { ProcessContext } from '../context.ts';

/** Three weeks of nights, on one screen. */
const LIMIT = 20;

/** @param asked a family or the beginning of a run's id; all runs without one */
export async function historyCommand(
  asked: string | undefined,
  options: Options,
  world: ProcessContext,
): Promise<ExitCode> {
  const session = await openSession(options, world, { writes: false });
  const { stateAccess, aws } = session.surroundings;
  try {
    if (stateAccess === undefined)
      throw new Refusal(
        "history: no place is given where runs keep what they did: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.",
      );
    const target = await readTarget(session, options);
    return await answer({ state: stateAccess.state, target, now: aws.now() }, asked, session, options, world);
  } catch (error) {
    session.progress.clear();
    throw toRefusal(error, { profile: options.profile, region: await aws.region() });
  } finally {
    aws.close();
  }
}

async function answer(
  archive: Archive,
  asked: string | undefined,
  { surroundings: { aws }, style }: Session,
  options: Options,
  world: ProcessContext,
): Promise<ExitCode> {
  const limit = options.limit ?? LIMIT;
  const names = await listRuns(archive);
  const print = (text: string, document: object, isWhole: boolean) => {
    const caller = printCaller(aws.caller, style.width).join('\n');
    world.out(options.json ? `${JSON.stringify(document)}\n` : `${text.trimEnd()}\n\n${caller}\n`);
    return isWhole ? exitCodes.done : exitCodes.held;
  };

  if (asked === undefined && options.run === undefined) {
    if (names.length === 0) throw await nothingHere(archive);
    const history = await readRunsHistory(archive, names, limit);
    const text = options.json ? '' : printRuns(history, style);
    return print(text, toRunsDocument(history), history.runs.every(isRecorded));
  }

  const word = options.run ?? asked ?? '';
  const found = findRuns(names, word);
  // A family has as many letters as a run's id; where it could be both, a family is what people ask about.
  if (
    options.run === undefined &&
    /^[A-Za-z0-9_-]{1,255}$/.test(word) &&
    (await isKnownFamily(archive, aws, word))
  ) {
    const history = await readFamilyHistory(archive, aws, {
      family: word,
      names,
      limit,
      ambiguousRuns: found.map(({ short }) => short),
    });
    const text = options.json ? '' : printFamilyHistory(history, style);
    return print(text, toFamilyDocument(history), history.problems.length === 0);
  }

  const [one, ...others] = found;
  if (one === undefined) {
    if (names.length === 0) throw await nothingHere(archive);
    const what = options.run === undefined ? `no family ${word} is known, and no run` : 'no run';
    throw new Refusal(
      `history: ${what} whose id begins with ${word}, in account ${archive.target.account}, ${archive.target.region}. ./pruner history lists the runs.`,
    );
  }
  if (others.length > 0) {
    const ids = found.slice(0, 5).map(({ short }) => short);
    throw new Refusal(
      `history: ${found.length} runs have ids that begin with ${word}: ${ids.join(', ')}${found.length > 5 ? ', ...' : ''}. Give more of it.`,
    );
  }
  const history = await readRunHistory(archive, names, one.name);
  const text = options.json ? '' : printRunHistory(history, style);
  return print(text, toRunDocument(history), true);
}

/** A wrong bucket, account or Region looks like an empty one. */
async function nothingHere(archive: Archive): Promise<Refusal> {
  const { state, target } = archive;
  const others = await listOtherTargets(archive);
  const there =
    others.length === 0 ? '' : ` It knows of ${others.slice(0, 5).join(', ')}: give --region or --profile.`;
  return new Refusal(
    `history: no run has left anything in ${state.where} for account ${target.account}, ${target.region}.${there} Check --state, or \`state\` in the settings.`,
  );
}
