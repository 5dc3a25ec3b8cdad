// The schema of pruner.yml: each key with its range, its default and its description. It generates the JSON Schema for
// editors and the comments in pruner.yml, and checks the command line's options. A check's message lists the allowed
// values ("a whole number from 1"); problems.ts completes it. Contradictions have whole sentences: see
// contradictions.ts.
import * as z from 'zod';
import { bucketNames } from '../sources/quotas.ts';
import { searchPlacePattern } from '../domain/search-place.ts';
import { areAllReached, areDifferentPlaces, setsSomething, whyAlwaysRead } from './contradictions.ts';
import { catalogue } from '../sources/catalogue.ts';
import { parts } from '../sources/parts.ts';
import { glob } from './glob.ts';
import { shown } from './shown.ts';

/** The parts that a run may leave out. */
export const leavable = [...Object.entries(catalogue), ...Object.entries(parts)].flatMap(([name, { optional }]) =>
  optional ? [name] : [],
);
// ECS's own ARNs belong to services and tasks, except for service deployments. An object's ARN has no account.
const memberArn =
  /^arn:[a-z-]+:((?!ecs:(?![^:]*:\d{12}:service-deployment\/))[a-z0-9-]+:[a-z0-9-]*:\d{12}:|s3:::[a-z0-9.-]+\/).{1,1900}$/;

const principalGlob = 'the ARN of a principal, in which * stands for any characters and ? for one';
const keepLatest = wholeNumber({ from: 1 });
// A hundred years. Beyond some 270,000 JavaScript has no date for the boundary.
const minAgeDays = wholeNumber({ from: 0, upto: 36_500 });
const aShare = 'a number over 0, at most 1';
const shareOfQuota = (usual: number) => z.number(aShare).gt(0, aShare).lte(1, aShare).default(usual);

/** A bucket's name with a prefix of characters that are safe in any key, or a folder. Anything else that looks like
 *  a URL is a mistake.
 *  https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const statePlace =
  /^(|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._-]+)*\/?|(?!\w+:\/\/)(?!arn:)[^\p{Cc}]{1,1024})$/u;

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const parameterPattern = /^(|\/[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,14})$/;
const parameterName = 'the name of a parameter, such as /ecs-revision-pruner/paused';

/** The name of a document: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html */
const calendarPattern = /^([A-Za-z0-9_.-]{3,128}|arn:[a-z-]+:ssm:[a-z0-9-]+:\d{12}:document\/[A-Za-z0-9_.-]{3,128})$/;
const calendarName = 'the name or the ARN of a change calendar';

