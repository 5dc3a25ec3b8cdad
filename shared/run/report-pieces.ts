// Gathers what a report is made of. Pure but for the clock.
import type { ActionItem } from '../report/attention.ts';
import { noResults } from '../domain/apply-results.ts';
import type { Evidence } from '../domain/evidence.ts';
import { slowParts } from '../read/freshness.ts';
import { targetsDeletedServices } from '../plan/unresolved.ts';
import type { Observation } from '../observe/observe.ts';
import { shortName } from '../plan/rules/referenced.ts';
import type { Pieces, Report, RunFacts } from '../report/model.ts';
import { leftOversSaid } from '../report/left-overs.ts';
import { retirementNotes } from '../report/retired.ts';
import { usageSaid } from '../report/usage.ts';
import { digest } from '../settings/narrow.ts';
import { globsWithoutMatch } from '../settings/policy.ts';
import type { Settings } from '../settings/schema.ts';
import type { RunOptions } from './context.ts';
import type { Found } from './found.ts';

export function reportPieces(
  { settings, id, version, dryRun, clock, aws, stateAccess }: RunOptions,
  beganAt: number,
  found: Partial<Omit<Pieces, 'run'>> & { readonly run?: Partial<RunFacts> },
): Pieces {
  const { run, ...rest } = found;
  return {
    run: {
      id,
      version,
      settingsDigest: digest(settings),
      dryRun,
      beganAt,
      tookMs: Math.max(0, clock.now() - beganAt),
      where: stateAccess?.state.where,
      ...run,
    },
    target: undefined,
    plan: undefined,
    results: noResults,
    danglingReferences: [],
    readings: [],
    unread: unreadBy(settings),
    notes: notesOn(settings),
    failure: undefined,
    unmatched: [],
    clockAheadMs: -aws.skewMs,
    asks: [],
    cap: settings.maxDeregistrations,
    agesUnfinished: false,
    ...rest,
  };
}

export function findingsOf(
  { settings, stateAccess }: RunOptions,
  { plan, evidence, danglingReferences, agesUnfinished, unsaved, damage }: Observation,
): Found {
  const { usedWithinDays: days, usageSeconds: seconds } = settings;
  const state = stateAccess === undefined ? 'none' : stateAccess.writes ? 'written' : 'read';
  const { notes, asks } = usageSaid({ usage: evidence.usage, days, seconds, state });
  return {
    plan,
    danglingReferences,
    readings: evidence.readings.map(({ part, tookMs, calls, throttled, items }) => ({
      part,
      tookMs,
      calls,
      throttled,
      items,
    })),
    unmatched: globsWithoutMatch(evidence.inventory.keys(), settings),
    agesUnfinished,
    notes: [
      ...notesOn(settings),
      ...notes,
      ...retirementNotes({
        usage: evidence.usage,
        days: settings.retireFamiliesAfterDays,
        asOf: evidence.asOf,
        isKept: state !== 'none',
      }),
      ...leftOversSaid(plan, targetsDeletedServices(evidence)),
      ...(damage === undefined ? [] : [`${damage.operation}: ${damage.reason}. All of it was read anew`]),
      ...notReadTwice(evidence),
      ...notChecked(evidence),
      ...(settings.deleteAfterDays > 0 && stateAccess?.readsJournal === false ? [noDeletions] : []),
    ],
    asks: [
      ...asks,
      ...uncheckedAsks(evidence),
      ...unsaved.map(({ operation, reason, remedy }) => ({
        problem: `${operation} failed: ${reason}`,
        remedy: remedy,
      })),
    ],
  };
}

const noDeletions =
  'What would be deleted for good is not part of a preview, which reads no journal: `./pruner plan` shows it';

/** What a run with these settings does not look at; every report says it. */
export function unreadBy({ without, usedWithinDays }: Settings): Report['unread'] {
  const isOff = usedWithinDays === 0 && !without.includes('usage');
  return [
    ...without.map((name) => ({ name, reason: 'left out by the settings (without)' })),
    ...(isOff ? [{ name: 'usage', reason: 'turned off by the settings (usedWithinDays: 0)' }] : []),
  ];
}

/** Who reads the report must know that these were looked at only once while revisions went. */
function notReadTwice(evidence: Evidence): string[] {
  const slow = slowParts(evidence);
  if (slow.length === 0) return [];
  return [
    `${slow.join(', ')}: read once, and again only when five minutes old, since it takes long; who named a revision there while others went is told at the end, or by the next run.`,
  ];
}

const MOST_UNCHECKED = 5;

/** What may hold a reference and cannot be read, by its cause: it holds nothing, so that the report must say it. */
function notChecked({ readings }: Evidence): string[] {
  const unchecked = uncheckedIn(readings).filter(({ remedy }) => remedy === undefined);
  const causes = Map.groupBy(unchecked, ({ source, reason }) => JSON.stringify([source, reason]));
  return Array.from(causes.values(), (all) => {
    const names = [...new Set(all.map(({ referrer }) => shortName(referrer)))];
    const more = names.length > MOST_UNCHECKED ? ` and ${names.length - MOST_UNCHECKED} more` : '';
    return `Not checked: ${names.slice(0, MOST_UNCHECKED).join(', ')}${more}: ${all[0]?.reason ?? ''}.`;
  });
}

/** And what the operator can do something about. */
function uncheckedAsks({ readings }: Evidence): ActionItem[] {
  return uncheckedIn(readings).flatMap(({ referrer, reason, remedy }) =>
    remedy === undefined
      ? []
      : [{ problem: `Not checked: ${shortName(referrer)}: ${reason}.`, remedy: remedy }],
  );
}

function uncheckedIn(readings: Evidence['readings']) {
  return readings.flatMap(({ findings }) => findings).filter((one) => one.kind === 'unchecked');
}

function notesOn({ minAgeDays }: Settings): string[] {
  return minAgeDays === 0
    ? [
        'minAgeDays is 0: a revision that a deployment registered seconds ago, and will name in a moment, is not protected by its age.',
      ]
    : [];
}
