// Why everything stays while it is not yet known what was used, when that will end, and what a person can do about it.
import type { Usage } from '../../domain/evidence.ts';
import { day } from '../../plan/rules/rule.ts';
import type { ActionItem } from './action-items.ts';
import { formatCount, formatNumber } from '../text/wording.ts';

export interface UsageInput {
  /** Absent where the settings leave usage out. */
  readonly usage: Usage | undefined;
  readonly days: number;
  readonly seconds: number;
  /** Only where it is written can the next run go on where this one ended; one that is read may be written by others. */
  readonly state: 'none' | 'read' | 'written';
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const HISTORY_DAYS = 90;

/** Of the 900 seconds that a function has, the rest must do for everything else. */
const MOST_SECONDS = 600;

export function describeUsage({ usage, days, seconds, state }: UsageInput): {
  readonly notes: readonly string[];
  readonly asks: readonly ActionItem[];
} {
  if (usage?.outlook === undefined) return { notes: [], asks: [] };
  const { coveredBy, needsSeconds, broken } = usage.outlook;
  const since = `Usage is known since ${day(usage.coveredSince)}`;
  if (coveredBy === undefined && needsSeconds === undefined) {
    const anew = 'No state is kept, so each run reads anew what was used';
    return { notes: state === 'none' ? [anew] : [], asks: [] };
  }
  if (needsSeconds !== undefined) return { notes: [], asks: [tooMuch(needsSeconds, { days, seconds })] };
  const why =
    broken === undefined
      ? ''
      : `. A record before that tells nothing: ${broken.says}. Without usage it would not count: \`without: [usage]\``;
  if (state === 'none' && days > HISTORY_DAYS)
    return {
      notes: [],
      asks: [
        {
          problem: `CloudTrail keeps ${HISTORY_DAYS} days, and no state is kept, so that usage will never be known for ${formatCount(days, 'day')}, and every revision stays`,
          remedy:
            'Keep one, in a bucket or a folder, by `state` in the settings, or ask for fewer days: `usedWithinDays: 90`',
        },
      ],
    };
  if (state === 'none' && broken === undefined)
    return {
      notes: [],
      asks: [
        {
          problem: `${since}, and no state is kept, so that it will never be known for ${formatCount(days, 'day')}, and every revision stays`,
          remedy:
            'Keep one, in a bucket or a folder, by `state` in the settings or so; runs of `prune` go on there from each other: `./pruner prune --state s3://BUCKET/PREFIX`',
        },
      ],
    };
  const by =
    coveredBy === undefined ? '' : `; ${formatCount(days, 'day')} of it will be on ${day(coveredBy)}`;
  const others =
    state === 'read' ? ' if the function or `prune` runs each night, since a plan keeps nothing' : '';
  const until = others === '' ? ', and until then' : `${others}. Until then`;
  return { notes: [`${since}${by}${until} every revision stays${why}`], asks: [] };
}

function tooMuch(needed: number, { days, seconds }: { days: number; seconds: number }): ActionItem {
  const says = `A day has more calls in CloudTrail's event history than ${formatCount(seconds, 'second')} can read, so that usage will never be known for ${formatCount(days, 'day')}, and every revision stays`;
  return needed <= MOST_SECONDS
    ? { problem: says, remedy: `Give it more time: \`usageSeconds: ${needed}\`` }
    : {
        problem: says,
        remedy: `${Number.isFinite(needed) ? `It would take about ${formatNumber(needed)} seconds a night.` : 'In that time not even a page of each call could be read.'} Leave it out, and protect by tag or family what only unknown callers start: \`without: [usage]\``,
      };
}
