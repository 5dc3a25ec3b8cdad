// Compares a batch description with its request: each item must be described or MISSING, and a MISSING item must have
// left the listing as well.
import type { Failure } from '@aws-sdk/client-ecs';
import { Incomplete } from './incomplete.ts';

/** Any reason other than MISSING is an error, and so is no answer.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 *  @returns the MISSING items: assertUnlisted() tells whether they were deleted
 *  @throws Incomplete with the first item that is not accounted for */
export function assertAllDescribed(
  asked: readonly string[],
  described: readonly (string | undefined)[],
  failures: readonly Failure[],
): string[] {
  const answered = new Set(described);
  const missing: string[] = [];
  for (const { arn, reason, detail } of failures) {
    if (reason !== 'MISSING')
      throw new Incomplete(
        `${arn ?? 'a member'}: ${reason ?? 'no reason'}${detail === undefined ? '' : ` (${detail})`}`,
      );
    answered.add(arn);
    if (arn !== undefined) missing.push(arn);
  }
  const silent = asked.find((arn) => !answered.has(arn));
  if (silent !== undefined) throw new Incomplete(`${silent} was requested, but is neither described nor missing`);
  return missing;
}

/** A listed item that is MISSING was deleted in between, or AWS contradicts itself. A name that does not resolve proves
 *  nothing by itself, so a second listing tells.
 *  @throws Incomplete with an item that is still listed */
export async function assertUnlisted(missing: readonly string[], list: () => AsyncIterable<string>): Promise<void> {
  if (missing.length === 0) return;
  const listed = new Set(await Array.fromAsync(list()));
  const still = missing.find((arn) => listed.has(arn));
  if (still !== undefined) throw new Incomplete(`${still} is listed, but AWS says that it does not exist`);
}
