// Builds reports for tests of the formats from plain defaults. A plan is written as the report prints it, one line for
// each span.
import type { ReadProblem } from '../../shared/domain/problem.ts';
import { type ApplyResults, noResults } from '../../shared/domain/apply-results.ts';
import type { Reference } from '../../shared/domain/evidence.ts';
import type { FamilyPlan, Plan, Reason, Span, Verdict } from '../../shared/plan/verdict.ts';
import { buildReport, type ReportInput } from '../../shared/report/model/build-report.ts';
import { type Report, type Unread } from '../../shared/report/model/report.ts';
import { type Ranges, rangesOf, type Revision } from '../../shared/domain/revision.ts';

export const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
export const began = Date.UTC(2026, 10, 24, 2, 30);

export const notYet: readonly Unread[] = [{ name: 'subscribers', reason: 'not read by this version' }];

export const read = [
  { part: 'inventory', tookMs: 900, calls: 5, throttled: 0, items: 402 },
  { part: 'tags', tookMs: 300, calls: 1, throttled: 0, items: 3 },
  { part: 'services', tookMs: 2100, calls: 12, throttled: 1, items: 41 },
  { part: 'tasks', tookMs: 3200, calls: 20, throttled: 0, items: 230 },
];

/** A report from the given parts. */
export function aReport(
  given: Partial<Omit<ReportInput, 'run'>> & { readonly run?: Partial<ReportInput['run']> } = {},
): Report {
  const { run, ...pieces } = given;
  return buildReport({
    target,
    plan: aPlan({}),
    results: noResults,
    danglingReferences: [],
    readings: read,
    unread: notYet,
    notes: [],
    failure: undefined,
    unmatched: [],
    clockAheadMs: 0,
    asks: [],
    cap: 300,
    agesUnfinished: false,
    ...pieces,
    run: {
      id: '6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80',
      version: '0.1.0',
      settingsDigest: '3f2a9c01d4e5',
      dryRun: false,
      beganAt: began,
      tookMs: 41_000,
      ...run,
    },
  });
}

/** `{ web: { '1-6': 'deregister', '7': 'referenced: service prod/web deploys it', '8-12': 'deferred' } }` */
export function aPlan(families: Record<string, Record<string, string>>, faults: readonly ReadProblem[] = []): Plan {
  const [first, ...more] = faults;
  const plans = Object.entries(families).map(([family, lines]): FamilyPlan => {
    const spans = Object.entries(lines)
      .map(([text, verdict]): Span => ({ ranges: parseRanges(text), verdict: parseVerdict(verdict) }))
      .sort((a, b) => (a.ranges[0]?.from ?? 0) - (b.ranges[0]?.from ?? 0));
    return { family, newest: spans.at(-1)?.ranges.at(-1)?.upto ?? 0, unresolved: [], spans };
  });
  return {
    asOf: began,
    accepted: [],
    hold: first === undefined ? undefined : { cause: 'unreadable', problems: [first, ...more] },
    families: plans.sort((a, b) => (a.family < b.family ? -1 : 1)),
    toDeregister: plans.flatMap(({ family, spans }) =>
      spans.filter(({ verdict }) => verdict.verdict === 'deregister').flatMap(({ ranges }) => all(family, ranges)),
    ),
  };
}

/** The results of a successful run: every planned revision is deregistered, except as `given`. */
export function someResults(plan: Plan, given: Partial<ApplyResults> = {}): ApplyResults {
  const elsewhere = new Set(
    [
      given.alreadyInactive,
      given.notReached,
      given.skipped?.map(({ revision }) => revision),
      given.failed?.map(({ revision }) => revision),
    ]
      .flatMap((list) => list ?? [])
      .map(({ family, number }) => `${family}:${number}`),
  );
  const deregistered = plan.toDeregister.filter(({ family, number }) => !elsewhere.has(`${family}:${number}`));
  return { ...noResults, deregistered, ...given };
}

export function aRevision(name: string): Revision {
  const [family = '', number] = name.split(':');
  return { family, number: Number(number) };
}

export function aReference(source: string, referrer: string, use: Reference['relation'], what: string): Reference {
  return {
    kind: 'reference',
    source,
    referrer,
    relation: use,
    target: { kind: 'revision', ...aRevision(what) },
  };
}

export const denied: ReadProblem = {
  part: 'services',
  kind: 'denied',
  operation: 'reading services: ListServices in arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
  reason: 'User: arn:aws:sts::123456789012:assumed-role/pruner/run is not authorized to perform: ecs:ListServices',
  remedy: 'Allow ecs:ListServices in the role or user that runs this.',
};

function all(family: string, ranges: Ranges): Revision[] {
  return ranges.flatMap(({ from, upto }) =>
    Array.from({ length: upto - from + 1 }, (_, index) => ({ family, number: from + index })),
  );
}

function parseRanges(text: string): Ranges {
  return rangesOf(
    text.split(', ').flatMap((part) => {
      const [from = '', upto = from] = part.split('-');
      return Array.from({ length: Number(upto) - Number(from) + 1 }, (_, index) => Number(from) + index);
    }),
  );
}

function parseVerdict(text: string): Verdict {
  if (text === 'deregister' || text === 'deferred') return { verdict: text };
  if (text === 'hold') return { verdict: 'hold', cause: 'unreadable' };
  const [first, ...more] = text.split(' + ').map(parseReason);
  if (first === undefined) throw new Error(`no verdict: ${text}`);
  return { verdict: 'keep', reasons: [first, ...more] };
}

function parseReason(text: string): Reason {
  const [rule, says = ''] = text.split(': ');
  if (rule === 'referenced') {
    const who = `arn:aws:ecs:eu-west-1:123456789012:service/${says.split(' ')[1] ?? ''}`;
    return { rule, text: says, by: [aReference('services', who, 'deploys', 'web:1')] };
  }
  if (rule === 'in-flight') return { rule, text: says, by: ['arn:aws:ecs:eu-west-1:123456789012:service/prod/web'] };
  if (rule === 'newest' || rule === 'keep-latest' || rule === 'protected' || rule === 'min-age')
    return { rule, text: says };
  throw new Error(`no rule: ${text}`);
}
