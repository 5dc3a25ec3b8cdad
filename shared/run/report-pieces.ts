// Gathers the input of a report. Pure but for the clock.
import { noResults } from '../domain/apply-results.ts';
import type { Evidence, UncheckedReferrer } from '../domain/evidence.ts';
import { program } from '../domain/program.ts';
import type { Observation } from '../observe/observe.ts';
import { shortName } from '../plan/rules/referenced.ts';
import { targetsDeletedServices } from '../plan/unresolved.ts';
import { slowParts } from '../read/freshness.ts';
import type { ActionItem } from '../report/model/action-item.ts';
import type { ReportInput } from '../report/model/build-report.ts';
import { listLeftovers } from '../report/model/notes.ts';
import type { Report, RunFacts } from '../report/model/report.ts';
import { listRetirementNotes } from '../report/model/retirement.ts';
import { describeUsage } from '../report/model/usage.ts';
import { joinList } from '../report/text/wording.ts';
import { digest } from '../settings/narrow.ts';
import { globsWithoutMatch } from '../settings/policy.ts';
import type { Settings } from '../settings/schema.ts';
import type { RunOptions } from './context.ts';
import type { Found } from './found.ts';

export function reportPieces(
  { settings, id, version, dryRun, goLive, clock, aws, stateAccess }: RunOptions,
  beganAt: number,
  found: Partial<Omit<ReportInput, 'run'>> & { readonly run?: Partial<RunFacts> },
): ReportInput {
  const { run, ...rest } = found;
  return {
    run: {
      id,
      version,
      settingsDigest: digest(settings),
      dryRun,
      goLive,
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
    unread: listUnread(settings),
    notes: settingsNotes(settings),
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
  { settings, stateAccess, saved, approval }: RunOptions,
  { plan, evidence, danglingReferences, agesUnfinished, unsaved, damage }: Observation,
): Found {
  const { usedWithinDays: days, usageSeconds: seconds } = settings;
  const state = stateAccess === undefined ? 'none' : stateAccess.writes ? 'written' : 'read';
  const { notes, asks } = describeUsage({ usage: evidence.usage, days, seconds, state });
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
      ...settingsNotes(settings),
      ...notes,
      ...listRetirementNotes({
        usage: evidence.usage,
        days: settings.retireFamiliesAfterDays,
        asOf: evidence.asOf,
        isKept: state !== 'none',
      }),
      ...listLeftovers(plan, targetsDeletedServices(evidence)),
      ...(damage === undefined ? [] : [`${damage.operation}: ${damage.reason}. All of it was read again`]),
      ...slowNotes(evidence),
      ...uncheckedNotes(evidence),
      ...(settings.deleteAfterDays > 0 ? listWithoutDeletions({ saved, approval }) : []),
      ...(settings.deleteAfterDays > 0 && stateAccess?.readsJournal === false ? [noPlannedDeletions()] : []),
    ],
    asks: [
      ...asks,
      ...uncheckedItems(evidence),
      ...unsaved.map(({ operation, reason, remedy }) => ({ problem: `${operation} failed: ${reason}`, remedy })),
    ],
  };
}

function listWithoutDeletions({ saved, approval }: Pick<RunOptions, 'saved' | 'approval'>): string[] {
  if (approval !== undefined)
    return [`A run that needs approval deletes nothing for good: \`${program()} prune\` does`];
  return saved === undefined ? [] : ['A run with a saved plan deletes nothing for good: the next run without one does'];
}

function noPlannedDeletions(): string {
  return `A preview reads no journal, so it does not show deletions for good: \`${program()} plan\` does`;
}

/** The parts of the account that these settings leave unread. */
export function listUnread({ without, usedWithinDays }: Settings): Report['unread'] {
  const isOff = usedWithinDays === 0 && !without.includes('usage');
  return [
    ...without.map((name) => ({ name, reason: 'left out by the settings (without)' })),
    ...(isOff ? [{ name: 'usage', reason: 'turned off by the settings (usedWithinDays: 0)' }] : []),
  ];
}

function slowNotes(evidence: Evidence): string[] {
  const slow = slowParts(evidence);
  if (slow.length === 0) return [];
  return [
    `${slow.join(', ')}: slow to read, so read again only when five minutes old. The end of this run, or the next run, reports late references there.`,
  ];
}

const MOST_UNCHECKED = 5;

/** Referrers that could not be checked, by reason. They hold nothing, so the report lists them. */
function uncheckedNotes(evidence: Evidence): string[] {
  const unchecked = uncheckedIn(evidence).filter(({ remedy }) => remedy === undefined);
  const byReason = Map.groupBy(unchecked, ({ source, reason }) => JSON.stringify([source, reason]));
  return Array.from(byReason.values(), (all) => {
    const names = [...new Set(all.map(({ referrer }) => shortName(referrer)))];
    return `Not checked: ${joinList(names, MOST_UNCHECKED)}: ${all[0]?.reason ?? ''}.`;
  });
}

function uncheckedItems(evidence: Evidence): ActionItem[] {
  return uncheckedIn(evidence).flatMap(({ referrer, reason, remedy }) =>
    remedy === undefined ? [] : [{ problem: `Not checked: ${shortName(referrer)}: ${reason}.`, remedy }],
  );
}

function uncheckedIn({ readings }: Evidence): UncheckedReferrer[] {
  return readings.flatMap(({ findings }) => findings).filter((one) => one.kind === 'unchecked');
}

function settingsNotes({ minAgeDays }: Settings): string[] {
  return minAgeDays === 0
    ? [
        'minAgeDays is 0: the age of a revision does not protect it in the seconds between its registration and its deployment.',
      ]
    : [];
}
