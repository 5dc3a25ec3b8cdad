// What pruner.yml may say: one block a key, with its range, its default and the sentence that explains it to a person.
// The JSON Schema for editors, the comments in pruner.yml and the checks of the command line's options come from here.
//
// The message of a check is what would have been allowed ("a whole number from 1"); problems.ts makes of it the line that
// people read. Contradictions bring a whole sentence: see contradictions.ts.
import * as z from 'zod';
import { bucketNames } from '../aws/quotas.ts';
import { searchPlacePattern } from '../domain/search-place.ts';
import { areAllReached, areDifferentPlaces, setsSomething, whyAlwaysRead } from './contradictions.ts';
import { catalogue } from '../sources/catalogue.ts';
import { parts } from '../sources/parts.ts';
import { glob } from './glob.ts';
import { shown } from './shown.ts';

/** The parts that a run may leave out. */
const leavable = [...Object.entries(catalogue), ...Object.entries(parts)].flatMap(([name, { optional }]) =>
  optional ? [name] : [],
);
// ECS's own ARNs belong to services and tasks, except for service deployments. An object's ARN has no account.
const memberArn =
  /^arn:[a-z-]+:((?!ecs:(?![^:]*:\d{12}:service-deployment\/))[a-z0-9-]+:[a-z0-9-]*:\d{12}:|s3:::[a-z0-9.-]+\/).{1,1900}$/;

const principalGlob = 'the ARN of a principal, in which * stands for any characters and ? for one';
const keepLatest = wholeNumber({ from: 1 });
// A hundred years. Beyond some 270,000 JavaScript has no date for the boundary, and a report could not name it.
const minAgeDays = wholeNumber({ from: 0, upto: 36_500 });
const retirementDays = '0, or a whole number from 90 to 400';
const deletionDays = '0, or a whole number from 30 to 36500';

/** A bucket's name and a prefix of what is safe in any key, or a folder; anything else that looks like an address is a slip.
 *  https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const statePlace =
  /^(|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._-]+)*\/?|(?!\w+:\/\/)(?!arn:)[^\p{Cc}]{1,1024})$/u;

const searchable = 's3://bucket/prefix/ or ssm:/path/';
/** A value may contain `=`, a key cannot, since it ends where the first one stands.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html */
const protectTagText = /^[\p{L}\p{N}\p{Zs}_.:/+@-]{1,128}(=[\p{L}\p{N}\p{Zs}_.:/=+@-]{0,256})?$/u;
const protectTag =
  'the key of a tag, or key=value: 1 to 128 letters, digits, spaces and _ . : / + - @, then = and up to 256 of these or =';

const override = closed({
  families: glob.describe('The families that this is for, as one glob.'),
  keepLatest: keepLatest.optional().describe('As keepLatest above, for these families.'),
  minAgeDays: minAgeDays.optional().describe('As minAgeDays above, for these families.'),
  protect: z
    .literal(true, 'true, or no such line: nothing takes a protection back')
    .optional()
    .describe('Nothing of these families is ever deregistered.'),
}).superRefine(setsSomething);

const quota = closed({
  perSecond: z
    .number('a number over 0')
    .gt(0, 'a number over 0')
    .describe('What the bucket regains in a second.'),
  burst: wholeNumber({ from: 1 }).describe('What the full bucket holds.'),
});

