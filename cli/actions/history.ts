// Prints the runs, one run, or the history of a family.
import type { Aws } from '../../shared/aws/connect.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { type Archive, listRuns, findRuns } from '../../shared/history/archive.ts';
import { readFamilyHistory, isKnownFamily } from '../../shared/history/family.ts';
import { readRunHistory, readRunsHistory, readTrend } from '../../shared/history/runs.ts';
import type { Screen } from '../../shared/report/text/screen.ts';
import { printFamilyHistory } from '../../shared/report/history/family-text.ts';
import { toFamilyDocument, toRunDocument, toRunsDocument } from '../../shared/report/history/json.ts';
import { isRecorded } from '../../shared/report/history/model.ts';
import { printRunHistory } from '../../shared/report/history/run-text.ts';
import { printRuns } from '../../shared/report/history/runs-text.ts';
import { type HistoryOptions, LIMIT } from '../commands/history.ts';
import { chooseRun, refuseEmptyArchive } from '../choose-run.ts';
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
    if (names.length === 0) throw await refuseEmptyArchive('history', archive);
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
  if (names.length === 0) throw await refuseEmptyArchive('history', archive);
  const one = await readRunHistory(archive, names, chooseRun('history', found, word, archive, run === undefined));
  return { text: () => printRunHistory(one, screen), document: () => toRunDocument(one), isComplete: true };
}