const searchable = 's3://bucket/prefix/ or ssm:/path/';
/** A value may contain `=`. A key cannot, since it ends at the first one.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
const protectTagText = /^[\p{L}\p{N}\p{Zs}_.:/+@-]{1,128}(=[\p{L}\p{N}\p{Zs}_.:/=+@-]{0,256})?$/u;
const protectTag =
  'the key of a tag, or key=value: 1 to 128 letters, digits, spaces and _ . : / + - @, then = and up to 256 of these or =';

const override = closed({
  families: glob.describe('The families that this applies to, as one glob.'),
  keepLatest: keepLatest.optional().describe('As keepLatest above, for these families.'),
  minAgeDays: minAgeDays.optional().describe('As minAgeDays above, for these families.'),
  protect: z
    .literal(true, 'true, or no such line: a protection cannot be revoked')
    .optional()
    .describe('Nothing of these families is ever deregistered.'),
}).superRefine(setsSomething);

const quota = closed({
  perSecond: z
    .number('a number over 0')
    .gt(0, 'a number over 0')
    .describe('How many tokens the bucket regains in a second.'),
  burst: wholeNumber({ from: 1 }).describe('How many tokens the full bucket holds.'),
});

export const settingsSchema = closed({
  families: listOf(glob, "a list of one glob or more; '*' stands for every family", 1)
    .default(['*'])
    .describe(
      'The families that may be pruned, as globs with *, ?, [a-z] and {a,b}. All others are protected, so you can begin with three families.',
    ),

  keepLatest: keepLatest
    .default(5)
    .describe(
      'How many of the newest ACTIVE revisions of a family are kept. The newest is always kept, unless its family is retired.',
    ),

  minAgeDays: minAgeDays
    .default(30)
    .describe(
      'Keeps a revision that was registered within this many days. 0 disables the rule, and every run then warns.',
    ),

  overrides: listOf(override, 'a list of overrides')
    .superRefine(areAllReached)
    .default([])
    .describe(
      'Other numbers for some families. The first override that matches gives keepLatest and minAgeDays; a number that it lacks is the one above. protect: true in any override that matches protects the family.',
    ),

  protectTags: z
    .array(
      z.string(protectTag).regex(protectTagText, protectTag),
      'a list of one tag or more, each as a key or as key=value',
    )
    .min(1, 'a list of one tag or more, each as a key or as key=value')
    .max(20, 'at most 20 entries')
    .readonly()
    .default(['ecs-revision-pruner:keep'])
    .describe(
      'Keeps a revision that has one of these tags: key matches any value, key=value only that value. The older name protectTag, with one key, is read as well.',
    ),

  protectRegisteredBy: listOf(
    z
      .string(principalGlob)
      .regex(/^[\x21-\x7e]{1,2048}$/, principalGlob)
      .refine((glob) => /[^*?]/.test(glob), {
        error: ({ input }) => `given ${shown(input)}, allowed: ${principalGlob}`,
      }),
    'a list of globs',
  )
    .default([])
    .describe(
      "Keeps a revision that one of these principals registered: ARNs with * and ?, such as 'arn:aws:sts::123456789012:assumed-role/terraform/*'.",
    ),

  // A monthly job may be 35 days apart, if it runs on the first Monday.
  usedWithinDays: defaultNumber({ from: 0, upto: 400, usual: 40 }).describe(
    'Keeps a revision that was used within this many days, by any caller. Until that many days of usage are known, every revision is kept. CloudTrail covers 90 days; more come from earlier nights, and need a state store. 0 disables the rule.',
  ),

  usageSeconds: defaultNumber({ from: 10, upto: 3_600, usual: 120 }).describe(
    "How long a run may read CloudTrail's event history: new events first, then backwards until usedWithinDays are known. An account with many calls a day needs more; the report says how much.",
  ),

  retireFamiliesAfterDays: zeroOrNumber({ from: 90, upto: 400 }).describe(
    'Deregisters the last revisions of a family as well once none has been referenced, used or registered for this many days. CloudTrail covers 90 days; more need a state store. 0: the newest revisions of every family are kept.',
  ),

  unresolvedReferences: z
    .enum(['hold', 'report'], 'hold or report')
    .default('hold')
    .describe(
      'What to do when a reference may resolve to any family, since it is computed at run time: hold the run, or list it in the report. report applies only while usage is known for the whole of usedWithinDays. The older name unknownReferences is read as well.',
    ),

  search: z
    .array(z.string(searchable).regex(searchPlacePattern, searchable), `a list of ${searchable}`)
    .max(50, 'at most 50 entries')
    .superRefine(areDifferentPlaces)
    .readonly()
    .default([])
    .describe(
      'More places that may mention a revision: objects under a prefix, as s3://bucket/prefix/, such as Terraform state files, and parameters under a path, as ssm:/path/. Revisions that they mention are kept. Secure strings are not read.',
    ),

  without: listOf(
    z.union([z.enum(leavable), z.string().regex(memberArn, { abort: true })], {
      error: ({ input }) => whyAlwaysRead(input, leavable),
    }),
    'a list of sources, or of ARNs of their members',
  )
    .default([])
    .describe(
      'Sources, or single members of a source by their ARN, that are not read. A revision that only they reference may be deregistered, and every report says so. services and tasks cannot be left out.',
    ),

  maxDeregistrations: defaultNumber({ from: 1, upto: 100_000, usual: 300 }).describe(
    'How many revisions one run may deregister; the rest is deferred to the next run. At the default writeShare 300 take 20 minutes.',
  ),

  runMinutes: defaultNumber({ from: 10, upto: 1_440, usual: 240 }).describe(
    'How long a run may read and deregister, in minutes; the rest is deferred to the next run. A function that is not durable ends after 15.',
  ),

  announceNights: defaultNumber({ from: 0, upto: 30, usual: 0 }).describe(
    'Deregisters only what the report of an earlier run announced at least this many nights ago, and what every run since would have deregistered as well. Needs a state store. 0: a run deregisters at once.',
  ),

  approval: z
    .enum(['required', 'none'], 'required or none')
    .default('none')
    .describe(
      'required: the nightly function mails its plan, waits for approve or decline, and deregisters nothing without an approval. It deletes nothing for good. A function that is not durable cannot wait, and only reports. prune asks its operator already, so it stays as it is. none: a run deregisters at once.',
    ),

  approvalHours: defaultNumber({ from: 1, upto: 72, usual: 20 }).describe(
    'How many hours a run waits for approval. Without an answer it ends, and deregisters nothing. A run that begins meanwhile makes the plan old.',
  ),

  deleteAfterDays: zeroOrNumber({ from: 30, upto: 36_500 }).describe(
    'Deletes for good what a run deregistered this many days ago, if nothing references it and the journal still has its whole definition. AWS cannot bring it back; restore can. 0: nothing is ever deleted. A stack also needs its parameter AllowDelete.',
  ),

  deleteScope: z
    .enum(['own', 'all'], 'own or all')
    .default('own')
    .describe(
      'Which revisions deleteAfterDays applies to: own, those that runs deregistered; all, also those that others deregistered, once a run has journaled them.',
    ),

  maxDeletions: defaultNumber({ from: 1, upto: 100_000, usual: 100 }).describe(
    'How many revisions one run may delete; the rest is deferred to the next run.',
  ),

  share: shareOfQuota(0.5).describe(
    "The share of the account's request quotas that a run uses for reading. Deployments use the same quotas and need the rest.",
  ),

  writeShare: shareOfQuota(0.25).describe(
    'The share of the quota of one registration a second that a run uses to deregister, and of the quota for deletions. It never uses the burst of 20. Every deployment needs this quota to register. 0.25 is one revision in four seconds.',
  ),

  quotas: z
    .partialRecord(z.enum(bucketNames), quota, { error: ({ code }) => knownOr(code, bucketNames) })
    .default({})
    .describe('Token buckets that AWS has raised for this account and Region, so that a run can be faster.'),

  pauseParameter: z
    .string(parameterName)
    .regex(parameterPattern, parameterName)
    .default('')
    .describe(
      "The name of a parameter in Systems Manager, such as /ecs-revision-pruner/paused. While it is true, runs read and report, and deregister and delete nothing; a value other than true and false, and one that cannot be read, hold the run. Empty: none. The deployed nightly function reads its stack's parameter.",
    ),

  changeCalendar: z
    .array(z.string(calendarName).regex(calendarPattern, calendarName), `a list of ${calendarName}`)
    .max(10, 'at most 10 entries')
    .readonly()
    .default([])
    .describe(
      'Change calendars of Systems Manager, each by its name or ARN. While one of them is closed, runs read and report, and deregister and delete nothing; one that cannot be read holds the run.',
    ),

  state: z
    .string('s3://bucket/prefix or a folder')
    .regex(statePlace, 's3://bucket/prefix or a folder')
    .default('')
    .describe(
      "The state store, s3://bucket/prefix or a folder: a run records past uses, counts and immutable facts there for the next one. Empty: none, so each run begins anew. The deployed functions use the stack's bucket.",
    ),

  notify: z
    .enum(['always', 'changes', 'action'], 'always, changes or action')
    .default('always')
    .describe(
      'When a report is sent: always; changes, when a revision was deregistered or action is required; action, only when action is required. A held or failed run is always reported.',
    ),

  version: z
    .literal(1, '1; a later version of the settings needs a later version of ecs-revision-pruner')
    .default(1)
    .describe(
      'The version of these settings. One that gives a key another meaning has a higher number, which this version refuses.',
    ),
});

/** With all defaults filled in. A run's own limits stay apart from the file's: see narrow.ts. */
export type Settings = Readonly<z.output<typeof settingsSchema>> & {
  /** Allow-lists of this run: a family must match each of them and `families`. */
  readonly runFamilies?: readonly (readonly string[])[];
};