export const settingsSchema = closed({
  families: listOf(glob, "a list of one glob or more; '*' stands for every family", 1)
    .default(['*'])
    .describe(
      'The families that may be pruned, as globs with *, ?, [a-z] and {a,b}. All others are protected, so you can begin with three.',
    ),

  keepLatest: keepLatest
    .default(5)
    .describe(
      'How many of the newest ACTIVE revisions of a family stay. The newest always does, unless its family is retired.',
    ),

  minAgeDays: minAgeDays
    .default(30)
    .describe(
      'A revision registered within this many days stays. 0 turns the rule off, and every run then warns.',
    ),

  overrides: listOf(override, 'a list of overrides')
    .superRefine(areAllReached)
    .default([])
    .describe(
      'Other numbers for some families. The first whose glob matches gives keepLatest and minAgeDays; what it leaves out takes the value above. protect: true in any that matches protects.',
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
      'A revision that has one of these tags stays: key fits any value, key=value that value alone. The older name protectTag, with one key, is read as well.',
    ),

  // A monthly job is up to 31 days apart, or 35 where it runs on the first Monday.
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
      "A revision stays that one of these principals registered: ARNs as AWS says them, with * and ?, such as 'arn:aws:sts::123456789012:assumed-role/terraform/*'.",
    ),

  usedWithinDays: wholeNumber({ from: 0, upto: 400 })
    .default(40)
    .describe(
      'A revision that was used within this many days stays, whoever used it. Until that many days are known, everything stays. CloudTrail tells of 90; more are known from the nights before, and need a state. 0 turns the rule off.',
    ),

  usageSeconds: wholeNumber({ from: 10, upto: 3_600 })
    .default(120)
    .describe(
      "How long a run may read CloudTrail's event history for what was used: what is new first, then backwards until usedWithinDays are known. An account with many calls a day needs more; the report says how much.",
    ),

  retireFamiliesAfterDays: z
    .union([z.literal(0), z.int(retirementDays).min(90, retirementDays).max(400, retirementDays)], {
      error: ({ input }) => `given ${shown(input)}, allowed: ${retirementDays}`,
    })
    .default(0)
    .describe(
      'Deregisters the last revisions of a family as well once nothing has referenced, used or registered one for this many days. CloudTrail tells of 90; more need a state. 0: the newest revisions of every family stay.',
    ),

  unresolvedReferences: z
    .enum(['hold', 'report'], 'hold or report')
    .default('hold')
    .describe(
      'What happens when a reference may resolve to any family, since it is computed at run time: hold the run, or list it in the report. report is heeded only while usage is known for the whole of usedWithinDays. The older name unknownReferences is read as well.',
    ),

  search: z
    .array(z.string(searchable).regex(searchPlacePattern, searchable), `a list of ${searchable}`)
    .max(50, 'at most 50 entries')
    .superRefine(areDifferentPlaces)
    .readonly()
    .default([])
    .describe(
      "Where else a revision may be mentioned: objects under a bucket's prefix, as s3://bucket/prefix/, such as Terraform state files, and parameters under a path, as ssm:/path/. What they mention stays. Secure strings are not read.",
    ),

  without: listOf(
    z.union([z.enum(leavable), z.string().regex(memberArn, { abort: true })], {
      error: ({ input }) => whyAlwaysRead(input, leavable),
    }),
    'a list of sources, or of ARNs of their members',
  )
    .default([])
    .describe(
      'Sources, or single members of one by their ARN, that are not read: a revision that only they name may go, and every report says so. services and tasks cannot be left out.',
    ),

  maxDeregistrations: wholeNumber({ from: 1, upto: 100_000 })
    .default(300)
    .describe(
      'The most that one run deregisters; the rest waits for the next. At the default writeShare 300 take 20 minutes.',
    ),

  durable: z
    .boolean('true or false')
    .default(true)
    .describe(
      'Whether the deployed function is a durable one, which goes on after the quarter of an hour of an invocation and waits out the ten minutes in which AWS may still let a revision be taken up. false, where Lambda does not have them: a run takes what one invocation can, and the next one tells who took something up.',
    ),

  runMinutes: wholeNumber({ from: 10, upto: 1_440 })
    .default(240)
    .describe(
      'How long a run goes on reading and deregistering, in minutes; the rest waits for the next. One invocation of a function that is not durable ends after 15.',
    ),

  deleteAfterDays: z
    .union([z.literal(0), z.int(deletionDays).min(30, deletionDays).max(36_500, deletionDays)], {
      error: ({ input }) => `given ${shown(input)}, allowed: ${deletionDays}`,
    })
    .default(0)
    .describe(
      'Deletes for good what a run deregistered this many days ago, if nothing names it and the state still has all of it. AWS cannot bring it back; restore can. 0: nothing is ever deleted, and no role may.',
    ),

  deleteScope: z
    .enum(['own', 'all'], 'own or all')
    .default('own')
    .describe(
      'What deleteAfterDays reaches: own, what runs deregistered; all, also what others deregistered, once a run has journaled it.',
    ),

  maxDeletions: wholeNumber({ from: 1, upto: 100_000 })
    .default(100)
    .describe('The most that one run deletes; the rest waits for the next.'),

  share: z
    .number('a number over 0, at most 1')
    .gt(0, 'a number over 0, at most 1')
    .lte(1, 'a number over 0, at most 1')
    .default(0.5)
    .describe(
      "The share of the account's request quotas that a run takes for reading. Deployments draw on the same quotas and need the rest.",
    ),

  writeShare: z
    .number('a number over 0, at most 1')
    .gt(0, 'a number over 0, at most 1')
    .lte(1, 'a number over 0, at most 1')
    .default(0.25)
    .describe(
      'The share of the quota of one registration a second that a run takes to deregister, and of the quota for deletions; of the burst of 20 it takes nothing. Every deployment needs that quota to register. 0.25 is one revision in four seconds.',
    ),

  quotas: z
    .partialRecord(z.enum(bucketNames), quota, {
      error: ({ code }) => knownOr(code, bucketNames),
    })
    .default({})
    .describe('Token buckets that AWS has raised for this account and Region, so that a run may go faster.'),

  state: z
    .string('s3://bucket/prefix or a folder')
    .regex(statePlace, 's3://bucket/prefix or a folder')
    .default('')
    .describe(
      "Where a run leaves what the next one needs to know, s3://bucket/prefix or a folder: what was used, what was counted, what never changes. Empty: nowhere, so that each run begins anew. The deployed functions use the stack's bucket.",
    ),

  notify: z
    .enum(['always', 'changes', 'action'], 'always, changes or action')
    .default('always')
    .describe(
      'When a report is sent: always; changes, when something went or a person is needed; action, only when a person is needed. A held or failed run is always reported.',
    ),
});

/** All defaults filled in. What one run adds stays apart from what the file says: see narrow() in policy.ts. */
export type Settings = Readonly<z.output<typeof settingsSchema>> & {
  /** Allow-lists of this run: a family must be in each of them and in `families`. */
  readonly runFamilies?: readonly (readonly string[])[];
};

/** What editors complete and check pruner.yml by. Draft 7 is what the YAML language server knows best. */
export function settingsJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(settingsSchema, {
    target: 'draft-7',
    io: 'input',
    override({ jsonSchema }) {
      delete jsonSchema.readOnly; // our code does not change it; an editor would think that nobody may
      // Bounds that say nothing.
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

/** A thousand is more than anybody writes by hand, and bounds the cost of asking every glob about every family. */
function listOf<Item extends z.ZodType>(item: Item, allowed: string, atLeast = 0) {
  return z.array(item, allowed).min(atLeast, allowed).max(1000, 'at most 1000 entries').readonly();
}

/** Refuses unknown keys: a misspelt keepLatests that is ignored is the most dangerous setting there is. */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: ({ code }) => knownOr(code, Object.keys(shape)) });
}

/** Where a key is unknown, the known ones are what is allowed; otherwise it was no object at all. */
function knownOr(code: string | undefined, known: readonly string[]): string {
  return code === 'unrecognized_keys' ? known.join(', ') : 'keys with values';
}
