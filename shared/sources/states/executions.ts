// Reads the definitions of running executions. Each keeps the definition that it began with, so a machine that was
// updated this morning may start yesterday's revision for up to a year.
import { DAY_MS } from '../../domain/time.ts';
import type { DescribeStateMachineOutput, ExecutionListItem } from '@aws-sdk/client-sfn';
import { kindOf } from '../../aws/errors.ts';
import type { Finding, UnresolvedReference } from '../../domain/evidence.ts';
import { anyReference } from '../../domain/pattern.ts';
import { Incomplete } from '../common/incomplete.ts';
import { describeMachine, listRunning, type SfnContext, importSfn, stampOf } from './calls.ts';
import { definitionReferences } from './language.ts';

/** Enough for a daily deployment whose executions run for a month. More are unresolved: the bucket for these calls
 *  holds 200 and regains one a second.
 *  https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_DEFINITIONS = 30;
/** Fifty pages, half of the bucket in smaller Regions: one machine must not use up what all others need. */
const MOST_EXECUTIONS = 50_000;
/** An update takes "a few seconds" to spread: an execution that began just after it may have the definition before.
 *  https://docs.aws.amazon.com/step-functions/latest/dg/concepts-read-consistency.html */
const SETTLING_MS = 60_000;
/** A failed execution can be redriven for fourteen days with its definition; one more day, since clocks differ.
 *  https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
const REDRIVABLE_MS = 15 * DAY_MS;

interface Machine {
  readonly arn: string;
  /** The listed versions, whose definitions are known. */
  readonly published: ReadonlySet<string>;
  readonly definition?: string | undefined;
}

/** Makes no call where all definitions that can run are read already: an express machine ends within five minutes
 *  and lists nothing, and a machine that never changed (its first revision has no id) has one definition. A machine
 *  without older executions for the whole redrive period is not read again either. */
export async function readRunningDefinitions(
  reading: SfnContext,
  machine: DescribeStateMachineOutput,
  known: Machine,
): Promise<readonly Finding[]> {
  if (machine.type === 'EXPRESS') return [];
  if (machine.type !== 'STANDARD')
    throw new Incomplete(`its type is ${String(machine.type)}, which this version does not know`);
  if (machine.revisionId === undefined) return [];
  const { aws, memory } = reading.context;
  const key = (parsed: string) => `state-machines ${known.arn} ${parsed} ${stampOf(machine)}`;
  if (memory.recall(key('settled'), 'never') !== undefined) return [];
  const now = aws.asOf();
  const since = memory.recall(key('seen'), 'never') && memory.readAt(key('seen'));
  if (since === undefined) memory.remember(key('seen'), 'never', now, []);
  const found = await olderDefinitions(reading, { ...known, definition: machine.definition });
  // A running execution may fail tomorrow, and can be redriven for as long again.
  if (found.isAny) memory.remember(key('seen'), 'never', now, []);
  else if (since !== undefined && now - since > REDRIVABLE_MS) memory.remember(key('settled'), 'never', now, []);
  return found.findings;
}

/** @returns `isAny`: an execution may run with an earlier definition, whether or not that contains references */
async function olderDefinitions(
  reading: SfnContext,
  machine: Machine,
): Promise<{ findings: readonly Finding[]; isAny: boolean }> {
  const { arn, published } = machine;
  const running = new Map<string, Running>();
  for await (const execution of listRunning(reading, arn)) {
    const one = runningOf(execution);
    running.set(one.arn, one);
    if (running.size > MOST_EXECUTIONS)
      return { findings: [unreadExecutions(arn, `has more than ${MOST_EXECUTIONS} running executions`)], isAny: true };
  }
  const found: Finding[] = [];
  let isAny = false;
  let described = 0;
  let knownFrom = Infinity;
  for (const one of await executionsToRead(reading, [...running.values()], published)) {
    if (one.version === undefined && one.startedAt >= knownFrom) continue;
    if (++described > MOST_DEFINITIONS) {
      found.push(unreadExecutions(arn, `runs more than ${MOST_DEFINITIONS} definitions at once`));
      isAny = true;
      break;
    }
    const { findings, isOlder, updatedAt = Infinity } = await readDefinition(reading, one, machine);
    found.push(...findings);
    isAny ||= isOlder;
    // Executions that began between this definition and this execution have the same definition: one call for each
    // definition in use, not for each execution. (If AWS returned the machine's last change here, this would skip
    // nothing.)
    if (one.version === undefined) knownFrom = updatedAt + SETTLING_MS;
  }
  return { findings: found, isAny };
}

type Running = ReturnType<typeof runningOf>;

function runningOf({ executionArn, name, startDate, stateMachineVersionArn }: ExecutionListItem) {
  if (executionArn === undefined || startDate === undefined)
    throw new Incomplete('the list has an execution without ARN or date');
  return {
    arn: executionArn,
    name: name ?? executionArn,
    startedAt: startDate.getTime(),
    /** The version that started it, perhaps through an alias. */
    version: stateMachineVersionArn,
  };
}

/** The newest first, and one for each deleted version, whose executions continue. An unlisted version still exists
 *  if it can be described, which is the cheaper call by far (20 a second against one). */
async function executionsToRead(
  reading: SfnContext,
  running: readonly Running[],
  published: ReadonlySet<string>,
): Promise<Running[]> {
  const wanted = running.filter(({ version }) => version === undefined);
  const byVersion = new Map(running.map((one) => [one.version, one]));
  for (const [version, one] of byVersion)
    if (version !== undefined && !published.has(version) && !(await exists(reading, version))) wanted.push(one);
  return wanted.toSorted((a, b) => b.startedAt - a.startedAt);
}

async function exists(reading: SfnContext, versionArn: string): Promise<boolean> {
  try {
    await describeMachine(reading, versionArn);
    return true;
  } catch (error) {
    if (kindOf(error) === 'gone') return false;
    throw error;
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html */
async function readDefinition(
  reading: SfnContext,
  { arn: executionArn, name, startedAt }: Running,
  { arn: machineArn, definition: current }: Machine,
): Promise<{ findings: readonly Finding[]; isOlder: boolean; updatedAt?: number | undefined }> {
  const { DescribeStateMachineForExecutionCommand } = await importSfn();
  try {
    const { definition, updateDate } = await reading.client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    const via = [`execution ${name} of ${new Date(startedAt).toISOString().slice(0, 10)}`];
    const updatedAt = updateDate?.getTime();
    if (definition !== undefined && definition === current) return { findings: [], isOlder: false, updatedAt };
    const findings = definitionReferences({ definition, referrer: machineArn, via }, reading.context.target);
    return { findings, isOlder: true, updatedAt };
  } catch (error) {
    if (kindOf(error) !== 'gone') throw error;
    for await (const listed of listRunning(reading, machineArn))
      if (listed.executionArn === executionArn)
        throw new Incomplete(`${executionArn} is listed, but AWS says that it does not exist`, { cause: error });
    return { findings: [], isOlder: false };
  }
}

function unreadExecutions(referrer: string, reason: string): UnresolvedReference {
  return {
    kind: 'unresolved',
    source: 'state-machines',
    referrer,
    description: `${reason}, and which of them began with an earlier definition was not read to the end`,
    resolvesTo: anyReference,
  };
}
