// Reads the published versions of a state machine. Each can be started by its own ARN or by an alias. Aliases lead only
// to versions, so they need not be read.
import type { DescribeStateMachineOutput, StateMachineVersionListItem } from '@aws-sdk/client-sfn';
import { kindOf } from '../../aws/errors.ts';
import { MemberFailed } from '../../aws/tally.ts';
import type { Finding } from '../../domain/evidence.ts';
import { unparsedReferences } from '../common/unparsed-references.ts';
import { Incomplete } from '../common/incomplete.ts';
import { describeMachine, listVersions, type SfnContext, stampOf } from './calls.ts';
import { definitionReferences } from './language.ts';

const source = 'state-machines';

/** Listing versions is the slowest call here (one a second), so it is skipped where it can show nothing new: a
 *  version is published from the machine's current revision, and so has the definition that was just read. Only a
 *  machine whose older versions contain references is listed again, since one may have been deleted.
 *  https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
 *  @returns the ARNs of the listed versions, and all their references */
export async function readVersions(
  reading: SfnContext,
  machine: DescribeStateMachineOutput,
  arn: string,
): Promise<{ published: ReadonlySet<string>; findings: readonly Finding[] }> {
  const { aws, memory, leftOut } = reading.context;
  const key = `${source} ${arn} versions ${stampOf(machine)}`;
  const published = new Set<string>();
  if (memory.recall(key, 'never')?.length === 0) return { published, findings: [] };
  const readAt = aws.asOf();
  const findings: Finding[] = [];
  const missed = new Set<number>();
  let isWhole = true;
  for await (const version of listVersions(reading, arn)) {
    const { stateMachineVersionArn: versionArn } = version;
    if (versionArn === undefined) throw new Incomplete('the list has a version without ARN');
    if (published.has(versionArn)) continue;
    published.add(versionArn);
    if (leftOut(versionArn)) isWhole = false;
    else {
      const read = await readVersion(reading, version, versionArn, arn);
      findings.push(...read.findings);
      for (const digest of read.missed) missed.add(digest);
    }
  }
  // A version that the settings leave out tonight may be read tomorrow.
  if (isWhole) memory.remember(key, 'never', readAt, findings, missed);
  return { published, findings };
}

/** A version never changes. Its number may be used again by a new machine of the same name. */
async function readVersion(
  reading: SfnContext,
  { creationDate }: StateMachineVersionListItem,
  versionArn: string,
  machineArn: string,
): Promise<{ readonly findings: readonly Finding[]; readonly missed: Iterable<number> }> {
  const { tally, context } = reading;
  const { aws, memory, target } = context;
  if (creationDate === undefined) throw new Incomplete(`${versionArn} has no creation date`);
  const key = `${source} ${versionArn} ${creationDate.getTime()}`;
  const known = memory.recall(key, 'never');
  if (known !== undefined) return { findings: known, missed: memory.missed(key) };
  const readAt = aws.asOf();
  const via = [`version ${versionArn.slice(machineArn.length + 1)}`];
  try {
    const { result, mentioned, missed } = await tally.about(versionArn, async () => {
      const { definition } = await describeMachine(reading, versionArn);
      return definitionReferences({ definition, referrer: machineArn, via }, target);
    });
    const found = [...result, ...unparsedReferences(mentioned, result, { source, referrer: machineArn })];
    memory.remember(key, 'never', readAt, found, missed);
    return { findings: found, missed };
  } catch (error) {
    if (!(error instanceof MemberFailed) || kindOf(error.cause) !== 'gone') throw error;
    // Deleted since it was listed, if the list has lost it as well.
    for await (const { stateMachineVersionArn } of listVersions(reading, machineArn))
      if (stateMachineVersionArn === versionArn)
        throw new Incomplete(`${versionArn} is listed, but AWS says that it does not exist`, { cause: error });
    return { findings: [], missed: [] };
  }
}
