// Zod schemas, with bounds, for the fields of records. A run never writes a value outside these bounds.
import * as z from 'zod';
import { isObject } from '../domain/objects.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { LATEST_MS } from '../domain/time.ts';

/** Milliseconds since the epoch. */
export const time = z.number().min(0).max(LATEST_MS);
export const count = z.int().min(0);
/** As in an ARN: at most 15 digits. */
export const revisionNumber = z.int().min(1).max(999_999_999_999_999);
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html (family) */
export const familyName = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/);
/** An ARN, an ID or a key. The longest are those of S3 objects, whose keys may contain any character. */
export const identifier = z.string().max(5_000);
/** Sentences of a report, with an error in AWS's own words. */
export const words = z.string().max(200_000);
/** `digestOf` in domain/mentions.ts. */
export const familyDigest = z.int().min(0).max(0xffff_ffff);

export const revisionFields = { family: familyName, number: revisionNumber };

/** `web:41` */
export const revisionName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}:[1-9]\d{0,14}$/)
  .transform((name): Revision => {
    const [family = '', number] = name.split(':');
    return { family, number: Number(number) };
  });

/** No run has more: maxDeregistrations is at most 100,000, and a family has at most a million revisions. */
const MOST_ITEMS = 2_000_000;

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(MOST_ITEMS);
}

/** A Map as a list of entries: a family may be called `__proto__`, which cannot be a key of an object. */
export function mapOf<Key extends string | number, Value>(key: z.ZodType<Key>, value: z.ZodType<Value>) {
  return listOf(z.tuple([key, value])).transform((entries, context): ReadonlyMap<Key, Value> => {
    const map = new Map<Key, Value>(entries);
    if (map.size !== entries.length) context.addIssue('it is damaged: it contains a key twice');
    return map;
  });
}

/** Family → number → value. */
export function byRevision<Value>(value: z.ZodType<Value>) {
  return mapOf(familyName, mapOf(revisionNumber, value));
}

/** Refuses a record that was moved to the key of another revision. */
export function isOf(wanted: Revision) {
  return ({ revision }: { readonly revision: Revision }, context: z.RefinementCtx): void => {
    if (nameOf(revision) !== nameOf(wanted)) context.addIssue(`it belongs to ${nameOf(revision)}`);
  };
}

/** The same schema, which also accepts the names that its members had in earlier formats.
 *  @param names old name → present name */
export function withOldNames<Schema extends z.ZodType>(names: Readonly<Record<string, string>>, schema: Schema) {
  return z.preprocess((value) => {
    if (!isObject(value)) return value;
    const present = (name: string) => (Object.hasOwn(names, name) ? (names[name] ?? name) : name);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]): [string, unknown] => [present(name), member]),
    );
  }, schema);
}
