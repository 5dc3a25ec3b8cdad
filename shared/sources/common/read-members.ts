// Reads a source whose members are listed in brief and described one by one: schedules, pipes, state machines, stacks. Side
// by side, each once while it does not change, and with the same care for all: what is left out by its ARN is not asked
// for, what is gone is looked for in a second listing, and what time does not suffice for is a fault that says how much
// time it needs.
import { kindOf } from '../../aws/errors.ts';
import { MemberFailed, type Tally } from '../../aws/tally.ts';
import { momentOf, msSince } from '../../domain/clock.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { ChangedAt } from './memory.ts';
import { concurrently } from './concurrently.ts';
import { Incomplete, outOfTimeAfter } from './incomplete.ts';
import type { ReadContext } from './reader.ts';
import { unparsedReferences } from './unparsed-references.ts';

export interface Members<Brief> {
  readonly context: ReadContext;
  readonly tally: Tally;
  /** The source's name. */
  readonly source: string;
  /** All briefs, to the end of the listing. May be asked twice. */
  readonly list: () => AsyncIterable<Brief>;
  readonly arnOf: (brief: Brief) => string | undefined;
  /** Absent where the listing has no date: then it is read at every reading. */
  readonly changedAt?: (brief: Brief) => ChangedAt | undefined;
  /** All that one member names. */
  readonly read: (brief: Brief, arn: string) => Promise<readonly Finding[]>;
}

/** Yields once a member. Whatever a member's raw answers name counts as named by it, known field or not. */
export async function* readMembers<Brief>(members: Members<Brief>): AsyncGenerator<readonly Finding[]> {
  const { context } = members;
  const wanted = new Map<string, Brief>();
  for await (const brief of members.list()) {
    const arn = arnIn(members, brief);
    if (!context.leftOut(arn)) wanted.set(arn, brief); // once each: a page may come twice
  }
  const gone: string[] = [];
  const began = momentOf(context.clock);
  let done = 0;
  for await (const one of concurrently([...wanted], ([arn, brief]) => readMember(members, arn, brief))) {
    if (one.findings === 'gone') gone.push(one.arn);
    else yield one.findings;
    done++;
    if (context.outOfTime() && done < wanted.size)
      throw outOfTimeAfter(done, wanted.size, msSince(began, context.clock));
  }
  if (gone.length > 0) await assertUnlisted(members, gone);
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
      // The listing may hold more of a member than its description: parameters of a stack, say.
      tally.hear(brief);
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

/** A name that does not resolve proves nothing by itself: a member is gone when the listing has lost it as well.
 *  @throws Incomplete naming one that is still listed */
async function assertUnlisted<Brief>(members: Members<Brief>, gone: readonly string[]): Promise<void> {
  const listed = new Set<string>();
  for await (const brief of members.list()) listed.add(arnIn(members, brief));
  const still = gone.find((arn) => listed.has(arn));
  if (still !== undefined) throw new Incomplete(`${still} is listed, but AWS says that it does not exist`);
}
