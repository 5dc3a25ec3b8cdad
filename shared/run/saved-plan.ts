// Saves the plan of a dry run, and checks that a saved plan may limit a run: it is bound to an account, a Region, settings and
// a version, and expires. Pure.
import { byName, printRanges, type Target } from '../domain/revision.ts';
import { takeInTurn } from '../plan/decide.ts';
import { withVerdict } from '../plan/verdict.ts';
import { countRevisions } from '../report/model/counts.ts';
import type { Report } from '../report/model/report.ts';
import { formatTime } from '../report/text/wording.ts';
import { rangesOfTexts, type SavedPlan } from '../state/saved-plan.ts';
import type { SavedLimit } from './context.ts';

/** Longer than any review on a working day, and shorter than the time in which a plan is forgotten. */
export const VALID_HOURS = 24;
const VALID_MS = VALID_HOURS * 3_600_000;
/** AWS's clock is known to the second, and its servers differ by some. */
const AHEAD_MS = 60_000;
/** A smaller difference of the clocks is the rest of a second. */
const KNOWN_SKEW_MS = 2_000;

/** Nothing where the run was held or failed: such a plan decides nothing.
 *  @param skewMs AWS's clock minus the local one */
export function toSavedPlan(report: Report, skewMs: number): SavedPlan | undefined {
  const { run, target, plan, outcome } = report;
  if (target === undefined || plan === undefined || plan.hold !== undefined || outcome === 'FAILED') return undefined;
  const { families, active, kept, held, deferred, planned } = countRevisions(report);
  const retired = new Set(plan.families.filter(({ isRetired }) => isRetired === true).map(({ family }) => family));
  return {
    tool: { name: 'ecs-revision-pruner', version: run.version },
    run: run.id,
    created: new Date(run.beganAt + (Math.abs(skewMs) < KNOWN_SKEW_MS ? 0 : skewMs)).toISOString(),
    target: { ...target },
    settingsDigest: run.settingsDigest,
    counts: { families, active, kept, held, deferred, planned },
    deregister: withVerdict(plan, 'deregister')
      .toSorted((a, b) => byName(a.family, b.family))
      .map(({ family, ranges }) => ({
        family,
        ranges: printRanges(ranges),
        ...(retired.has(family) ? { retired: true as const } : {}),
      })),
  };
}

export function toLimit({ run, created, deregister, counts }: SavedPlan): SavedLimit {
  const families = deregister.map(({ family, ranges }) => ({ family, ranges: rangesOfTexts(ranges) }));
  return {
    run,
    createdAt: Date.parse(created),
    limit: {
      toDeregister: takeInTurn(families, counts.planned),
      retired: new Set(deregister.filter(({ retired }) => retired === true).map(({ family }) => family)),
    },
  };
}

/** When a saved plan expires, in milliseconds since the epoch. */
export function expiryOf({ created }: Pick<SavedPlan, 'created'>): number {
  return Date.parse(created) + VALID_MS;
}

export interface Mismatch {
  /** Continues a sentence after the name of the file. */
  readonly reason: string;
  readonly remedy: string;
}

const SAVE_AGAIN = 'Save a new plan.';

/** Why a saved plan cannot be used with this version and these settings. */
export function mismatchOfSettings(
  { tool, settingsDigest }: SavedPlan,
  { version, digest }: { readonly version: string; readonly digest: string },
): Mismatch | undefined {
  if (tool.version !== version)
    return { reason: `was saved by version ${tool.version}, and this is version ${version}`, remedy: SAVE_AGAIN };
  if (settingsDigest === digest) return undefined;
  return {
    reason: `was saved with the settings ${settingsDigest}, and these are ${digest}: a setting or an option that changes a setting differs (--families, --keep-latest, --without, --state and the like)`,
    remedy: 'Give the settings file and the options of the plan, or save a new plan with these.',
  };
}

/** Why a saved plan cannot be used in this account, or not any more.
 *  @param now by AWS's clock, in milliseconds since the epoch */
export function mismatchOfTarget(
  { target, created, ...plan }: SavedPlan,
  of: Target,
  now: number,
): Mismatch | undefined {
  const [theirs, ours] = [target, of].map(({ account, region, partition }) => {
    return `account ${account}, ${region}${partition === 'aws' ? '' : ` (${partition})`}`;
  });
  if (theirs !== ours)
    return { reason: `is a plan of ${theirs ?? ''}, and this is ${ours ?? ''}`, remedy: 'Use it where it was saved.' };
  if (Date.parse(created) > now + AHEAD_MS)
    return {
      reason: `was saved on ${formatTime(Date.parse(created))}, which is in the future: it is ${formatTime(now)} now`,
      remedy: SAVE_AGAIN,
    };
  if (now < expiryOf({ ...plan, created })) return undefined;
  return {
    reason: `was saved on ${formatTime(Date.parse(created))}, and it is ${formatTime(now)} now: a saved plan expires after ${VALID_HOURS} hours`,
    remedy: SAVE_AGAIN,
  };
}
