// Decides with two settings on the same evidence, which is read once: what both need, and for each the tags, dates and
// registrars that only it needs. Settings that leave a source out, or add one, would need two readings.
import { problemsIn, type Evidence } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { decide } from '../plan/decide.ts';
import type { Plan } from '../plan/verdict.ts';
import { readTags } from '../read/tags.ts';
import type { Settings } from '../settings/schema.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { type ObserveContext, policyFrom } from './context.ts';
import { decideWithDates } from './observe.ts';
import { readWithState } from './with-state.ts';

export interface ComparedPlans {
  readonly now: Plan;
  readonly other: Plan;
}

/** Writes nothing to the state store. @param other settings that `incomparable` allows */
export async function comparePlans(target: Target, context: ObserveContext, other: Settings): Promise<ComparedPlans> {
  const { settings, stateAccess } = context;
  const { evidence, reader, memory } = await readWithState(
    target,
    {
      ...context,
      settings: joinSettings(settings, other),
      stateAccess: stateAccess === undefined ? undefined : { ...stateAccess, writes: false },
    },
    undefined,
  );
  const now = await decideWith(evidence, settings, reader, context);
  // Which dates decide depends on the policy. The dates themselves are remembered.
  memory.ages = undefined;
  const retagged = await withTagsOf(evidence, { settings, other }, reader, context);
  return { now, other: await decideWith(retagged, other, reader, context) };
}

async function decideWith(
  evidence: Evidence,
  settings: Settings,
  reader: ReadContext,
  { onReading }: ObserveContext,
): Promise<Plan> {
  const policy = policyFrom(settings);
  if (problemsIn(evidence).length > 0) return decide(evidence, policy);
  return (await decideWithDates(reader, evidence, policy, onReading)).plan;
}

async function withTagsOf(
  evidence: Evidence,
  { settings, other }: { readonly settings: Settings; readonly other: Settings },
  reader: ReadContext,
  { onReading }: ObserveContext,
): Promise<Evidence> {
  if (other.without.includes('tags') || isSame(settings.protectTags, other.protectTags)) return evidence;
  const { tagged, reading } = await readTags(reader, other.protectTags);
  onReading(reading);
  const readings = [...evidence.readings.filter(({ part }) => part !== 'tags'), reading];
  return { ...evidence, tagged, readings };
}

/** Reads for the longer of both times, and families for either that may retire one. More evidence only keeps more. */
function joinSettings(settings: Settings, other: Settings): Settings {
  const longer = (name: 'usedWithinDays' | 'retireFamiliesAfterDays') => Math.max(settings[name], other[name]);
  return {
    ...settings,
    usedWithinDays: longer('usedWithinDays'),
    retireFamiliesAfterDays: longer('retireFamiliesAfterDays'),
  };
}

type SettingName = keyof Settings;

/** They decide what is read. */
const READ_BY: ReadonlySet<SettingName> = new Set(['without', 'search'] satisfies SettingName[]);
/** They decide which revisions a run deregisters, but not what is read for it. */
const DECIDED_BY: ReadonlySet<SettingName> = new Set([
  'families',
  'runFamilies',
  'keepLatest',
  'minAgeDays',
  'overrides',
  'protectTags',
  'protectRegisteredBy',
  'usedWithinDays',
  'retireFamiliesAfterDays',
  'unresolvedReferences',
  'maxDeregistrations',
] satisfies SettingName[]);

export interface SettingsDifference {
  /** Settings that need another reading, so that nothing can be compared. */
  readonly incomparable: readonly string[];
  /** Settings that may change a verdict. */
  readonly deciding: readonly string[];
  /** Settings that change no verdict of a plan. */
  readonly others: readonly string[];
}

export function differenceOf(settings: Settings, other: Settings): SettingsDifference {
  const names = new Set([...settingNames(settings), ...settingNames(other)]);
  const differing = [...names].filter((name) => !isSame(settings[name], other[name]));
  return {
    incomparable: differing.filter((name) => READ_BY.has(name)),
    deciding: differing.filter((name) => DECIDED_BY.has(name)),
    others: differing.filter((name) => !READ_BY.has(name) && !DECIDED_BY.has(name)),
  };
}

function settingNames(settings: Settings): SettingName[] {
  return Object.keys(settings).filter((name): name is SettingName => name in settings);
}

/** Lists in another order are different: the first override wins. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
