// The JSON document of an answer to a run that asks for approval. schemas/answer.schema.json is generated from the schema here.
import * as z from 'zod';
import { count, time, version } from './parts.ts';

export const answerDocument = z
  .strictObject({
    version,
    answer: z.enum(['approve', 'decline']).describe('As Lambda has received it.'),
    run: z.string().describe('The id of the run.'),
    target: z.strictObject({ account: z.string(), region: z.string(), partition: z.string() }),
    plan: z.string().describe('The digest of the plan that was answered.'),
    revisions: count.describe('How many revisions the plan deregisters.'),
    by: z.string().describe('The ARN of the caller, as the run writes it down.'),
    at: time.describe("By AWS's clock."),
  })
  .meta({ title: 'An answer to a run of ecs-revision-pruner' });

export type AnswerDocument = z.output<typeof answerDocument>;
