// The JSON document of a command that did nothing. schemas/error.schema.json is generated from the schema here.
import * as z from 'zod';

export const errorDocument = z.strictObject({
  error: z.strictObject({
    reason: z.string().describe('What was attempted, on what, and why it failed.'),
    remedy: z.string().describe('What the operator can do.').optional(),
    exitCode: z.int().describe('The exit code of the command; nothing was done.'),
  }),
});

export type ErrorDocument = z.output<typeof errorDocument>;
