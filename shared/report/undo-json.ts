// What became of a restore, for machines. The type and restore.schema.json beside this file are made from the schema here.
import { safe } from '../domain/safe-text.ts';
import * as z from 'zod';
import { targetName } from '../domain/dangling.ts';
import { nameOf } from '../domain/revision.ts';
import type { RestoreOutcome, RestoreResult } from '../restore/results.ts';
import { pointing } from './stranded.ts';
import { familiesAfter, gone, pointed } from './undone.ts';
import { splitNext } from './wrap.ts';

const name = z.string().describe('As "web:41".');
const toDo = { says: z.string(), next: z.string() };

export const restoreDocument = z
  .strictObject({
    version: z.literal(1).describe('Of this format.'),
    id: z.string().describe('Of this restore.'),
    account: z.string(),
    region: z.string(),
    results: z
      .array(
        z.strictObject({
          revision: name,
          became: z
            .enum(['restored', 'ACTIVE', 'back', 'refused', 'failed', 'left'])
            .describe(
              'restored: registered again. ACTIVE: it never went. back: an earlier restore has done it. refused: AWS does not take it as it was. failed: it was not registered. left: not reached, or behind an earlier one of its family that was not registered.',
            ),
          as: name.nullable().describe('The copy.'),
          onTop: z.boolean().describe('Registered again only to stay the newest (--on-top).'),
          adopted: z.boolean().describe('An earlier try that was cut off had registered it.'),
          from: z.enum(['journal', 'AWS']).nullable().describe('Who had its definition.'),
          run: z.string().nullable().describe('The run that took it.'),
          same: z.boolean().nullable().describe('Whether AWS now has what was there before, tags included.'),
          differences: z.array(
            z.strictObject({ path: z.string(), is: z.enum(['changed', 'lost', 'added']) }),
          ),
          reservedTags: z
            .array(z.string())
            .describe('Keys that only AWS may set, and which the copy has not.'),
          said: z.string().nullable().describe('AWS’s words, without the values of the definition.'),
          next: z.string().nullable(),
          file: z.string().nullable().describe('Where the input was written that AWS refused.'),
        }),
      )
      .describe('By family, oldest first.'),
    families: z.array(
      z.strictObject({
        family: z.string(),
        newestBefore: name.nullable().describe('What floating references started.'),
        newest: name.nullable().describe('What they start now.'),
        content: name.nullable().describe('Whose definition that is.'),
        floating: z
          .array(z.strictObject({ source: z.string(), who: z.string(), use: z.string() }))
          .describe('Who names the family without a revision.'),
        unknown: z
          .array(z.strictObject({ source: z.string(), who: z.string(), says: z.string() }))
          .describe('What will start a revision that could be of the family.'),
      }),
    ),
    stranded: z
      .array(
        z.strictObject({
          source: z.string(),
          who: z.string(),
          use: z.string(),
          names: name,
          to: name.describe('The copy that it could name instead.'),
          next: z.string(),
          command: z.string().nullable(),
        }),
      )
      .describe('Who names an old number.'),
    faults: z
      .array(z.strictObject({ part: z.string(), doing: z.string(), said: z.string(), next: z.string() }))
      .describe('What could not be read of who names and starts what.'),
    stop: z.strictObject(toDo).nullable().describe('Why it ended before all was done.'),
  })
  .meta({ title: 'A restore by ecs-revision-pruner' });

export function restoreJsonSchema(): object {
  return z.toJSONSchema(restoreDocument);
}

export function restoreJson(given: RestoreOutcome): z.infer<typeof restoreDocument> {
  const outcome = safe(given);
  const { id, preview: look, results, stop } = outcome;
  const items = new Map(gone(look).map((item) => [nameOf(item.revision), item]));
  const region = ` --region ${look.target.region}`;
  const named = (family: string, number: number | undefined) =>
    number === undefined ? null : nameOf({ family, number });
  return {
    version: 1,
    id,
    account: look.target.account,
    region: look.target.region,
    results: results.map((result) => {
      const item = result.onTop ? undefined : items.get(nameOf(result.revision));
      return {
        revision: nameOf(result.revision),
        became: result.became,
        as: 'as' in result ? named(result.revision.family, result.as) : null,
        onTop: result.onTop,
        ...(result.onTop ? { from: 'AWS' as const } : { from: item?.from ?? null }),
        run: item?.run ?? null,
        reservedTags: [...(item?.reserved ?? [])],
        ...detailsOf(result),
      };
    }),
    families: familiesAfter(outcome).map((one) => ({
      family: one.family,
      newestBefore: named(one.family, one.former),
      newest: named(one.family, one.now),
      content: one.content === undefined ? null : nameOf(one.content),
      floating: one.floating.map(({ source, referrer, relation }) => ({
        source,
        who: referrer,
        use: relation,
      })),
      unknown: one.unresolved.map(({ source, referrer, description }) => ({
        source,
        who: referrer,
        says: description,
      })),
    })),
    stranded: pointed(outcome).map(({ reference, to }) => {
      const next = pointing(reference, nameOf(to), region);
      const { source, referrer, relation } = reference;
      const command = splitNext(next).paste ?? null;
      return {
        source,
        who: referrer,
        use: relation,
        names: targetName(reference),
        to: nameOf(to),
        next,
        command,
      };
    }),
    faults: look.problems.map(({ part, operation, reason, remedy }) => ({
      part,
      doing: operation,
      said: reason,
      next: remedy,
    })),
    stop: stop === undefined ? null : { says: stop.reason, next: stop.remedy },
  };
}

function detailsOf(result: RestoreResult) {
  const isRestored = result.became === 'restored';
  const isFailed = result.became === 'refused' || result.became === 'failed';
  return {
    adopted: isRestored && result.adopted,
    same: isRestored && result.unchecked === undefined ? result.differences.length === 0 : null,
    differences: isRestored ? result.differences.map(({ path, is }) => ({ path, is })) : [],
    said: isFailed ? result.reason : isRestored ? (result.unchecked ?? null) : null,
    next: isFailed ? result.remedy : null,
    file: isFailed ? (result.file ?? null) : null,
  };
}
