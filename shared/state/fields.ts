// Bounds of what records of the state store hold. A value outside of them was not written by a run.
import * as z from 'zod';
import { nameOf, type Revision } from '../domain/revision.ts';

/** 2100-01-01. Later dates are damage: JavaScript has none after the year 275760, and a report could not name those. */
const LATEST_MS = 4_102_444_800_000;

/** Milliseconds since the epoch. */
export const time = z.number().min(0).max(LATEST_MS);
export const count = z.int().min(0);
/** Of a revision, as in its ARN: at most 15 digits. */
export const revisionNumber = z.int().min(1).max(999_999_999_999_999);
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html (family) */
export const familyName = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/);
/** An ARN, an id, a key. The longest are those of S3 objects, whose keys may hold any character. */
export const identifier = z.string().max(5_000);
/** Sentences of a report, with an error in AWS's own words. */
export const words = z.string().max(200_000);

export const revisionFields = { family: familyName, number: revisionNumber };

/** `web:41` */
export const revisionName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}:[1-9]\d{0,14}$/)
  .transform((name): Revision => {
    const [family = '', number] = name.split(':');
    return { family, number: Number(number) };
  });

/** No run has as many: maxDeregistrations ends at 100,000, and an account has a million revisions of a family at most. */
const MOST_ITEMS = 2_000_000;

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).max(MOST_ITEMS);
}

/** A Map as a list of its entries: a family may be called `__proto__`, which is no key of an object. */
export function mapOf<Key extends string | number, Value>(key: z.ZodType<Key>, value: z.ZodType<Value>) {
  return listOf(z.tuple([key, value])).transform((entries, context): ReadonlyMap<Key, Value> => {
    const map = new Map<Key, Value>(entries);
    if (map.size !== entries.length) context.addIssue('it is damaged: it holds a key twice');
    return map;
  });
}

/** Families, then numbers. */
export function byRevision<Value>(value: z.ZodType<Value>) {
  return mapOf(familyName, mapOf(revisionNumber, value));
}

/** Refuses a record that was moved into the place of another. */
export function isOf(wanted: Revision) {
  return ({ revision }: { readonly revision: Revision }, context: z.RefinementCtx): void => {
    if (nameOf(revision) !== nameOf(wanted)) context.addIssue(`it is of ${nameOf(revision)}`);
  };
}
