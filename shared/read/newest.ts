// Reads when the newest revision of a family was registered, for families that only this keeps from being retired: one
// call for each that no reading has described, until the old ones fill the cap.
import { ecsReader } from '../aws/ecs.ts';
import type { Ages } from '../domain/evidence.ts';
import { awsRegistrar } from '../domain/registrar.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { readRegistration } from '../sources/common/read-registration.ts';

/** Calls for families whose newest revision may be young, unless the cap is higher: a minute and a half at half of
 *  the published 20 a second. */
const MOST_CALLS = 1000;

export interface NewestWanted {
  /** Each with its newest revision, and with how many revisions its retirement would deregister. */
  readonly families: ReadonlyMap<string, { readonly newest: number; readonly frees: number }>;
  /** Milliseconds since the epoch: a revision registered at or after it is too young. */
  readonly boundary: number;
  readonly cap: number;
}

export async function readNewest(context: ReadContext, { families, boundary, cap }: NewestWanted) {
  const newest = new Map<string, Pick<Ages, 'byAws' | 'newestAt'>>();
  const reading = await readPart(context, { part: 'ages', isSearched: false }, async function* (tally) {
    const client = ecsReader(context.aws, tally);
    let freed = 0;
    for (const [family, { newest: number, frees }] of families) {
      if (freed >= cap || tally.calls >= Math.max(MOST_CALLS, cap) || context.outOfTime()) return;
      const { at: newestAt, by } = await readRegistration(context.memory, client, { family, number });
      const byAws = awsRegistrar(by);
      newest.set(family, { newestAt, ...(byAws === undefined ? {} : { byAws }) });
      if (byAws === undefined && newestAt < boundary) freed += frees;
      yield [];
    }
  });
  return { newest, reading };
}
