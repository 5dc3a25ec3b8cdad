// The file of a saved plan: a checksummed record outside the state store. schemas/plan.schema.json is generated from the schema
// here. It has ranges and no line for each revision, so that the plan of a large account stays small.
import * as z from 'zod';
import { isTooDeep } from '../domain/json-depth.ts';
import { isObject } from '../domain/objects.ts';
import { byName, type Ranges, sizeOf } from '../domain/revision.ts';
import { DamagedRecord, decode, encode, type RecordType, sha256 } from './codec.ts';
import { count, familyName } from './fields.ts';

const TOOL = 'ecs-revision-pruner';
const text = z.string().min(1).max(200);
/** As maxDeregistrations in the settings. */
const MOST_REVISIONS = 100_000;

const families = z
  .array(
    z.strictObject({
      family: familyName,
      ranges: z
        .array(z.string().regex(/^[1-9]\d{0,14}(-[1-9]\d{0,14})?$/))
        .min(1)
        .describe('Revision numbers, ascending: "7" or "1-6".'),
      retired: z
        .literal(true)
        .optional()
        .describe('The plan retires the family, so its newest revision may be among these.'),
    }),
  )
  .max(MOST_REVISIONS)
  .describe('Revisions to deregister, by name of the family.');

const savedPlan = z
  .strictObject({
    tool: z.strictObject({ name: z.literal(TOOL), version: text }),
    run: text.describe('The id of the run that saved it.'),
    created: z.iso.datetime().describe("When that run began, by AWS's clock."),
    target: z.strictObject({
      account: z.string().regex(/^\d{12}$/),
      region: z.string().regex(/^[a-z0-9-]{1,40}$/),
      partition: z.string().regex(/^[a-z-]{1,40}$/),
    }),
    settingsDigest: text.describe('Of the settings with all options.'),
    counts: z
      .strictObject({
        families: count,
        active: count.describe('ACTIVE revisions: kept, held, deferred and planned.'),
        kept: count,
        held: count,
        deferred: count,
        planned: count.max(MOST_REVISIONS).describe('As many as `deregister` has.'),
      })
      .describe('The verdicts of the plan.'),
    deregister: families,
  })
  .superRefine(({ counts, deregister }, context) => {
    const all = deregister.map(({ ranges }) => rangesOfTexts(ranges));
    const isSorted = deregister.every(
      ({ family }, at) => at === 0 || byName(deregister[at - 1]?.family ?? '', family) < 0,
    );
    const total = all.reduce((sum, ranges) => sum + sizeOf(ranges), 0);
    if (!isSorted || !all.every(isAscending) || total !== counts.planned)
      context.addIssue('it is damaged: its revisions contradict each other or its counts');
  });

export type SavedPlan = z.output<typeof savedPlan>;

/** The whole file. */
export const savedPlanFile = z
  .strictObject({
    format: z.literal(1),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe(
        'The SHA-256 digest of `value` as JSON without white space. It detects an edited file, not a forged one.',
      ),
    value: savedPlan,
  })
  .meta({ title: 'A plan saved by ecs-revision-pruner' });

/** A hundred thousand revisions of a hundred thousand families with the longest names, on lines of their own: what was saved
 *  can always be read. */
export const LARGEST_PLAN = 40_000_000;

export const savedPlanType: RecordType<SavedPlan> = {
  name: 'saved plan',
  format: 1,
  schemas: { 1: savedPlan },
  maxLength: LARGEST_PLAN,
};

/** The digest that names a plan: that of its record. */
export function digestOfPlan(plan: SavedPlan): string {
  return sha256(JSON.stringify(savedPlan.parse(plan)));
}

/** With a line for each member, since a plan is reviewed. The digest ignores white space. */
export function encodeSavedPlan(plan: SavedPlan): string {
  return `${JSON.stringify(JSON.parse(encode(savedPlanType, plan)), null, 1)}\n`;
}

/** @throws DamagedRecord */
export function decodeSavedPlan(content: string): SavedPlan {
  const kind = kindOfContent(content);
  if (kind === 'report') throw new DamagedRecord('it is the report of `plan --json`, not a saved plan');
  if (kind === 'other') throw new DamagedRecord('it is not a saved plan');
  return decode(savedPlanType, content);
}

/** Recognizes a file by its members alone: a damaged plan is still a plan. */
export function kindOfContent(content: string): 'saved plan' | 'report' | 'other' {
  if (content.length > LARGEST_PLAN || isTooDeep(content, 40)) return 'other';
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return 'other';
  }
  if (!isObject(document)) return 'other';
  const { value } = document;
  if ('sha256' in document && isObject(value) && isObject(value['tool']) && value['tool']['name'] === TOOL)
    return 'saved plan';
  return isObject(document['tool']) && document['tool']['name'] === TOOL && 'outcome' in document ? 'report' : 'other';
}

export function rangesOfTexts(texts: readonly string[]): Ranges {
  return texts.map((range) => {
    const [from = 0, upto = from] = range.split('-').map(Number);
    return { from, upto };
  });
}

function isAscending(ranges: Ranges): boolean {
  return ranges.every(({ from, upto }, at) => from <= upto && from > (ranges[at - 1]?.upto ?? 0));
}
