// Explains why every revision stays until usage is known for usedWithinDays, when that will be, and what the operator can do.
import type { Usage } from '../../domain/evidence.ts';
import { program } from '../../domain/program.ts';
import { day } from '../../plan/rules/rule.ts';
import type { ActionItem } from './action-item.ts';
import { formatCount, formatNumber } from '../text/wording.ts';

export interface UsageInput {
  /** Absent where the settings leave usage out. */
  readonly usage: Usage | undefined;
  readonly days: number;
  readonly seconds: number;
  /** A later run continues only from a state that is written. A plan reads one that the nightly run may write. */
  readonly state: 'none' | 'read' | 'written';
}

interface UsageReport {
  readonly notes: readonly string[];
  readonly asks: readonly ActionItem[];
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const HISTORY_DAYS = 90;

/** A function has 900 seconds; the other 300 are for everything else. */
const MOST_SECONDS = 600;

export function describeUsage({ usage, days, seconds, state }: UsageInput): UsageReport {
  if (usage?.outlook === undefined) return { notes: [], asks: [] };
  const { coveredBy, needsSeconds, broken } = usage.outlook;
  const since = `Usage is known since ${day(usage.coveredSince)}`;
  const never = `so usage will never be known for ${formatCount(days, 'day')} and every revision stays`;
  const ask = (problem: string, remedy: string): UsageReport => ({ notes: [], asks: [{ problem, remedy }] });

  if (coveredBy === undefined && needsSeconds === undefined)
    return { notes: state === 'none' ? ['Without a state store, each run reads usage from the start'] : [], asks: [] };
  if (needsSeconds !== undefined)
    return ask(
      `CloudTrail's event history has more calls a day than ${formatCount(seconds, 'second')} can read, ${never}`,
      remedyForTime(needsSeconds),
    );
  if (state === 'none' && days > HISTORY_DAYS)
    return ask(
      `CloudTrail keeps ${HISTORY_DAYS} days and there is no state store, ${never}`,
      'Set `state` in the settings to a bucket or a folder, or ask for fewer days: `usedWithinDays: 90`',
    );
  if (state === 'none' && broken === undefined)
    return ask(
      `${since} and there is no state store, ${never}`,
      `Set \`state\` in the settings to a bucket or a folder, or give one to every run of \`prune\`: \`${program()} prune --state s3://BUCKET/PREFIX\``,
    );
  const by = coveredBy === undefined ? '' : `; ${formatCount(days, 'day')} will be covered on ${day(coveredBy)}`;
  const until =
    state === 'read'
      ? ' if the function or `prune` runs each night, since a plan saves nothing. Until then'
      : ', and until then';
  const why =
    broken === undefined
      ? ''
      : `. An earlier CloudTrail record could not be interpreted: ${broken.text}. To ignore usage: \`without: [usage]\``;
  return { notes: [`${since}${by}${until} every revision stays${why}`], asks: [] };
}

function remedyForTime(needed: number): string {
  if (needed <= MOST_SECONDS) return `Raise the time for reading usage: \`usageSeconds: ${needed}\``;
  const amount = Number.isFinite(needed)
    ? `Reading would take about ${formatNumber(needed)} seconds a night.`
    : 'The time is too short for one page of each call.';
  return `${amount} Leave usage out, and protect revisions with unknown callers by tag or family: \`without: [usage]\``;
}
