// The account in which a part's faults are tried: the specimen of that source, and beside it a family that nothing names, so
// that there is always something which a fault could let go by mistake, or keep from going.
import { sources } from '../../shared/sources/readers.ts';
import { type AccountBuilder, anAccount } from '../support/account.ts';
import { specimenOf } from '../support/specimens.ts';

/** What a run reads beside the sources. */
export const otherParts = ['inventory', 'tags', 'ages'] as const;

/** Named by no known field; a fault puts it where the packaged SDK knows none. */
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

/** What must not go, whatever happens: the newest of each family, what is tagged, and what the specimen names. What was
 *  used once is named no more. */
export function untouchableFor(part: string): ReadonlySet<string> {
  const lines = specimenOf(part)?.names ?? ['service/prod/web deploys web:7'];
  const named = lines.filter((line) => !/ used /.test(line)).map((line) => /[\w-]+:\d+$/.exec(line)?.[0] ?? 'no name');
  return new Set(['web:9', 'spare:4', 'tagged:2', 'tagged:4', 'tagged:6', ...named]);
}

export const parts: readonly string[] = [...otherParts, ...sources.map(({ name }) => name)];
