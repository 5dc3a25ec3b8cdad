// Holds a batch description against what was asked for: everything must come back, either described or as MISSING.
import type { Failure } from '@aws-sdk/client-ecs';
import { Incomplete } from '../part.ts';

/** MISSING after our own listing means that it has gone since, which is no fault; every other reason, and silence, is.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 *  @throws Incomplete naming the first member that was not accounted for */
export function demandAll(
  asked: readonly string[],
  described: readonly (string | undefined)[],
  failures: readonly Failure[],
): void {
  const answered = new Set(described);
  for (const { arn, reason, detail } of failures) {
    if (reason !== 'MISSING')
      throw new Incomplete(
        `${arn ?? 'a member'}: ${reason ?? 'no reason'}${detail === undefined ? '' : ` (${detail})`}`,
      );
    answered.add(arn);
  }
  const silent = asked.find((arn) => !answered.has(arn));
  if (silent !== undefined) throw new Incomplete(`${silent} was asked for and neither described nor missing`);
}
