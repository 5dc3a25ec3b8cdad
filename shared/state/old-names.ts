// Reads records of earlier formats, in which members had other names.
import * as z from 'zod';

/** From the old name of a member to its present one. */
export type OldNames = Readonly<Record<string, string>>;

/** The same schema, which accepts the old names of its members as well. */
export function withOldNames<Schema extends z.ZodType>(names: OldNames, schema: Schema) {
  return z.preprocess((value) => renameMembers(names, value), schema);
}

export function renameMembers(names: OldNames, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [Object.hasOwn(names, name) ? names[name] : name, member]),
  );
}
