// Searches the objects and parameters in the settings for mentions of revisions. A Terraform state contains the
// revision that the next plan compares with; a launcher may read its revision from a parameter.
import { createHash } from 'node:crypto';
import { mentionFinder } from '../domain/mentions.ts';
import type { Ranges } from '../domain/revision.ts';
import type { Reader } from './common/reader.ts';

export const readSearch: Reader = async function* (context, tally) {
  const inventory = context.memory.inventory ?? new Map<string, Ranges>();
  const find = mentionFinder(context.target, inventory);
  const names = [...inventory.keys()].toSorted((a, b) => (a < b ? -1 : 1)).join('\n');
  const families = createHash('sha256').update(names).digest('base64url').slice(0, 16);
  for (const place of context.search ?? [])
    if (place.kind === 'objects') {
      const { searchObjects } = await import('./search/objects.ts');
      yield* searchObjects(context, tally, place, { find, families });
    } else {
      const { searchParameters } = await import('./search/parameters.ts');
      yield* searchParameters(context, tally, place, find);
    }
};
