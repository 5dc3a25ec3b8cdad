// Reads the status of referenced revisions that are not ACTIVE: one call for each, since no listing is limited to
// chosen revisions. On most nights there are none.
import { ecsReader } from '../aws/ecs.ts';
import { describeTaskDefinition } from './describe.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';

type Status = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'missing';

/** Ten seconds at half share. An operator with more dangling references begins with these. */
export const MOST_STATUSES = 100;

/** @param names `web:7`, or a family, which is ACTIVE when one of its revisions is */
export async function readStatuses(context: ReadContext, names: readonly string[], most = MOST_STATUSES) {
  const statuses = new Map<string, Status>();
  const reading = await readPart(context, { part: 'dangling', isSearched: false }, async function* (tally) {
    const client = ecsReader(context.aws, tally);
    for (const name of [...new Set(names)].slice(0, most)) {
      const described = await describeTaskDefinition(client, name);
      statuses.set(name, described?.status ?? 'missing');
      yield [];
    }
  });
  return { statuses, reading };
}
