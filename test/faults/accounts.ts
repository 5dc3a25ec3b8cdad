// The account for the faults of one part: the specimen of that source and a family without references. A fault could
// wrongly deregister or keep revisions of that family.
import { sources } from '../../shared/sources/readers.ts';
import { type AccountBuilder, anAccount } from '../support/account.ts';
import { specimenOf } from '../support/specimens.ts';

/** The parts that a run reads beside the sources. */
export const otherParts = ['inventory', 'tags', 'ages'] as const;

/** No known field references it; a fault puts it into a field that the packaged SDK does not know. */
export const HEARD = 'spare:2';

const TAGGED = { tags: { 'ecs-revision-pruner:keep': '' } };

export function accountFor(part: string): AccountBuilder {
  const account = specimenOf(part)?.account() ?? anAccount().family('web', '1-9').service('prod/web', 'web:7');
  return account
    .family('spare', '1-4')
    .family('tagged', '1,3,5-6')
    .family('tagged', '2', TAGGED)
    .family('tagged', '4', TAGGED);
}

/** Revisions that must stay ACTIVE: the newest of each family, tagged ones, and those that the specimen references. Those
 *  that were only used once are not included. */
export function untouchableFor(part: string): ReadonlySet<string> {
  const lines = specimenOf(part)?.names ?? ['service/prod/web deploys web:7'];
  const named = lines.filter((line) => !/ used /.test(line)).map((line) => /[\w-]+:\d+$/.exec(line)?.[0] ?? 'no name');
  return new Set(['web:9', 'spare:4', 'tagged:2', 'tagged:4', 'tagged:6', ...named]);
}

export const parts: readonly string[] = [...otherParts, ...sources.map(({ name }) => name)];
