// What a machine may rely on: the versioned JSON document of a report. The type and the JSON Schema beside this file
// (report.schema.json) are both made from here. A field that is removed or changes its meaning makes a new version.
import * as z from 'zod';
import { deletionsDocument } from '../sections/deletions.ts';
import { outcomes } from '../model/report.ts';

const count = z.number().int().min(0);
const ranges = z.array(z.string()).describe('Revision numbers, ascending: "7" or "1-6".');

const group = z
  .strictObject({
    family: z.string(),
    ranges,
    revisions: z.array(z.string()).optional().describe('One by one, as "web:1". Absent only when shortened.'),
    moreRanges: count.optional().describe('How many ranges were left out. Present only when shortened.'),
  })
  .describe('Revisions of one family.');
const groups = z.array(group);

const reason = z.strictObject({
  rule: z.string().describe('The name of a keep rule.'),
  says: z.string(),
  by: z
    .array(z.strictObject({ source: z.string().optional(), who: z.string(), use: z.string().optional() }))
    .optional()
    .describe('Who names it, by ARN; the first twenty.'),
  more: count.optional().describe('How many more name it.'),
});

export const reportDocument = z
  .strictObject({
    version: z.literal(1).describe('Of this format.'),
    tool: z.strictObject({ name: z.literal('ecs-revision-pruner'), version: z.string() }),
    run: z.strictObject({
      id: z.string(),
      dryRun: z.boolean(),
      began: z.iso.datetime(),
      seconds: z.number().min(0),
      settingsDigest: z.string(),
      state: z.string().nullable().describe('Where runs keep what they know, as --state takes it.'),
      window: z
        .union([
          z.strictObject({
            waited: z.literal(true),
            until: z.iso.datetime().describe('When it was looked up again who names what went.'),
          }),
          z.strictObject({
            waited: z.literal(false),
            why: z.enum(['no-wait', 'not durable', 'interrupted', 'stopped']),
          }),
        ])
        .nullable()
        .describe(
          'Whether the ten minutes were waited out in which AWS may still let be used what has gone; null when nothing went.',
        ),
      passes: count.nullable().describe('How often it read, decided and deregistered.'),
      resumed: count.describe('How often a step was begun anew, since it had been cut off.'),
      before: z
        .strictObject({ id: z.string(), began: z.iso.datetime(), deregistered: count })
        .nullable()
        .describe('An earlier run that never ended, whose lock this one took over.'),
    }),
    caller: z
      .strictObject({
        arn: z.string().nullable().describe('From sts:GetCallerIdentity.'),
        alias: z.string().nullable().describe('Of the account, where the caller may ask for it.'),
        endpoint: z
          .string()
          .nullable()
          .describe('Another machine that calls went to; null where all went to AWS.'),
      })
      .describe('Who called.'),
    target: z
      .strictObject({ account: z.string(), region: z.string(), partition: z.string() })
      .nullable()
      .describe('null when AWS could not be asked which account this is.'),
    outcome: z.enum(outcomes).describe('Worst first; HELD means the whole run.'),
    needsAction: z.boolean(),
    verdict: z.string().describe('The outcome in a sentence, for a person.'),
    counts: z
      .strictObject({
        families: count,
        active: count.describe('ACTIVE revisions when the plan was made: kept, held, later and planned.'),
        kept: count,
        keptBy: z.record(z.string(), count).describe('Each kept revision once, under its first reason.'),
        held: count,
        deferred: count,
        planned: count,
        deregistered: count,
        alreadyGone: count,
        spared: count,
        failed: count,
        left: count,
        stranded: count,
        strandedBefore: count,
      })
      .describe('Always whole, also when the lists are shortened.'),
    plan: groups.describe('What was decided to go tonight, as first decided.'),
    deregistered: groups.describe('What this run deregistered; nothing in a dry run.'),
    retired: z
      .strictObject({
        since: z.iso.datetime().describe('Nothing has referenced, used or registered for them since.'),
        families: z.array(z.string()),
      })
      .optional()
      .describe(
        'Families of which this run deregistered the newest revision as well, or would. Absent where retireFamiliesAfterDays is 0.',
      ),
    deletions: deletionsDocument
      .optional()
      .describe(
        'What was deleted for good, long after it was deregistered. Absent where deleteAfterDays is 0.',
      ),
    deferred: groups.describe('Allowed to deregister, and over the cap of this run: left for a later one.'),
    held: groups.describe('What no rule keeps, but which is held as not everything could be read.'),
    kept: z
      .array(
        z.strictObject({
          family: z.string(),
          spans: z.array(z.strictObject({ ranges, reasons: z.array(reason) })),
        }),
      )
      .describe('Every kept revision with all its reasons.'),
    alreadyGone: groups.describe('Was to go, and was INACTIVE before this run came to it.'),
    spared: z
      .array(z.strictObject({ revision: z.string(), says: z.string() }))
      .describe('Was to go, and was kept by a last look.'),
    failed: z
      .array(z.strictObject({ revision: z.string(), says: z.string(), said: z.string() }))
      .describe('AWS refused, or gave no answer that could be settled; `said` is in its own words.'),
    left: groups.describe('Was to go, and was not reached.'),
    stop: z
      .strictObject({
        by: z.enum(['abort', 'hold', 'time', 'throttled', 'interrupted']),
        says: z.string(),
        next: z.string(),
      })
      .nullable()
      .describe('Why the run stopped before its plan was empty.'),
    stranded: z
      .array(z.strictObject({ revision: z.string(), source: z.string(), who: z.string(), use: z.string() }))
      .describe('Who names what this run deregistered.'),
    strandedBefore: z
      .array(
        z.strictObject({
          revision: z.string().describe('As "web:7"; a family alone where none of it is ACTIVE.'),
          status: z.enum(['INACTIVE', 'DELETE_IN_PROGRESS', 'missing']),
          source: z.string(),
          who: z.string(),
          use: z.string(),
          newest: z.string().nullable().describe('What it could name instead.'),
        }),
      )
      .describe('Who named what was not ACTIVE any more when this run began: see attention for the repair.'),
    faults: z
      .array(
        z.strictObject({
          part: z.string(),
          kind: z.enum([
            'denied',
            'throttled',
            'credentials',
            'unreachable',
            'incomplete',
            'unresolved',
            'unknown',
            'collapsed',
          ]),
          doing: z.string(),
          said: z.string(),
          next: z.string(),
        }),
      )
      .describe('What could not be read; any of these holds the whole run.'),
    failure: z.strictObject({ doing: z.string(), said: z.string(), next: z.string() }).nullable(),
    attention: z
      .array(z.strictObject({ says: z.string(), next: z.string() }))
      .describe('What needs a person. `next` may end with one command or settings line between backquotes.'),
    notes: z.array(z.string()),
    unread: z.array(z.strictObject({ name: z.string(), why: z.string() })),
    readings: z.array(
      z.strictObject({
        part: z.string(),
        items: count,
        calls: count,
        throttled: count,
        seconds: z.number().min(0),
      }),
    ),
    backlog: z.strictObject({
      revisions: count.describe('What may go and is still ACTIVE after this run.'),
      cap: count,
      nights: count,
      atLeast: z.boolean(),
    }),
    shortened: z
      .array(z.string())
      .describe(
        'What was left out to fit into a message, a sentence each; empty when the document is whole.',
      ),
  })
  .meta({ title: 'The report of a run of ecs-revision-pruner' });

export type ReportDocument = z.infer<typeof reportDocument>;

/** The text of report.schema.json as a value. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportDocument);
}
