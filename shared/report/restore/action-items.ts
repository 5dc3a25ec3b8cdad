// Lists everything that the operator must act on after a restore, worst first.
import { option } from '../../domain/paste.ts';
import { nameOf, rangesOf } from '../../domain/revision.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { targetName } from '../../domain/dangling.ts';
import type { RestoreOutcome, RestoreResult } from '../../restore/results.ts';
import { type ActionItem, toActionItems } from '../model/action-item.ts';
import { describeRepair } from '../model/dangling-references.ts';
import { formatRanges } from '../sections/family-rows.ts';
import { printCommand } from '../text/commands.ts';
import { clip, joinList } from '../text/wording.ts';
import { describeFamilies, type FamilyAfter, findStaleReferences, isComplete } from './after.ts';

/** The JSON document has all of them. */
const MOST_REFERRERS = 6;
const MOST_RANGES = 24;
const MOST_PATHS = 5;

/** @param place ` --region eu-west-1 --state s3://bucket`, for every printed command */
export function restoreActionItems(outcome: RestoreOutcome, { place }: { readonly place: string }): ActionItem[] {
  const { preview, results, stop } = outcome;
  const region = ` --region ${preview.target.region}`;
  const failed = results.flatMap((one) => resultItems(one, region));
  const isListed = stop === undefined || failed.some(({ remedy }) => remedy === stop.remedy);
  return [
    ...failed,
    ...(isListed ? [] : [{ problem: stop.reason, remedy: stop.remedy }]),
    ...findStaleReferences(outcome).map(({ reference, to }) => ({
      problem: `${shortName(reference.referrer)} ${reference.relation} ${targetName(reference)}, which is no longer ACTIVE`,
      remedy: describeRepair(reference, nameOf(to), region),
    })),
    ...describeFamilies(outcome).flatMap((family) => newestItems(family, place, outcome)),
    ...toActionItems(preview.problems),
  ];
}

function resultItems(result: RestoreResult, region: string): ActionItem[] {
  const name = nameOf(result.revision);
  if (result.became === 'refused' || result.became === 'failed')
    return [{ problem: `${name} was not registered again: ${result.reason}`, remedy: result.remedy }];
  if (result.became !== 'restored' || isComplete(result)) return [];
  const copy = `${result.revision.family}:${result.as}`;
  const differences = result.differences.map(({ path, is }) => `${path} ${is}`);
  return [
    {
      problem:
        result.unchecked === undefined
          ? `${copy} differs from ${name}: ${joinList(differences, MOST_PATHS)}`
          : `${copy} could not be compared with ${name}: ${result.unchecked}`,
      remedy: `See what AWS has: \`aws ecs describe-task-definition${option('--task-definition', copy)} --include TAGS${region}\``,
    },
  ];
}

/** A copy is the newest of its family, so floating references now start an old definition. */
function newestItems(
  { family, floating, former, now, content, isOther }: FamilyAfter,
  place: string,
  { results }: RestoreOutcome,
): ActionItem[] {
  if (floating.length === 0 || !isOther || now === undefined || content === undefined) return [];
  const referrers = listReferrers(floating.map(({ referrer }) => referrer));
  const starts = `${referrers} now ${floating.length === 1 ? 'starts' : 'start'} ${family}:${now}, a copy of ${nameOf(content)}`;
  if (former === undefined)
    return [{ problem: starts, remedy: `No revision of ${family} was ACTIVE before. Register the one to start.` }];
  const own = results.filter((one) => 'as' in one && !one.onTop && one.revision.family === family);
  const numbers = formatRanges(rangesOf(own.map(({ revision }) => revision.number)), MOST_RANGES);
  const words = `restore ${family}:${numbers.replaceAll(', ', ',')} --on-top`;
  return [
    {
      problem: `${starts}, instead of ${family}:${former}`,
      remedy: `To make ${family}:${former} the newest again, register it on top: \`${printCommand(words, { target: undefined }, place)}\``,
    },
  ];
}

export function listReferrers(referrers: readonly string[]): string {
  const names = referrers.map((arn) => clip(shortName(arn), 120));
  return joinList(names, MOST_REFERRERS);
}
