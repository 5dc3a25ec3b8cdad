// The doctor's report as JSON. doctor.schema.json beside this file is generated from the schema here.
import * as z from 'zod';
import type { Diagnosis } from './doctor.ts';

const document = z.strictObject({
  account: z.string().describe('The twelve digits of the account.'),
  region: z.string(),
  checks: z.array(
    z.strictObject({
      name: z.string().describe('What was checked: a permission, such as ecs:ListTasks, or a part, such as clock.'),
      status: z
        .enum(['ok', 'differs', 'not checked'])
        .describe('differs: not as the tool needs it. not checked: saw says why.'),
      saw: z.string().describe('What was seen. It holds no name of a resource, role, user or host.'),
    }),
  ),
});

export function doctorJson({ target: { account, region }, checks }: Diagnosis): z.output<typeof document> {
  return { account, region, checks: [...checks] };
}

export function doctorJsonSchema(): object {
  return z.toJSONSchema(document);
}
