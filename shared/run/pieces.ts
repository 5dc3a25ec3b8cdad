// What the report is made of, as far as a run knows it: pure but for the clock.
import { nothingDone } from '../apply/done.ts';
import type { Evidence } from '../domain/evidence.ts';
import { slowParts } from '../read/freshness.ts';
import { leftOver } from '../plan/unknown.ts';
import type { Observation } from '../observe/observe.ts';
import { shortName } from '../plan/rules/referenced.ts';
import type { Pieces, Report, RunFacts } from '../report/model.ts';
import { leftOversSaid } from '../report/left-overs.ts';
import { retirementNotes } from '../report/retired.ts';
import { usageSaid } from '../report/usage.ts';
import { digest } from '../settings/narrow.ts';
import { globsWithoutMatch } from '../settings/policy.ts';
import type { Settings } from '../settings/schema.ts';
import type { RunOptions } from './options.ts';

export function piecesOf(
  { settings, id, version, dryRun, clock, aws, keeping }: RunOptions,
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
      where: keeping?.state.where,
      ...run,
    },
    target: undefined,
    plan: undefined,
    done: nothingDone,
    stranded: [],
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

/** What the report tells of the account as the run found it: plain JSON, to be kept until then. */
export type Found = Pick<
  Pieces,
  | 'plan'
  | 'stranded'
  | 'journaled'
  | 'readings'
  | 'unmatched'
  | 'agesUnfinished'
  | 'notes'
  | 'asks'
  | 'deletions'
>;

export function foundBy(
  { settings, keeping }: RunOptions,
  { plan, evidence, stranded, agesUnfinished, unsaved, damage }: Observation,
): Found {
  const { usedWithinDays: days, usageSeconds: seconds } = settings;
  const state = keeping === undefined ? 'none' : keeping.writes ? 'written' : 'read';
  const { notes, asks } = usageSaid({ usage: evidence.usage, days, seconds, state });
  return {
    plan,
    stranded,
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
      ...leftOversSaid(plan, leftOver(evidence)),
      ...(damage === undefined ? [] : [`${damage.doing}: ${damage.said}. All of it was read anew`]),
      ...notReadTwice(evidence),
      ...notChecked(evidence),
      ...(settings.deleteAfterDays > 0 && keeping?.readsJournal === false ? [noDeletions] : []),
    ],
    asks: [
      ...asks,
      ...uncheckedAsks(evidence),
      ...unsaved.map(({ doing, said, next }) => ({ says: `${doing} failed: ${said}`, next })),
    ],
  };
}

const noDeletions =
  'What would be deleted for good is not part of a preview, which reads no journal: `./pruner plan` shows it';

/** What a run with these settings does not look at; every report says it. */
export function unreadBy({ without, usedWithinDays }: Settings): Report['unread'] {
  const isOff = usedWithinDays === 0 && !without.includes('usage');
  return [
    ...without.map((name) => ({ name, why: 'left out by the settings (without)' })),
    ...(isOff ? [{ name: 'usage', why: 'turned off by the settings (usedWithinDays: 0)' }] : []),
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
  const unchecked = uncheckedIn(readings).filter(({ next }) => next === undefined);
  const causes = Map.groupBy(unchecked, ({ source, why }) => JSON.stringify([source, why]));
  return Array.from(causes.values(), (all) => {
    const names = [...new Set(all.map(({ who }) => shortName(who)))];
    const more = names.length > MOST_UNCHECKED ? ` and ${names.length - MOST_UNCHECKED} more` : '';
    return `Not checked: ${names.slice(0, MOST_UNCHECKED).join(', ')}${more}: ${all[0]?.why ?? ''}.`;
  });
}

/** And what the operator can do something about. */
function uncheckedAsks({ readings }: Evidence): { readonly says: string; readonly next: string }[] {
  return uncheckedIn(readings).flatMap(({ who, why, next }) =>
    next === undefined ? [] : [{ says: `Not checked: ${shortName(who)}: ${why}.`, next }],
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
