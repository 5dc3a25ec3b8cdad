// The schema of the three documents of `history`. schemas/history.schema.json is generated from it.
import * as z from 'zod';
import {
  approval,
  count,
  failed,
  rangeGroups,
  lateReferences,
  problem,
  resultCounts,
  skipped,
  stop,
  time,
  version,
} from '../json/parts.ts';

const scope = {
  version,
  target: z.strictObject({ account: z.string(), region: z.string(), partition: z.string() }),
  state: z.string().describe('The state store, as --state accepts it.'),
};

const run = {
  id: z.string(),
  short: z.string().describe('The shortest beginning of the id that no other run shares.'),
  began: time,
};

const recorded = {
  ...run,
  by: z.string(),
  tool: z.string().describe('The version of ecs-revision-pruner.'),
  settingsDigest: z.string(),
  dryRun: z.boolean(),
  course: z
    .enum(['ended', 'running', 'waiting', 'unfinished'])
    .describe('`waiting`: for approval. `unfinished`: the run was interrupted and sent no report.'),
  ended: time.nullable(),
  outcome: z.string().nullable(),
  passes: count,
  started: count.describe('How often a pass was started: more often than `passes` where one was interrupted.'),
  published: z.boolean(),
  approval: approval.nullable().describe('null where the run asked for none.'),
  counts: z.strictObject(resultCounts),
};

const revision = {
  revision: z.string().describe('As "web:41".'),
  now: z
    .enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS', 'missing', 'unknown'])
    .describe('The status in AWS; `missing` where AWS does not list it, `unknown` where AWS could not be asked.'),
  journaled: z.boolean().describe('Whether it can be registered again from the journal.'),
  restored: z.array(z.strictObject({ as: z.string(), at: time })),
};

export const historyDocument = z
  .discriminatedUnion('about', [
    z.strictObject({
      ...scope,
      about: z.literal('runs'),
      runs: z
        .array(
          z.discriminatedUnion('readable', [
            z.strictObject({ readable: z.literal(true), ...recorded }),
            z.strictObject({ readable: z.literal(false), ...run, problem }),
          ]),
        )
        .describe('Newest first.'),
      more: count.describe('The number of older runs beyond the limit.'),
      foreign: count.describe('The number of objects among the runs that no run has written.'),
    }),
    z.strictObject({
      ...scope,
      about: z.literal('run'),
      ...recorded,
      stop: stop.describe('Why the run stopped before the plan was complete.'),
      unverified: stop.describe('Why the run could not check for late references.'),
      deregistered: rangeGroups,
      alreadyInactive: rangeGroups,
      skipped,
      failed,
      notReached: rangeGroups,
      planned: rangeGroups.describe('Revisions of the pass that is running or was interrupted.'),
      lateReferences,
    }),
    z.strictObject({
      ...scope,
      about: z.literal('family'),
      family: z.string(),
      ambiguousRuns: z.array(z.string()).describe('Runs whose ids begin like the name of the family.'),
      runs: z
        .array(z.strictObject({ ...run, deregistered: z.array(z.strictObject(revision)) }))
        .describe('Newest first.'),
      unclaimed: z
        .array(z.strictObject({ ...revision, run: z.string(), at: time }))
        .describe('In the journal, and in no run record.'),
      more: count.describe('The number of journal entries beyond the limit.'),
      problems: z.array(problem).describe('What could not be read.'),
    }),
  ])
  .meta({ title: 'What earlier runs of ecs-revision-pruner did' });

type Document = z.infer<typeof historyDocument>;
export type DocumentAbout<Name extends Document['about']> = Extract<Document, { about: Name }>;
