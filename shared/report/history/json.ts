// The three answers of `history` for machines. The type and history.schema.json beside this file are made from the schema here.
import type { Problem } from '../../domain/problem.ts';
import { safe } from '../../domain/safe-text.ts';
import * as z from 'zod';
import { targetName } from '../../domain/dangling.ts';
import { nameOf, printRanges, type Revision } from '../../domain/revision.ts';
import { grouping } from '../counts.ts';
import {
  type FamilyHistory,
  isRecorded,
  type Recorded,
  type RunHistory,
  type RunsHistory,
  type Scene,
  type Taken,
} from './model.ts';

const count = z.number().int().min(0);
const time = z.iso.datetime();
const groups = z.array(
  z.strictObject({ family: z.string(), ranges: z.array(z.string()).describe('"7" or "1-6", ascending.') }),
);
const trouble = z.strictObject({ doing: z.string(), said: z.string(), next: z.string() });
const scene = {
  version: z.literal(1).describe('Of this format.'),
  target: z.strictObject({ account: z.string(), region: z.string(), partition: z.string() }),
  state: z.string().describe('Where runs keep what they know, as --state takes it.'),
};
const known = {
  id: z.string(),
  short: z.string().describe('As much of the id as tells it from every other run.'),
  began: time,
};
const course = z
  .enum(['ended', 'at work', 'never ended'])
  .describe('`never ended`: it was cut off, and nobody had its report.');
const recorded = {
  ...known,
  by: z.string(),
  tool: z.string().describe('The version of ecs-revision-pruner.'),
  settingsDigest: z.string(),
  dryRun: z.boolean(),
  course,
  ended: time.nullable(),
  outcome: z.string().nullable(),
  passes: count,
  begun: count.describe('How often a pass was begun: more often than it ended where it was cut off.'),
  published: z.boolean(),
  counts: z.strictObject({
    deregistered: count,
    alreadyGone: count,
    spared: count,
    failed: count,
    left: count,
    stranded: count,
  }),
};
const stopSchema = z
  .strictObject({
    by: z.enum(['abort', 'hold', 'time', 'throttled', 'interrupted']),
    says: z.string(),
    next: z.string(),
  })
  .nullable();
const taken = {
  revision: z.string().describe('As "web:41".'),
  now: z
    .enum(['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS', 'gone', 'unknown'])
    .describe(
      'What AWS lists it as; `gone` where it lists it no more, `unknown` where it could not be asked.',
    ),
  journaled: z.boolean().describe('Whether it can be registered again from the journal.'),
  restored: z.array(z.strictObject({ as: z.string(), at: time })),
};

export const historyDocument = z
  .discriminatedUnion('about', [
    z.strictObject({
      ...scene,
      about: z.literal('runs'),
      runs: z
        .array(
          z.discriminatedUnion('readable', [
            z.strictObject({ readable: z.literal(true), ...recorded }),
            z.strictObject({ readable: z.literal(false), ...known, trouble }),
          ]),
        )
        .describe('Newest first.'),
      more: count.describe('Older runs, over the limit.'),
      foreign: count.describe('Objects among the runs that no run has put there.'),
    }),
    z.strictObject({
      ...scene,
      about: z.literal('run'),
      ...recorded,
      stop: stopSchema.describe('Why it stopped before its plan was empty.'),
      unverified: stopSchema.describe('Why it could not see whether somebody took up what had gone.'),
      deregistered: groups,
      alreadyGone: groups,
      spared: z.array(z.strictObject({ revision: z.string(), says: z.string() })),
      failed: z.array(z.strictObject({ revision: z.string(), says: z.string(), said: z.string() })),
      left: groups,
      going: groups.describe('What a pass was about to take when it was last heard of.'),
      stranded: z.array(
        z.strictObject({ revision: z.string(), source: z.string(), who: z.string(), use: z.string() }),
      ),
    }),
    z.strictObject({
      ...scene,
      about: z.literal('family'),
      family: z.string(),
      alsoRuns: z.array(z.string()).describe('Runs whose ids begin with the same word.'),
      runs: z
        .array(z.strictObject({ ...known, took: z.array(z.strictObject(taken)) }))
        .describe('Which run took which, newest first.'),
      unclaimed: z
        .array(z.strictObject({ ...taken, run: z.string(), at: time }))
        .describe('In the journal, and in no ledger that is left.'),
      more: count.describe('Entries of the journal that are not in here: see --limit.'),
      troubles: z.array(trouble).describe('What could not be read.'),
    }),
  ])
  .meta({ title: 'What earlier runs of ecs-revision-pruner did' });

