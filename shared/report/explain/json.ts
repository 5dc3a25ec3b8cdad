// Prints the explanation of one revision or family as a JSON document. schemas/explain.schema.json is generated from the schema here.
import * as z from 'zod';
import { safe } from '../../domain/safe-text.ts';
import type { Reference } from '../../domain/evidence.ts';
import { nameOf, printRanges } from '../../domain/revision.ts';
import type { FamilyExplanation } from '../../observe/explain-family.ts';
import type { Hold } from '../../plan/verdict.ts';
import {
  count,
  printProblem,
  printReference,
  printTime,
  printUnresolved,
  problem,
  ranges,
  reference,
  time,
  unresolved,
  version,
} from '../json/parts.ts';
import type { Explanation } from '../../observe/explanation.ts';
import { findChange } from './change.ts';
import { countByVerdict } from './family-counts.ts';
import { describeChain } from './release.ts';

const retirement = z.strictObject({
  days: z.number().int(),
  since: time,
  isRetired: z.boolean(),
  obstacles: z.array(z.strictObject({ text: z.string(), frees: z.string() })),
});
const reasons = z.array(z.strictObject({ rule: z.string(), text: z.string() }));
const references = z.array(
  z.strictObject({
    ...reference.shape,
    via: z.array(z.string()).describe('The path from the referrer to the reference, step by step.'),
    paused: z.string().nullable(),
  }),
);
const problems = z
  .array(z.strictObject({ part: z.string(), ...problem.shape }))
  .describe('Parts that could not be read; each of these holds the whole run.');
const unread = z.array(z.strictObject({ name: z.string(), why: z.string() }));

const revisionDocument = z.strictObject({
  version,
  about: z.literal('revision'),
  revision: z.string().describe('As "web:41".'),
  status: z.enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']),
  verdict: z
    .enum(['keep', 'hold', 'deferred', 'deregister'])
    .nullable()
    .describe('null when the revision is not ACTIVE: nothing is left to decide.'),
  reasons: reasons.describe('Every rule that keeps the revision.'),
  references,
  chains: z.array(z.string()).describe('How a reference in another definition comes into use, each as a sentence.'),
  change: z
    .string()
    .nullable()
    .describe('The one change that would release it, or keep it. It may end with a command or a settings line.'),
  unresolved,
  problems,
  registeredAt: time.nullable(),
  registeredBy: z.string().nullable(),
  lastCall: z
    .strictObject({ at: time, call: z.string(), caller: z.string() })
    .nullable()
    .describe('The last call that CloudTrail has of the revision, within the days of the settings.'),
  lastUse: z
    .strictObject({ at: time, call: z.string().nullable(), by: z.string().nullable() })
    .nullable()
    .describe(
      'From CloudTrail, the history of deployments and earlier runs. `by` is null where only its time is known.',
    ),
  deregisteredAt: time.nullable(),
  retirement: retirement
    .optional()
    .describe(
      'Whether its family is retired, and each obstacle. Absent where retireFamiliesAfterDays is 0, or the revision is not ACTIVE.',
    ),
  tags: z.record(z.string(), z.string()),
  readings: z.array(z.strictObject({ part: z.string(), items: z.number() })),
  unread,
});

const familyDocument = z.strictObject({
  version,
  about: z.literal('family'),
  family: z.string(),
  newest: z.string().describe('Its newest ACTIVE revision, as "web:41".'),
  counts: z.strictObject({ active: count, kept: count, held: count, deferred: count, planned: count }),
  spans: z
    .array(z.strictObject({ ranges, verdict: z.enum(['keep', 'hold', 'deferred', 'deregister']), reasons }))
    .describe('All ACTIVE revisions, by verdict and reasons, for the next run.'),
  floating: references.describe('References to the family without a revision, so to its newest ACTIVE one.'),
  unresolved,
  policy: z.strictObject({
    keepLatest: count,
    minAgeDays: z.number(),
    usedWithinDays: z.number(),
    protectedBy: z.string().nullable(),
    override: z
      .strictObject({ index: count, families: z.string() })
      .nullable()
      .describe('The override that gives keepLatest and minAgeDays; null where the settings above it do.'),
  }),
  retirement: retirement.optional().describe('Absent where retireFamiliesAfterDays is 0.'),
  problems,
  unread,
});

