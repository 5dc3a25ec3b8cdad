import * as z from 'zod';
import type { Aws } from '../../shared/aws/connect.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { type Archive, listRuns, listOtherTargets, findRuns } from '../../shared/history/archive.ts';
import { readFamilyHistory, isKnownFamily } from '../../shared/history/family.ts';
import type { RunName } from '../../shared/state/run-records.ts';
import { readRunHistory, readRunsHistory } from '../../shared/history/runs.ts';
import type { Screen } from '../../shared/report/text/screen.ts';
import { printFamilyHistory } from '../../shared/report/history/family-text.ts';
import { toFamilyDocument, toRunDocument, toRunsDocument } from '../../shared/report/history/json.ts';
import { isRecorded } from '../../shared/report/history/model.ts';
import { printRunHistory } from '../../shared/report/history/run-text.ts';
import { printRuns } from '../../shared/report/history/runs-text.ts';
import { defineCommand, describeOperands } from '../command.ts';
import { exitCodes, Refusal } from '../exit.ts';
import { readNumber, valueOption } from '../option.ts';
import { commonOptions, runOption } from '../options.ts';
import { joinWithCaller, printAnswer, withSession } from '../session.ts';

/** Three weeks of nights, on one screen. */
const LIMIT = 20;
const LIMITS = 'a whole number from 1 to 1000';

export const history = defineCommand({
  name: 'history',
  operands: '[family|run]',
  summary: 'Shows the runs, what one of them did, or the history of a family. Changes nothing.',
  examples: [
    ['./pruner history', 'the last runs'],
    ['./pruner history 6f1c0a52', 'one run, by the beginning of its id'],
    ['./pruner history web', 'which revisions of a family were deregistered, and their status now'],
  ],
  options: {
    run: runOption('a run, by the beginning of its id, also if a family has that name'),
    limit: valueOption(
      '--limit <n>',
      `the number of runs (default: ${LIMIT})`,
      z.int(LIMITS).min(1, LIMITS).max(1000, LIMITS),
      readNumber,
    ),
    ...commonOptions,
  },
  read: (operands, values) => {
    const [asked, ...more] = operands;
    const problems: string[] = [];
    if (more.length > 0 || (asked !== undefined && !/^[A-Za-z0-9._-]{1,255}$/.test(asked)))
      problems.push(
        `history: given ${describeOperands(operands)}, allowed: a family, such as web, or the beginning of a run's id`,
      );
    if (asked !== undefined && values['run'] !== undefined)
      problems.push(`--run: given beside ${describeOperands(operands)}; give only one of them`);
    return { problems, operands: { asked } };
  },
  async run({ asked, run, limit = LIMIT, ...options }, context) {
    return withSession(options, context, { writes: false }, async ({ observeContext, progress, screen }) => {
      const { stateAccess, aws } = observeContext;
      if (stateAccess === undefined)
        throw new Refusal(
          "history: no state store is given: --state, or `state` in the settings, with s3://bucket/prefix (the stack's output StateBucket, where one is deployed) or a folder.",
        );
      const target = await aws.target(new Tally());
      const archive = { state: stateAccess.state, target, now: aws.now() };
      const { document, text, isComplete } = await readAnswer(archive, { asked, run, limit }, aws, screen);
      progress.clear();
      printAnswer(options.json, context, document, () => joinWithCaller(text(), aws, screen));
      return isComplete ? exitCodes.done : exitCodes.held;
    });
  },
});

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
      `history: ${mayBeFamily ? `no family ${word} is known, and no run` : 'no run'} whose id begins with ${word}, in account ${target.account}, ${target.region}. ./pruner history lists the runs.`,
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
