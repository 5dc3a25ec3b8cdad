// The doctor's report as JSON. doctor.schema.json beside this file is generated from the schema here.
import * as z from 'zod';
import { checkSchema } from './check.ts';
import type { Diagnosis } from './doctor.ts';

const document = z.strictObject({
  account: z.string().describe('The twelve digits of the account.'),
  region: z.string(),
  checks: z.array(checkSchema),
});

export function doctorJson({ target: { account, region }, checks }: Diagnosis): z.output<typeof document> {
  return { account, region, checks: [...checks] };
}

export function doctorJsonSchema(): object {
  return z.toJSONSchema(document);
}