type Document = z.infer<typeof historyDocument>;
type About<Name extends Document['about']> = Extract<Document, { about: Name }>;

export function historyJsonSchema(): object {
  return z.toJSONSchema(historyDocument);
}

export function historyOfRunsJson(given: RunsHistory): About<'runs'> {
  const history = safe(given);
  const { runs, more, foreign } = history;
  return {
    ...sceneOf(history),
    about: 'runs',
    runs: runs.map((run) =>
      isRecorded(run)
        ? { readable: true, ...recordedOf(run) }
        : { readable: false, ...knownOf(run), trouble: told(run.problem) },
    ),
    more,
    foreign,
  };
}

export function historyOfRunJson(given: RunHistory): About<'run'> {
  const history = safe(given);
  const { run } = history;
  const { results } = run;
  return {
    ...sceneOf(history),
    about: 'run',
    ...recordedOf(run),
    stop: stopOf(results.stop),
    unverified: stopOf(results.unverified),
    deregistered: printed(results.deregistered),
    alreadyGone: printed(results.alreadyInactive),
    spared: results.skipped.map(({ revision, reason }) => ({ revision: nameOf(revision), says: reason })),
    failed: results.failed.map(({ revision, reason, answer }) => ({
      revision: nameOf(revision),
      says: reason,
      said: answer,
    })),
    left: printed(results.notReached),
    going: printed(run.planned),
    stranded: results.lateReferences.map((one) => ({
      revision: targetName(one),
      source: one.source,
      who: one.referrer,
      use: one.relation,
    })),
  };
}

export function historyOfFamilyJson(given: FamilyHistory): About<'family'> {
  const history = safe(given);
  const { family, alsoRuns, by, unclaimed, more, troubles } = history;
  return {
    ...sceneOf(history),
    about: 'family',
    family,
    alsoRuns: [...alsoRuns],
    runs: by.map((run) => ({ ...knownOf(run), took: run.took.map((one) => takenOf(family, one)) })),
    unclaimed: unclaimed.map((one) => ({ ...takenOf(family, one), run: one.run, at: iso(one.at) })),
    more,
    troubles: troubles.map(told),
  };
}

function sceneOf({ target, where }: Scene) {
  return { version: 1 as const, target: { ...target }, state: where };
}

function knownOf({
  id,
  short,
  beganAt,
}: Recorded | RunsHistory['runs'][number] | FamilyHistory['by'][number]) {
  return { id, short, began: iso(beganAt) };
}

function recordedOf(run: Recorded) {
  const { by, version, settings, dryRun, course, endedAt, outcome, passes, started, published, results } =
    run;
  return {
    ...knownOf(run),
    by,
    tool: version,
    settingsDigest: settings,
    dryRun,
    course,
    ended: endedAt === undefined ? null : iso(endedAt),
    outcome: outcome ?? null,
    passes,
    begun: started,
    published,
    counts: {
      deregistered: results.deregistered.length,
      alreadyGone: results.alreadyInactive.length,
      spared: results.skipped.length,
      failed: results.failed.length,
      left: results.notReached.length,
      stranded: results.lateReferences.length,
    },
  };
}

function takenOf(family: string, { number, now, journaled, restored }: Taken) {
  return {
    revision: nameOf({ family, number }),
    now,
    journaled,
    restored: restored.map(({ as, at }) => ({ as: nameOf({ family, number: as }), at: iso(at) })),
  };
}

function stopOf(stop: Recorded['results']['stop']): z.infer<typeof stopSchema> {
  return stop === undefined ? null : { by: stop.by, says: stop.reason, next: stop.remedy };
}

function told({ operation, reason, remedy }: Problem) {
  return { doing: operation, said: reason, next: remedy };
}

function printed(revisions: readonly Revision[]) {
  return grouping(revisions).map(({ family, ranges }) => ({ family, ranges: printRanges(ranges) }));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
