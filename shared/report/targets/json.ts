// Prints the plans of several accounts and Regions as a JSON document. schemas/targets.schema.json is generated from the schema
// here.
import * as z from 'zod';
import { count, problem } from '../json/parts.ts';
import { reportDocument } from '../json/report-schema.ts';
import { toLazyDocument } from '../json/report.ts';
import { lazily } from '../json/write-json.ts';
import { type PlannedTarget, sumOf } from './model.ts';

export const targetsDocument = z
  .strictObject({
    version: z.literal(1),
    tool: z.strictObject({ name: z.literal('ecs-revision-pruner'), version: z.string() }),
    counts: z.strictObject({
      targets: count,
      planned: count.describe('Targets with a plan.'),
      active: count.describe('ACTIVE revisions.'),
      deregister: count,
      kept: count,
      deferred: count,
      held: count,
    }),
    targets: z.array(
      z.strictObject({
        name: z.string().describe('As the file of targets calls it.'),
        region: z.string(),
        report: reportDocument.nullable(),
        problem: problem.nullable().describe('Why there is no report.'),
      }),
    ),
  })
  .meta({ title: 'The plans of several accounts and Regions' });

export function toTargetsDocument(targets: readonly PlannedTarget[], version: string) {
  return {
    version: 1,
    tool: { name: 'ecs-revision-pruner', version },
    counts: sumOf(targets),
    targets: lazily(targets, (target) => ({
      name: target.name,
      region: target.region,
      report: 'report' in target ? toLazyDocument(target.report) : null,
      problem: 'report' in target ? null : { ...target.problem },
    })),
  };
}
