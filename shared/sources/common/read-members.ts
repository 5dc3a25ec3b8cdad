// Reads a source whose members are listed briefly and described one by one, such as schedules and stacks. It skips
// members that the settings leave out or that have not changed, and looks for deleted ones in a second listing.
import { kindOf } from '../../aws/errors.ts';
import { MemberFailed, type Tally } from '../../aws/tally.ts';
import type { Finding } from '../../domain/evidence.ts';
import { assertUnlisted } from './assert-described.ts';
import type { ChangedAt } from './memory.ts';
import { concurrentlyInTime } from './concurrently.ts';
import { Incomplete } from './incomplete.ts';
import type { ReadContext } from './reader.ts';
import { unparsedReferences } from './unparsed-references.ts';

export interface Members<Brief> {
  readonly context: ReadContext;
  readonly tally: Tally;
  readonly source: string;
  /** Lists all briefs. It may be called twice. */
  readonly list: () => AsyncIterable<Brief>;
  readonly arnOf: (brief: Brief) => string | undefined;
  /** Absent where the listing has no date: the member is then read every time. */
  readonly changedAt?: (brief: Brief) => ChangedAt | undefined;
  readonly read: (brief: Brief, arn: string) => Promise<readonly Finding[]>;
}

/** Yields once for each member. Each revision in a member's raw answers counts as referenced by it, in known fields
 *  or not. */
export async function* readMembers<Brief>(members: Members<Brief>): AsyncGenerator<readonly Finding[]> {
  const { context } = members;
  const wanted = new Map<string, Brief>();
  for await (const brief of members.list()) {
    const arn = arnIn(members, brief);
    if (!context.leftOut(arn)) wanted.set(arn, brief); // once each: a page may come twice
  }
  const gone: string[] = [];
  const read = ([arn, brief]: readonly [string, Brief]) => readMember(members, arn, brief);
  for await (const one of concurrentlyInTime(context, [...wanted], read))
    if (one.findings === 'gone') gone.push(one.arn);
    else yield one.findings;
  await assertUnlisted(gone, async function* () {
    for await (const brief of members.list()) yield arnIn(members, brief);
  });
}

function arnIn<Brief>({ source, arnOf }: Members<Brief>, brief: Brief): string {
  const arn = arnOf(brief);
  if (arn === undefined) throw new Incomplete(`the listing of ${source} has a member without ARN`);
  return arn;
}

async function readMember<Brief>(
  { context, tally, source, changedAt, read }: Members<Brief>,
  arn: string,
  brief: Brief,
): Promise<{ arn: string; findings: readonly Finding[] | 'gone' }> {
  const { memory } = context;
  const key = `${source} ${arn}`;
  const changed = changedAt?.(brief);
  const known = memory.recall(key, changed);
  if (known !== undefined) return { arn, findings: known };
  const readAt = context.aws.asOf();
  try {
    const { result, mentioned, missed } = await tally.about(arn, () => {
      // The listing may contain more of a member than its description, such as a stack's parameters.
      tally.search(brief);
      return read(brief, arn);
    });
    const findings = [...result, ...unparsedReferences(mentioned, result, { source, referrer: arn })];
    memory.remember(key, changed, readAt, findings, missed);
    return { arn, findings };
  } catch (error) {
    if (error instanceof MemberFailed && kindOf(error.cause) === 'gone') return { arn, findings: 'gone' };
    throw error;
  }
}
