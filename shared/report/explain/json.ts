// Prints the explanation of one revision as a JSON document. schemas/explain.schema.json is generated from the schema here.
import * as z from 'zod';
import { safe } from '../../domain/safe-text.ts';
import { nameOf } from '../../domain/revision.ts';
import {
  printProblem,
  printReference,
  printTime,
  printUnresolved,
  problem,
  reference,
  time,
  unresolved,
  version,
} from '../json/parts.ts';
import type { Explanation } from '../../observe/explanation.ts';

export const explainDocument = z
  .strictObject({
    version,
    revision: z.string().describe('As "web:41".'),
    status: z.enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']),
    verdict: z
      .enum(['keep', 'hold', 'deferred', 'deregister'])
      .nullable()
      .describe('null when the revision is not ACTIVE: nothing is left to decide.'),
    reasons: z
      .array(z.strictObject({ rule: z.string(), text: z.string() }))
      .describe('Every rule that keeps the revision.'),
    references: z.array(
      z.strictObject({
        ...reference.shape,
        via: z.array(z.string()).describe('The path from the referrer to the reference, step by step.'),
        paused: z.string().nullable(),
      }),
    ),
    unresolved,
    problems: z
      .array(z.strictObject({ part: z.string(), ...problem.shape }))
      .describe('Parts that could not be read; each of these holds the whole run.'),
    registeredAt: time.nullable(),
    registeredBy: z.string().nullable(),
    lastCall: z
      .strictObject({ at: time, call: z.string(), caller: z.string() })
      .nullable()
      .describe('The last call that CloudTrail has of the revision, within the days of the settings.'),
    deregisteredAt: time.nullable(),
    retirement: z
      .strictObject({
        days: z.number().int(),
        since: time,
        isRetired: z.boolean(),
        obstacles: z.array(z.strictObject({ text: z.string(), frees: z.string() })),
      })
      .optional()
      .describe(
        'Whether its family is retired, and each obstacle. Absent where retireFamiliesAfterDays is 0, or the revision is not ACTIVE.',
      ),
    tags: z.record(z.string(), z.string()),
    readings: z.array(z.strictObject({ part: z.string(), items: z.number() })),
    unread: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  })
  .meta({ title: 'One revision explained by ecs-revision-pruner' });

export type ExplainDocument = z.infer<typeof explainDocument>;

export function toExplainDocument(given: Explanation): ExplainDocument {
  const explanation = safe(given);
  const { revision, status, verdict, hold, tags = [], lastCall } = explanation;
  return {
    version: 1,
    revision: nameOf(revision),
    status,
    verdict: verdict?.verdict ?? null,
    reasons: verdict?.verdict === 'keep' ? verdict.reasons.map(({ rule, text }) => ({ rule, text })) : [],
    references: explanation.references.map((one) => ({
      ...printReference(one),
      via: [...(one.via ?? [])],
      paused: one.paused ?? null,
    })),
    unresolved: explanation.unresolved.map(printUnresolved),
    problems: (hold?.problems ?? []).map((one) => ({ part: one.part, ...printProblem(one) })),
    registeredAt: printOptionalTime(explanation.registeredAt),
    registeredBy: explanation.registeredBy ?? null,
    lastCall: lastCall === undefined ? null : { ...lastCall, at: printTime(lastCall.at) },
    deregisteredAt: printOptionalTime(explanation.deregisteredAt),
    ...printRetirement(explanation),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    readings: explanation.readings.map(({ part, items }) => ({ part, items })),
    unread: explanation.unread.map(({ name, reason }) => ({ name, why: reason })),
  };
}

function printRetirement({ status, retirement }: Explanation): Pick<ExplainDocument, 'retirement'> {
  if (status !== 'ACTIVE' || retirement === undefined) return {};
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