/** For completion and checks in editors. The YAML language server supports Draft 7 best. */
export function settingsJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(settingsSchema, {
    target: 'draft-7',
    io: 'input',
    override({ jsonSchema }) {
      delete jsonSchema.readOnly; // an editor would treat the value as read-only
      // Bounds without information.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minItems === 0) delete jsonSchema.minItems;
    },
  });
  return { title: 'Settings of ecs-revision-pruner', ...schema };
}

function wholeNumber({ from, upto }: { from: number; upto?: number }) {
  const allowed = `a whole number from ${from}${upto === undefined ? '' : ` to ${upto}`}`;
  return z
    .int(allowed)
    .min(from, allowed)
    .max(upto ?? Number.MAX_SAFE_INTEGER, allowed);
}

function defaultNumber({ usual, ...range }: { from: number; upto: number; usual: number }) {
  return wholeNumber(range).default(usual);
}

/** 0, the default, switches it off. */
function zeroOrNumber({ from, upto }: { from: number; upto: number }) {
  const allowed = `0, or a whole number from ${from} to ${upto}`;
  const error = ({ input }: { input?: unknown }) => `given ${shown(input)}, allowed: ${allowed}`;
  return z.union([z.literal(0), z.int(allowed).min(from, allowed).max(upto, allowed)], { error }).default(0);
}

/** A thousand is more than anyone writes by hand, and bounds the cost of matching every glob with every family. */
function listOf<Item extends z.ZodType>(item: Item, allowed: string, atLeast = 0) {
  return z.array(item, allowed).min(atLeast, allowed).max(1000, 'at most 1000 entries').readonly();
}

/** Refuses unknown keys: a misspelt keepLatests that is ignored is the most dangerous setting. */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: ({ code }) => knownOr(code, Object.keys(shape)) });
}

/** For an unknown key the known ones are allowed; otherwise the value is no object. */
function knownOr(code: string | undefined, known: readonly string[]): string {
  return code === 'unrecognized_keys' ? known.join(', ') : 'keys with values';
}
