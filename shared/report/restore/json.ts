// Prints the results of a restore as a JSON document. schemas/restore.schema.json is generated from the schema here.
import * as z from 'zod';
import { safe } from '../../domain/safe-text.ts';
import { targetName } from '../../domain/dangling.ts';
import { nameOf } from '../../domain/revision.ts';
import type { RestoreOutcome, RestoreResult } from '../../restore/results.ts';
import {
  printProblem,
  printReference,
  printUnresolved,
  problem,
  reference,
  unresolved,
  version,
} from '../json/parts.ts';
import { describeRepair } from '../model/dangling-references.ts';
import { splitRemedy } from '../text/wrap.ts';
import { describeFamilies, findStaleReferences, itemsToRestore } from './after.ts';

const name = z.string().describe('As "web:41".');

export const restoreDocument = z
  .strictObject({
    version,
    id: z.string().describe('Of this restore.'),
    account: z.string(),
    region: z.string(),
    results: z
      .array(
        z.strictObject({
          revision: name,
          became: z
            .enum(['restored', 'ACTIVE', 'restored before', 'refused', 'failed', 'not reached'])
            .describe(
              'restored: registered again. ACTIVE: never deregistered. restored before: an earlier restore has registered it. refused: AWS refuses its definition. failed: it was not registered. not reached: the restore stopped before it, or it waits for an earlier one of its family that was not registered.',
            ),
          as: name.nullable().describe('The copy.'),
          onTop: z.boolean().describe('Registered again only to stay the newest (--on-top).'),
          adopted: z.boolean().describe('An interrupted attempt had registered it.'),
          from: z.enum(['journal', 'AWS']).nullable().describe('The origin of its definition.'),
          run: z.string().nullable().describe('The run that deregistered it.'),
          same: z.boolean().nullable().describe('Whether AWS has the same definition and tags as before.'),
          differences: z.array(z.strictObject({ path: z.string(), is: z.enum(['changed', 'lost', 'added']) })),
          reservedTags: z.array(z.string()).describe('Keys that only AWS can set, and the copy lacks.'),
          reason: z.string().nullable().describe('Why it failed, without values of the definition.'),
          remedy: z.string().nullable(),
          file: z.string().nullable().describe('The file with the input that AWS refused.'),
        }),
      )
      .describe('By family, oldest first.'),
    families: z.array(
      z.strictObject({
        family: z.string(),
        newestBefore: name.nullable().describe('What floating references started.'),
        newest: name.nullable().describe('What they start now.'),
        content: name.nullable().describe('The original of that definition.'),
        floating: z.array(reference).describe('Floating references to the family.'),
        unresolved,
      }),
    ),
    danglingReferences: z
      .array(
        z.strictObject({
          ...reference.shape,
          target: name,
          to: name.describe('The copy to update the reference to.'),
          remedy: z.string(),
          command: z.string().nullable(),
        }),
      )
      .describe('References to an old number.'),
    problems: z
      .array(z.strictObject({ part: z.string(), ...problem.shape }))
      .describe('References that could not be read.'),
    stop: z
      .strictObject({ reason: z.string(), remedy: z.string() })
      .nullable()
      .describe('Why the restore stopped early.'),
  })
  .meta({ title: 'A restore by ecs-revision-pruner' });

export type RestoreDocument = z.infer<typeof restoreDocument>;

export function toRestoreDocument(given: RestoreOutcome): RestoreDocument {
  const outcome = safe(given);
  const { id, preview, results, stop } = outcome;
  const items = new Map(itemsToRestore(preview).map((item) => [nameOf(item.revision), item]));
  const region = ` --region ${preview.target.region}`;
  return {
    version: 1,
    id,
    account: preview.target.account,
    region: preview.target.region,
    results: results.map((result) => {
      const item = result.onTop ? undefined : items.get(nameOf(result.revision));
      return {
        revision: nameOf(result.revision),
        became: result.became,
        as: 'as' in result ? printName(result.revision.family, result.as) : null,
        onTop: result.onTop,
        from: result.onTop ? 'AWS' : (item?.from ?? null),
        run: item?.run ?? null,
        reservedTags: [...(item?.reserved ?? [])],
        ...printDetails(result),
      };
    }),
    families: describeFamilies(outcome).map((one) => ({
      family: one.family,
      newestBefore: printName(one.family, one.former),
      newest: printName(one.family, one.now),
      content: one.content === undefined ? null : nameOf(one.content),
      floating: one.floating.map(printReference),
      unresolved: one.unresolved.map(printUnresolved),
    })),
    danglingReferences: findStaleReferences(outcome).map(({ reference, to }) => {
      const remedy = describeRepair(reference, nameOf(to), region);
      return {
        ...printReference(reference),
        target: targetName(reference),
        to: nameOf(to),
        remedy,
        command: splitRemedy(remedy).paste ?? null,
      };
    }),
    problems: preview.problems.map((one) => ({ part: one.part, ...printProblem(one) })),
    stop: stop === undefined ? null : { reason: stop.reason, remedy: stop.remedy },
  };
}

function printName(family: string, number: number | undefined): string | null {
  return number === undefined ? null : nameOf({ family, number });
}

function printDetails(result: RestoreResult) {
  const isRestored = result.became === 'restored';
  const isFailed = result.became === 'refused' || result.became === 'failed';
  return {
    adopted: isRestored && result.adopted,
    same: isRestored && result.unchecked === undefined ? result.differences.length === 0 : null,
    differences: isRestored ? result.differences.map(({ path, is }) => ({ path, is })) : [],
    reason: isFailed ? result.reason : isRestored ? (result.unchecked ?? null) : null,
    remedy: isFailed ? result.remedy : null,
    file: isFailed ? (result.file ?? null) : null,
  };
}