export const explainDocument = z
  .discriminatedUnion('about', [revisionDocument, familyDocument])
  .meta({ title: 'One revision, or one family, explained by ecs-revision-pruner' });

export type ExplainDocument = z.infer<typeof revisionDocument>;
export type ExplainFamilyDocument = z.infer<typeof familyDocument>;

export function toExplainDocument(given: Explanation): ExplainDocument {
  const explanation = safe(given);
  const { revision, status, verdict, hold, tags = [], lastCall, lastUse } = explanation;
  const change = findChange(explanation);
  return {
    version: 1,
    about: 'revision',
    revision: nameOf(revision),
    status,
    verdict: verdict?.verdict ?? null,
    reasons: verdict?.verdict === 'keep' ? verdict.reasons.map(({ rule, text }) => ({ rule, text })) : [],
    references: printReferences(explanation.references),
    chains: explanation.chains.map(describeChain).filter((one) => one !== undefined),
    change: change === undefined ? null : [change.text, change.paste].filter((one) => one !== undefined).join(' '),
    unresolved: explanation.unresolved.map(printUnresolved),
    problems: printProblems(hold),
    registeredAt: printOptionalTime(explanation.registeredAt),
    registeredBy: explanation.registeredBy ?? null,
    lastCall: lastCall === undefined ? null : { ...lastCall, at: printTime(lastCall.at) },
    lastUse:
      lastUse === undefined ? null : { at: printTime(lastUse.at), call: lastUse.call ?? null, by: lastUse.by ?? null },
    deregisteredAt: printOptionalTime(explanation.deregisteredAt),
    ...(status === 'ACTIVE' ? printRetirement(explanation) : {}),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    readings: explanation.readings.map(({ part, items }) => ({ part, items })),
    unread: printUnread(explanation),
  };
}

export function toExplainFamilyDocument(given: FamilyExplanation): ExplainFamilyDocument {
  const explanation = safe(given);
  const { family, plan, policy, hold } = explanation;
  const { override, protectedBy, keepLatest, minAgeDays, usedWithinDays } = policy;
  const { keep, hold: held, deferred, deregister } = countByVerdict(plan.spans);
  return {
    version: 1,
    about: 'family',
    family,
    newest: nameOf({ family, number: plan.newest }),
    counts: { active: keep + held + deferred + deregister, kept: keep, held, deferred, planned: deregister },
    spans: plan.spans.map(({ ranges, verdict }) => ({
      ranges: printRanges(ranges),
      verdict: verdict.verdict,
      reasons: verdict.verdict === 'keep' ? verdict.reasons.map(({ rule, text }) => ({ rule, text })) : [],
    })),
    floating: printReferences(explanation.floating),
    unresolved: explanation.unresolved.map(printUnresolved),
    policy: {
      keepLatest,
      minAgeDays,
      usedWithinDays,
      protectedBy: protectedBy ?? null,
      override: override === undefined ? null : { index: override.at, families: override.families },
    },
    ...printRetirement(explanation),
    problems: printProblems(hold),
    unread: printUnread(explanation),
  };
}

function printReferences(all: readonly Reference[]): ExplainDocument['references'] {
  return all.map((one) => ({ ...printReference(one), via: [...(one.via ?? [])], paused: one.paused ?? null }));
}

function printProblems(hold: Hold | undefined): ExplainDocument['problems'] {
  return (hold?.problems ?? []).map((one) => ({ part: one.part, ...printProblem(one) }));
}

function printUnread({ unread: all }: Pick<Explanation, 'unread'>): ExplainDocument['unread'] {
  return all.map(({ name, reason }) => ({ name, why: reason }));
}

function printRetirement({ retirement }: Pick<Explanation, 'retirement'>): Pick<ExplainDocument, 'retirement'> {
  if (retirement === undefined) return {};
  const { days, since, obstacles } = retirement;
  return {
    retirement: {
      days,
      since: printTime(since),
      isRetired: obstacles.length === 0,
      obstacles: obstacles.map(({ text, frees }) => ({ text, frees })),
    },
  };
}

function printOptionalTime(at: number | undefined): string | null {
  return at === undefined ? null : printTime(at);
}
