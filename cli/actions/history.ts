// Prints the runs, one run, or the history of a family.
import type { Aws } from '../../shared/aws/connect.ts';
import { program } from '../../shared/domain/program.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { type Archive, listRuns, listOtherTargets, findRuns } from '../../shared/history/archive.ts';
import { readFamilyHistory, isKnownFamily } from '../../shared/history/family.ts';
import type { RunName } from '../../shared/state/run-records.ts';
import { readRunHistory, readRunsHistory, readTrend } from '../../shared/history/runs.ts';
import type { Screen } from '../../shared/report/text/screen.ts';
import { printFamilyHistory } from '../../shared/report/history/family-text.ts';
import { toFamilyDocument, toRunDocument, toRunsDocument } from '../../shared/report/history/json.ts';
import { isRecorded } from '../../shared/report/history/model.ts';
import { printRunHistory } from '../../shared/report/history/run-text.ts';
import { printRuns } from '../../shared/report/history/runs-text.ts';
import { type HistoryOptions, LIMIT } from '../commands/history.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { writePage } from '../page-file.ts';
import { joinWithCaller, printAnswer, withSession } from '../session.ts';

export async function history(
  { asked, run, html, limit = LIMIT, ...options }: HistoryOptions & { readonly asked: string | undefined },
  context: ProcessContext,
): Promise<ExitCode> {
  return withSession(options, context, { writes: false }, async ({ observeContext, progress, screen }) => {
    const { stateAccess, aws } = observeContext;
    if (stateAccess === undefined)
      throw new Refusal(
        "history: no state store is given: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.",
      );
    const target = await aws.target(new Tally());
    const archive = { state: stateAccess.state, target, now: aws.now() };
    const { document, text, page, isComplete } = await readAnswer(archive, { asked, run, limit }, aws, screen);
    progress.clear();
    printAnswer(options.json, context, document, () => joinWithCaller(text(), aws, screen));
    if (html !== undefined && page !== undefined) writePage(html, await page(), context);
    return isComplete ? exitCodes.done : exitCodes.held;
  });
}

interface Query {
  readonly asked: string | undefined;
  readonly run: string | undefined;
  readonly limit: number;
}

async function readAnswer(archive: Archive, { asked, run, limit }: Query, aws: Aws, screen: Screen) {
  const names = await listRuns(archive);
  const word = run ?? asked;
  if (word === undefined) {
    if (names.length === 0) throw await refuseEmptyArchive(archive);
    const runs = await readRunsHistory(archive, names, limit);
    return {
      text: () => printRuns(runs, screen),
      document: () => toRunsDocument(runs),
      page: async () => {
        const { printHistoryPage } = await import('../../shared/report/html/history-page.ts');
        return printHistoryPage(runs, await readTrend(archive));
      },
      isComplete: runs.runs.every(isRecorded),
    };
  }
  const found = findRuns(names, word);
  // A word may be a family and the beginning of an id; then the family is meant.
  const isFamily =
    run === undefined && /^[A-Za-z0-9_-]{1,255}$/.test(word) && (await isKnownFamily(archive, aws, word));
  if (isFamily) {
    const ambiguousRuns = found.map(({ short }) => short);
    const family = await readFamilyHistory(archive, aws, { family: word, names, limit, ambiguousRuns });
    return {
      text: () => printFamilyHistory(family, screen),
      document: () => toFamilyDocument(family),
      isComplete: family.problems.length === 0,
    };
  }
  if (names.length === 0) throw await refuseEmptyArchive(archive);
  const one = await readRunHistory(archive, names, chooseRun(found, word, archive, run === undefined));
  return { text: () => printRunHistory(one, screen), document: () => toRunDocument(one), isComplete: true };
}

function chooseRun(
  found: ReturnType<typeof findRuns>,
  word: string,
  { target }: Archive,
  mayBeFamily: boolean,
): RunName {
  const [one, ...others] = found;
  if (one === undefined)
    throw new Refusal(
      `history: ${mayBeFamily ? `no family ${word} is known, and no run` : 'no run'} whose id begins with ${word}, in account ${target.account}, ${target.region}. ${program()} history lists the runs.`,
    );
  if (others.length > 0) {
    const ids = found.slice(0, 5).map(({ short }) => short);
    throw new Refusal(
      `history: ${found.length} runs have ids that begin with ${word}: ${ids.join(', ')}${found.length > 5 ? ', ...' : ''}. Give more of it.`,
    );
  }
  return one.name;
}

/** A wrong bucket, account or Region looks like an empty state store. */
async function refuseEmptyArchive(archive: Archive): Promise<Refusal> {
  const { state, target } = archive;
  const others = await listOtherTargets(archive);
  const known =
    others.length === 0 ? '' : ` It has runs of ${others.slice(0, 5).join(', ')}: give --region or --profile.`;
  return new Refusal(
    `history: ${state.where} has no runs of account ${target.account}, ${target.region}.${known} Check --state, or \`state\` in the settings.`,
  );
}
