// Prints what other settings would change.
import manifest from '../../package.json' with { type: 'json' };
import { Tally } from '../../shared/aws/tally.ts';
import { comparePlans, differenceOf } from '../../shared/observe/compare.ts';
import { toCompareDocument } from '../../shared/report/compare/json.ts';
import type { Comparison } from '../../shared/report/compare/model.ts';
import { printComparison } from '../../shared/report/compare/text.ts';
import { joinList } from '../../shared/report/text/wording.ts';
import { digest } from '../../shared/settings/narrow.ts';
import type { Settings } from '../../shared/settings/schema.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { exitOnInterrupt, joinWithCaller, printAnswer, withSession } from '../session.ts';
import { readSettings } from '../settings.ts';

export async function compare(file: string, options: PlanOptions, context: ProcessContext): Promise<ExitCode> {
  const other = await readSettings({ ...options, settings: file }, context);
  return withSession(options, context, { writes: false }, async ({ observeContext, progress, screen }) => {
    exitOnInterrupt(context, 'a comparison');
    const { aws, settings } = observeContext;
    const { incomparable, deciding, others } = differenceOf(settings, other);
    if (incomparable.length > 0)
      throw new Refusal(
        `plan: cannot compare with ${file}: ${joinList(incomparable, 5)} ${incomparable.length === 1 ? 'differs, and decides' : 'differ, and decide'} what is read, so one reading is not enough`,
        { remedy: 'Give both files the same value, or make a plan with each.' },
      );
    const target = await aws.target(new Tally());
    const plans = await comparePlans(target, observeContext, other);
    const comparison: Comparison = {
      ...plans,
      target,
      caller: aws.caller,
      file,
      version: manifest.version,
      digests: { now: digest(settings), other: digest(other) },
      differing: deciding,
      notes: listNotes(settings, other, others),
    };
    progress.clear();
    const print = () => joinWithCaller(printComparison(comparison, screen), aws, screen);
    printAnswer(options.json, context, () => toCompareDocument(comparison), print);
    return [plans.now, plans.other].some(({ hold }) => hold?.cause === 'unreadable') ? exitCodes.held : exitCodes.done;
  });
}

function listNotes(settings: Settings, other: Settings, others: readonly string[]): string[] {
  const longer = Math.max(settings.usedWithinDays, other.usedWithinDays);
  return [
    ...(others.length === 0 ? [] : [`${joinList(others, 20)}: other values, which change no verdict of a plan`]),
    ...(settings.usedWithinDays === other.usedWithinDays
      ? []
      : [
          `Past use was read for ${longer} days for both. A plan with fewer days reads fewer definitions, and may keep less`,
        ]),
  ];
}
