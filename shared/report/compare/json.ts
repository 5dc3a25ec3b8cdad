// Prints what other settings would change as a JSON document. schemas/compare.schema.json is generated from the schema here.
import * as z from 'zod';
import { safe } from '../../domain/safe-text.ts';
import { printRanges } from '../../domain/revision.ts';
import type { Plan, Verdict } from '../../plan/verdict.ts';
import { count, printProblem, printTime, problem, ranges, time, version } from '../json/parts.ts';
import { countRevisions } from '../model/counts.ts';
import { type Comparison, findChanges } from './model.ts';

const verdict = z.strictObject({
  verdict: z.enum(['keep', 'hold', 'deferred', 'deregister']),
  reasons: z.array(z.strictObject({ rule: z.string(), text: z.string() })).describe('Empty unless it is kept.'),
});
const side = z.strictObject({
  settingsDigest: z.string(),
  counts: z.strictObject({
    families: count,
    active: count,
    kept: count,
    held: count,
    deferred: count,
    planned: count,
  }),
  problems: z
    .array(z.strictObject({ part: z.string(), ...problem.shape }))
    .describe('Why the whole run would be held; empty where it would not.'),
});

export const compareDocument = z
  .strictObject({
    version,
    tool: z.strictObject({ name: z.literal('ecs-revision-pruner'), version: z.string() }),
    target: z.strictObject({ account: z.string(), region: z.string(), partition: z.string() }),
    asOf: time,
    file: z.string().describe('The file of the other settings.'),
    differing: z.array(z.string()).describe('The settings that differ and may change a verdict.'),
    now: side.describe('With the present settings.'),
    other: side.describe('With the other settings.'),
    families: z
      .array(
        z.strictObject({
          family: z.string(),
          changes: z.array(z.strictObject({ ranges, now: verdict, other: verdict })),
        }),
      )
      .describe('Families in which a verdict differs.'),
    notes: z.array(z.string()),
  })
  .meta({ title: 'What other settings would change, by ecs-revision-pruner' });

export type CompareDocument = z.infer<typeof compareDocument>;

export function toCompareDocument(given: Comparison): CompareDocument {
  const comparison = safe(given);
  const { target, now, other, digests } = comparison;
  return {
    version: 1,
    tool: { name: 'ecs-revision-pruner', version: comparison.version },
    target: { ...target },
    asOf: printTime(now.asOf),
    file: comparison.file,
    differing: [...comparison.differing],
    now: printSide(now, digests.now),
    other: printSide(other, digests.other),
    families: findChanges(comparison).map(({ family, changes }) => ({
      family,
      changes: changes.map((change) => ({
        ranges: printRanges(change.ranges),
        now: printVerdict(change.now),
        other: printVerdict(change.other),
      })),
    })),
    notes: [...comparison.notes],
  };
}

function printSide(plan: Plan, settingsDigest: string): CompareDocument['now'] {
  const { families, active, kept, held, deferred, planned } = countRevisions({ plan });
  const problems = (plan.hold?.problems ?? []).map((one) => ({ part: one.part, ...printProblem(one) }));
  return { settingsDigest, counts: { families, active, kept, held, deferred, planned }, problems };
}

function printVerdict(given: Verdict): z.infer<typeof verdict> {
  const reasons = given.verdict === 'keep' ? given.reasons.map(({ rule, text }) => ({ rule, text })) : [];
  return { verdict: given.verdict, reasons };
}
