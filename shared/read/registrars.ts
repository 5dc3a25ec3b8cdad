// Reads who registered the revisions that tonight's plan would deregister: one call for each that no reading has
// described.
import { ecsReader } from '../aws/ecs.ts';
import type { Reading } from '../domain/evidence.ts';
import type { Revision } from '../domain/revision.ts';
import { concurrentlyInTime } from '../sources/common/concurrently.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { readRegistration } from '../sources/common/read-registration.ts';

export type RegisteredBy = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** @param known earlier answers, which are in the result as well */
export async function readRegistrars(
  context: ReadContext,
  revisions: readonly Revision[],
  known: RegisteredBy = new Map(),
): Promise<{ registeredBy: RegisteredBy; reading: Reading }> {
  const registeredBy = new Map(Array.from(known, ([family, numbers]) => [family, new Map(numbers)]));
  const reading = await readPart(context, { part: 'registrars', isSearched: false }, async function* (tally) {
    const client = ecsReader(context.aws, tally);
    const ask = async (revision: Revision) => ({
      revision,
      // A missing registrar matches no setting.
      by: (await readRegistration(context.memory, client, revision)).by ?? '',
    });
    for await (const { revision, by } of concurrentlyInTime(context, revisions, ask)) {
      const { family, number } = revision;
      const numbers = registeredBy.get(family) ?? new Map<number, string>();
      registeredBy.set(family, numbers.set(number, by));
      yield [];
    }
  });
  return { registeredBy, reading };
}
