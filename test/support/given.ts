// Builds evidence and policies for tests of decisions. Defaults keep and hold nothing, because a test must state everything that
// its verdict depends on.
import type { ReadProblem } from '../../shared/domain/problem.ts';
import type {
  Ages,
  Evidence,
  Finding,
  Reading,
  Reference,
  Rollout,
  Usage,
  Relation,
  PastUse,
} from '../../shared/domain/evidence.ts';
import type { Policy } from '../../shared/plan/policy.ts';
import type { FamilyPolicy } from '../../shared/settings/policy.ts';
import { parseReferenceTarget, type Ranges, rangesOf } from '../../shared/domain/revision.ts';

export const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
export const asOf = Date.parse('2026-11-24T02:30:00Z');

interface Given {
  readonly findings?: readonly Finding[];
  readonly problems?: readonly ReadProblem[];
  /** `web:7` */
  readonly tagged?: readonly string[];
  readonly ages?: Readonly<Record<string, Ages>>;
  readonly usage?: Usage;
}

/** @param families the ACTIVE revisions: `{ web: '1-6,8' }` */
export function given(
  families: Readonly<Record<string, string>>,
  { findings = [], problems = [], tagged = [], ages = {}, usage }: Given = {},
): Evidence {
  const byFamily = new Map<string, Map<number, string>>();
  for (const name of tagged) {
    const { family, number } = revision(name);
    byFamily.set(family, (byFamily.get(family) ?? new Map<number, string>()).set(number, 'keep'));
  }
  return {
    asOf,
    inventory: new Map(Object.entries(families).map(([family, text]) => [family, ranges(text)])),
    tagged: byFamily,
    ages: new Map(Object.entries(ages)),
    usage,
    readings: [reading('inventory'), reading('services', findings, problems), reading('tasks')],
  };
}

/** A usage history of `sinceDaysAgo` days. @param used revisions with the days since their last use */
export function usage(sinceDaysAgo: number, used: Readonly<Record<string, number>> = {}): Usage {
  const lastUsed = new Map<string, Map<number, number>>();
  for (const [name, daysAgo] of Object.entries(used)) {
    const { family, number } = revision(name);
    lastUsed.set(family, (lastUsed.get(family) ?? new Map<number, number>()).set(number, at(daysAgo)));
  }
  return { coveredSince: at(sinceDaysAgo), coveredUntil: asOf - 30 * 60_000, lastUsed };
}

/** A past use from another source. */
export function used(name: string, daysAgo: number): PastUse {
  const what = revision(name);
  return {
    kind: 'used',
    source: 'service-deployments',
    referrer: arn('service/prod/web'),
    revision: what,
    at: at(daysAgo),
  };
}

const at = (daysAgo: number) => asOf - daysAgo * 86_400_000;

/** The least protective policy: it keeps only the newest revision of each family. */
export function policy({
  maxDeregistrations = 1_000,
  protectTags = ['keep'],
  usedWithinDays = 0,
  retireFamiliesAfterDays = 0,
  unresolvedReferences = 'hold',
  families = {},
  protectRegisteredBy = [],
  ...all
}: Partial<FamilyPolicy> & {
  maxDeregistrations?: number;
  protectTags?: readonly string[];
  protectRegisteredBy?: readonly string[];
  usedWithinDays?: number;
  retireFamiliesAfterDays?: number;
  unresolvedReferences?: Policy['unresolvedReferences'];
  families?: Readonly<Record<string, Partial<FamilyPolicy>>>;
} = {}): Policy {
  return {
    of: (family) => ({ keepLatest: 1, minAgeDays: 0, ...all, ...families[family] }),
    protectTags,
    protectRegisteredBy,
    maxDeregistrations,
    usedWithinDays,
    retireFamiliesAfterDays,
    unresolvedReferences,
  };
}

/** A reference of `service/prod/web` to `web:7`, or to `web` without a revision. */
export function referenceTo(path: string, name: string, relation: Relation = 'deploys'): Reference {
  const what = parseReferenceTarget(name, target);
  if (what.kind !== 'revision' && what.kind !== 'floating') throw new Error(`${name} is not a reference target`);
  return { kind: 'reference', source: 'services', referrer: arn(path), relation, target: what };
}

/** A service in a deployment, with the lowest revision of each family that it references. */
export function rollout(path: string, ...lowest: readonly string[]): Rollout {
  return { kind: 'rollout', source: 'services', referrer: arn(path), lowest: lowest.map(revision) };
}

export const denied: ReadProblem = {
  part: 'services',
  kind: 'denied',
  operation: 'reading services: ListServices',
  reason: 'AccessDeniedException: no',
  remedy: 'Allow ecs:ListServices.',
};

export function reading(part: string, findings: readonly Finding[] = [], faults: readonly ReadProblem[] = []): Reading {
  const began = { wall: asOf, monotonic: 0 };
  return {
    part,
    began,
    tookMs: 1_000,
    calls: 1,
    throttled: 0,
    items: findings.length,
    findings,
    problems: faults,
  };
}

/** `1-6,8` */
function ranges(text: string): Ranges {
  return rangesOf(
    text.split(',').flatMap((range) => {
      const [from = 0, upto = from] = range.split('-').map(Number);
      return Array.from({ length: upto - from + 1 }, (_, index) => from + index);
    }),
  );
}

function revision(name: string) {
  const what = parseReferenceTarget(name, target);
  if (what.kind !== 'revision') throw new Error(`${name} is not a revision`);
  return { family: what.family, number: what.number };
}

function arn(path: string): string {
  return `arn:aws:ecs:eu-west-1:123456789012:${path}`;
}
