// Finds the last known use of a revision, and who used it: in CloudTrail, in the history of deployments, and in what earlier
// runs saw in use.
import type { Evidence } from '../domain/evidence.ts';
import { nameOf, type Revision } from '../domain/revision.ts';

export interface LastUse {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** `RunTask`; absent where no call is known. */
  readonly call?: string;
  /** The caller, or the resource that used it, as an ARN where it has one. Absent where an earlier run saw it in use. */
  readonly by?: string;
}

export function findLastUse(revision: Revision, { usage, readings }: Evidence): LastUse | undefined {
  const { family, number } = revision;
  const call = usage?.lastCalls?.get(family)?.get(number);
  const seenAt = usage?.lastUsed.get(family)?.get(number);
  const uses: LastUse[] = [
    ...(call === undefined ? [] : [{ at: call.at, call: call.call, by: call.caller }]),
    ...readings
      .flatMap(({ findings }) => findings)
      .filter((finding) => finding.kind === 'used')
      .filter((one) => nameOf(one.revision) === nameOf(revision))
      .map(({ at, referrer }) => ({ at, by: referrer })),
    ...(seenAt === undefined ? [] : [{ at: seenAt }]),
  ];
  // A use whose caller is known comes first, since the same use is also among those that a run saw.
  return uses.reduce<LastUse | undefined>(
    (last, one) => (last === undefined || one.at > last.at ? one : last),
    undefined,
  );
}
