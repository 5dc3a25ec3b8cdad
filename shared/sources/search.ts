// The source `search`: objects and parameters that the settings name, in whose texts a revision may be mentioned. A Terraform
// state has the revision that the next plan compares with; a launcher may learn from a parameter what it starts.
import { createHash } from 'node:crypto';
import { mentionFinder } from '../domain/mentions.ts';
import type { Ranges } from '../domain/revision.ts';
import type { Source } from './source.ts';

export const search = {
  name: 'search',
  wave: 'starters',
  optional: true,
  setting: 'search',
  permissions: ['s3:ListBucket', 's3:GetObject', 'ssm:GetParametersByPath'],
  why: 'A Terraform state file, another object or a parameter may mention a revision. Only what the setting `search` names is read.',
  blindTo:
    'Whatever `search` does not name; older versions of an object; secure strings; what is packed otherwise than by gzip.',
  async *read(reader, tally) {
    const inventory = reader.memory.inventory ?? new Map<string, Ranges>();
    const find = mentionFinder(reader.target, inventory);
    const names = [...inventory.keys()].toSorted((a, b) => (a < b ? -1 : 1)).join('\n');
    const families = createHash('sha256').update(names).digest('base64url').slice(0, 16);
    for (const place of reader.search ?? [])
      if (place.kind === 'objects') {
        const { searchObjects } = await import('./search/objects.ts');
        yield* searchObjects(reader, tally, place, { find, families });
      } else {
        const { searchParameters } = await import('./search/parameters.ts');
        yield* searchParameters(reader, tally, place, find);
      }
  },
} satisfies Source;
