// One revision explained, for machines. The type and explain.schema.json beside this file are made from the schema here.
import { safe } from '../domain/safe-text.ts';
import * as z from 'zod';
import type { Reference } from '../domain/evidence.ts';
import { nameOf } from '../domain/revision.ts';
import type { Explanation } from './explain.ts';

const moment = z.iso.datetime().nullable();
const naming = z.strictObject({
  source: z.string(),
  who: z.string(),
  use: z.string(),
  via: z.array(z.string()).describe('The way from who to the revision, step by step.'),
  paused: z.string().nullable(),
});

export const explainDocument = z
  .strictObject({
    version: z.literal(1).describe('Of this format.'),
    revision: z.string().describe('As "web:41".'),
    status: z.enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']),
    verdict: z
      .enum(['keep', 'hold', 'deferred', 'deregister'])
      .nullable()
      .describe('null when it is not ACTIVE: nothing is left to decide.'),
    reasons: z
      .array(z.strictObject({ rule: z.string(), says: z.string() }))
      .describe('Every rule that keeps it, in the order in which a person asks.'),
    namedBy: z.array(naming).describe('Whoever names it, by ARN.'),
    unknown: z
      .array(z.strictObject({ source: z.string(), who: z.string(), says: z.string() }))
      .describe('What will start a revision that could be of its family.'),
    faults: z
      .array(z.strictObject({ part: z.string(), doing: z.string(), said: z.string(), next: z.string() }))
      .describe('What could not be read; any of these holds the whole run.'),
    registeredAt: moment,
    registeredBy: z.string().nullable(),
    lastCall: z
      .strictObject({ at: z.iso.datetime(), call: z.string(), caller: z.string() })
      .nullable()
      .describe('The last call that CloudTrail has of it, within the days of the settings.'),
    deregisteredAt: moment,
    retirement: z
      .strictObject({
        days: z.number().int(),
        since: z.iso.datetime(),
        isRetired: z.boolean(),
        obstacles: z.array(z.strictObject({ says: z.string(), frees: z.string() })),
      })
      .optional()
      .describe(
        'Whether its family is retired, and each reason why not. Absent where retireFamiliesAfterDays is 0, or it is not ACTIVE.',
      ),
    tags: z.record(z.string(), z.string()),
    readings: z.array(z.strictObject({ part: z.string(), items: z.number() })),
    unread: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  })
  .meta({ title: 'One revision explained by ecs-revision-pruner' });

export function explainJsonSchema(): object {
  return z.toJSONSchema(explainDocument);
}

export function explainJson(given: Explanation): z.infer<typeof explainDocument> {
  const explanation = safe(given);
  const { revision, status, verdict, hold, tags = [] } = explanation;
  return {
    version: 1,
    revision: nameOf(revision),
    status,
    verdict: verdict?.verdict ?? null,
    reasons:
      verdict?.verdict === 'keep' ? verdict.reasons.map(({ rule, text }) => ({ rule, says: text })) : [],
    namedBy: explanation.namedBy.map(({ source, referrer, relation, via = [], paused }: Reference) => ({
      source,
      who: referrer,
      use: relation,
      via: [...via],
      paused: paused ?? null,
    })),
    unknown: explanation.unknown.map(({ source, referrer, description }) => ({
      source,
      who: referrer,
      says: description,
    })),
    faults: (hold?.problems ?? []).map(({ part, operation, reason, remedy }) => ({
      part,
      doing: operation,
      said: reason,
      next: remedy,
    })),
    registeredAt: iso(explanation.registeredAt),
    registeredBy: explanation.registeredBy ?? null,
    lastCall: lastCallOf(explanation),
    deregisteredAt: iso(explanation.deregisteredAt),
    ...retirementOf(explanation),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    readings: explanation.readings.map(({ part, items }) => ({ part, items })),
    unread: explanation.unread.map(({ name, reason }) => ({ name, why: reason })),
  };
}

function retirementOf({
  status,
  retirement,
}: Explanation): Pick<z.infer<typeof explainDocument>, 'retirement'> {
  if (status !== 'ACTIVE' || retirement === undefined) return {};
  const { days, since, obstacles } = retirement;
  return {
    retirement: {
      days,
      since: new Date(since).toISOString(),
      isRetired: obstacles.length === 0,
      obstacles: obstacles.map(({ text, frees }) => ({ says: text, frees })),
    },
  };
}

function lastCallOf({ lastCall }: Explanation): z.infer<typeof explainDocument>['lastCall'] {
  if (lastCall === undefined) return null;
  const { at, call, caller } = lastCall;
  return { at: new Date(at).toISOString(), call, caller };
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
