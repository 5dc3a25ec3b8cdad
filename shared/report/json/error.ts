// Why a command did nothing, for machines. error.schema.json beside this file is made from the schema here.
import * as z from 'zod';

const errorDocument = z.strictObject({
  error: z.strictObject({
    reason: z.string().describe('What was attempted, on what, and why it failed.'),
    remedy: z.string().describe('What to do about it.').optional(),
    exitCode: z.int().describe('With which the command ended; nothing was done.'),
  }),
});

export type ErrorDocument = z.output<typeof errorDocument>;

export function errorJsonSchema(): object {
  return z.toJSONSchema(errorDocument);
}
