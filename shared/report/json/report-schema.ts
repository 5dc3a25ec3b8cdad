// The schema of the report document, which scripts can rely on. schemas/report.schema.json is generated from it. Removing a
// member, or changing its meaning, makes a new version.
import * as z from 'zod';
import { problemKinds } from '../../domain/problem.ts';
import { outcomes } from '../model/report.ts';
import { deletionsDocument } from './deletions.ts';
import {
  approval,
  count,
  failed,
  groups,
  lateReferences,
  problem,
  ranges,
  reference,
  resultCounts,
  skipped,
  stop,
  time,
} from './parts.ts';

const reason = z.strictObject({
  rule: z.string().describe('The name of a keep rule.'),
  text: z.string(),
  by: z
    .array(z.strictObject({ ...reference.partial().shape, referrer: z.string() }))
    .optional()
    .describe('The first twenty referrers.'),
  more: count.optional().describe('The number of further referrers.'),
});

export const reportDocument = z
  .strictObject({
    version: z.literal(2).describe('Of this format. Version 1 could leave out parts of its lists.'),
    tool: z.strictObject({ name: z.literal('ecs-revision-pruner'), version: z.string() }),
    run: z.strictObject({
      id: z.string(),
      dryRun: z.boolean(),
      began: time,
      seconds: z.number().min(0),
      settingsDigest: z.string(),
      state: z.string().nullable().describe('The state store, as --state accepts it.'),
      window: z
        .union([
          z.strictObject({ waited: z.literal(true), until: time.describe('When references were read again.') }),
          z.strictObject({
            waited: z.literal(false),
            reason: z.enum(['no-wait', 'not durable', 'interrupted', 'stopped']),
          }),
        ])
        .nullable()
        .describe(
          'Whether the run waited out the ten minutes in which AWS may still start a deregistered revision; null when nothing was deregistered.',
        ),
      passes: count.nullable().describe('How often the run read, decided and deregistered.'),
      resumed: count.describe('How often an interrupted step was repeated.'),
      before: z
        .strictObject({ id: z.string(), began: time, deregistered: count })
        .nullable()
        .describe('An earlier run that never finished. This run took over its lock.'),
    }),
    caller: z
      .strictObject({
        arn: z.string().nullable().describe('From sts:GetCallerIdentity.'),
        alias: z.string().nullable().describe('Of the account, where the caller may read it.'),
        endpoint: z.string().nullable().describe('An endpoint that is not AWS; null where all calls went to AWS.'),
      })
      .describe('The AWS identity of the run.'),
    target: z
      .strictObject({ account: z.string(), region: z.string(), partition: z.string() })
      .nullable()
      .describe('null when AWS could not be asked for the account.'),
    outcome: z.enum(outcomes).describe('Worst first; HELD means the whole run.'),
    needsAction: z.boolean(),
    verdict: z.string().describe('The outcome in a sentence.'),
    counts: z
      .strictObject({
        families: count,
        active: count.describe('ACTIVE revisions in the plan: kept, held, deferred and planned.'),
        kept: count,
        keptBy: z.record(z.string(), count).describe('Each kept revision once, under its first reason.'),
        held: count,
        deferred: count,
        planned: count,
        ...resultCounts,
        danglingReferences: count,
      })
      .describe('Of all revisions, by what happened to them.'),
    plan: groups.describe('Revisions to deregister, as first decided.'),
    deregistered: groups.describe('Deregistered by this run; empty in a dry run.'),
    retired: z
      .strictObject({
        since: time.describe('Nothing has referenced, used or registered a revision of them since.'),
        families: z.array(z.string()),
      })
      .optional()
      .describe(
        'Families whose newest revision this run deregistered, or would. Absent where retireFamiliesAfterDays is 0.',
      ),
    deletions: deletionsDocument.optional().describe('Revisions deleted for good. Absent where deleteAfterDays is 0.'),
    saved: z
      .strictObject({
        run: z.string().describe('The run that made it.'),
        created: time,
        revisions: count,
        changes: z
          .array(z.strictObject({ family: z.string(), ranges, change: z.string() }))
          .describe('Revisions of it that this run does not deregister, with what has changed since.'),
        outside: count.describe('Revisions that no rule keeps and that are not in it. They stay.'),
      })
      .optional()
      .describe(
        'The plan that limits the run: a saved one (`prune --plan`), or its own that was approved. Absent without either.',
      ),
    approval: approval.optional().describe('The approval that the run asked for. Absent where it asked for none.'),
    deferred: groups.describe(
      'No rule keeps these, but they exceed the cap of this run, or are not in its saved plan.',
    ),
    held: groups.describe('No rule keeps these, but unread or unresolved references may.'),
    kept: z
      .array(
        z.strictObject({ family: z.string(), spans: z.array(z.strictObject({ ranges, reasons: z.array(reason) })) }),
      )
      .describe('Every kept revision with all its reasons.'),
    alreadyInactive: groups.describe('Planned, but deregistered by someone else first.'),
    skipped: skipped.describe('Planned, but kept by the final check before the call.'),
    failed,
    notReached: groups.describe('Planned, but not reached.'),
    stop: stop.describe('Why the run stopped before the plan was complete.'),
    lateReferences,
    danglingReferences: z
      .array(
        z.strictObject({
          revision: z.string().describe('As "web:7"; a family alone where none of it is ACTIVE.'),
          status: z.enum(['INACTIVE', 'DELETE_IN_PROGRESS', 'missing']),
          ...reference.shape,
          newest: z.string().nullable().describe('The newest ACTIVE revision of the family.'),
        }),
      )
      .describe('References to revisions that were not ACTIVE when this run began; attention has the remedies.'),
    problems: z
      .array(z.strictObject({ part: z.string(), kind: z.enum(problemKinds), ...problem.shape }))
      .describe('Parts that could not be read; each of these holds the whole run.'),
    failure: problem.nullable().describe('Why the whole run failed.'),
    attention: z
      .array(z.strictObject({ problem: z.string(), remedy: z.string() }))
      .describe(
        'What the operator must act on. A remedy may end with one command or settings line between backquotes.',
      ),
    notes: z.array(z.string()),
    unread: z.array(z.strictObject({ name: z.string(), why: z.string() })),
    readings: z.array(
      z.strictObject({ part: z.string(), items: count, calls: count, throttled: count, seconds: z.number().min(0) }),
    ),
    backlog: z.strictObject({
      revisions: count.describe('Revisions that wait for a later run.'),
      cap: count,
      nights: count,
      atLeast: z.boolean(),
    }),
    trend: z
      .array(
        z.strictObject({
          id: z.string().describe('Of the run.'),
          began: time,
          active: count.describe('ACTIVE revisions when the run began.'),
          deregistered: count,
          waiting: count.describe('Revisions that wait for a later run.'),
          outcome: z.string(),
        }),
      )
      .describe('The last nights, oldest first. Empty without a state store, and for a run of some families only.'),
  })
  .meta({ title: 'The report of a run of ecs-revision-pruner' });

export type ReportDocument = z.infer<typeof reportDocument>;
