// Finds out which targets should report: the instances of a stack set, and those that the hub's stack lists.
import {
  CloudFormationClient,
  DescribeStackSetCommand,
  paginateListStackInstances,
} from '@aws-sdk/client-cloudformation';
import type { Aws } from '../aws/connect.ts';
import { describeError, kindOf, whereDenied } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import type { Problem } from '../domain/problem.ts';
import { byName } from '../domain/revision.ts';
import { clip } from '../report/text/wording.ts';
import { type Expected, type HubRecord, MOST_TARGETS } from './hub-record.ts';

export interface StackSet {
  readonly name: string;
  /** Whether this account is a delegated administrator of the organization. */
  readonly isDelegated: boolean;
}

export type Finding = Pick<HubRecord, 'expected' | 'problems'>;

/** The list of the stack's parameter: `123456789012/eu-west-1`, separated by commas or white space. */
export function parseTargets(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => /^\d{12}\/[a-z0-9-]{1,40}$/.test(name)))].sort(byName);
}

/** As `Expected` names it. */
export function nameOfStackSet({ name }: StackSet): string {
  return `stack set ${name}`;
}

/** The record of a hub holds one for each stack. */
const LONGEST_REASON = 300;

/** A stack set that cannot be read is a problem of the digest, which goes out all the same. */
export async function findExpected(aws: Aws, stackSet: StackSet | undefined): Promise<Finding> {
  if (stackSet === undefined) return { expected: undefined, problems: [] };
  try {
    return { expected: await readStackSet(aws, stackSet), problems: [] };
  } catch (error) {
    return { expected: undefined, problems: [problemOf(error, stackSet)] };
  }
}

/** With another status, a stack differs from its stack set. It may lack the pause, or not exist.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceComprehensiveStatus.html */
const WORKS: ReadonlySet<string> = new Set(['SUCCEEDED', 'PENDING', 'RUNNING']);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackInstances.html */
async function readStackSet(aws: Aws, stackSet: StackSet): Promise<Expected> {
  const { name, isDelegated } = stackSet;
  const client = aws.unsearchedClient(new Tally(), (settings) => new CloudFormationClient(settings));
  const input = { StackSetName: name, CallAs: isDelegated ? ('DELEGATED_ADMIN' as const) : ('SELF' as const) };
  const { StackSet: described } = await client.send(new DescribeStackSetCommand(input));
  const paused = described?.Parameters?.some(
    ({ ParameterKey, ParameterValue }) => ParameterKey === 'Paused' && ParameterValue === 'true',
  );
  const targets = new Set<string>();
  const broken: { target: string; reason: string }[] = [];
  for await (const { Summaries = [] } of paginateListStackInstances({ client }, input))
    for (const { Account, Region, StackInstanceStatus, StatusReason } of Summaries) {
      if (Account === undefined || Region === undefined)
        throw new Error('AWS lists a stack of it without its account or Region');
      const target = `${Account}/${Region}`;
      if (targets.has(target)) continue;
      if (targets.size >= MOST_TARGETS) throw new Error(`it has more than ${MOST_TARGETS} stacks`);
      targets.add(target);
      const status = StackInstanceStatus?.DetailedStatus;
      if (status !== undefined && !WORKS.has(status))
        broken.push({ target, reason: clip(StatusReason ?? `its status is ${status}`, LONGEST_REASON) });
    }
  return { from: nameOfStackSet(stackSet), targets: [...targets].sort(byName), paused: paused ?? false, broken };
}

function problemOf(error: unknown, { name, isDelegated }: StackSet): Problem {
  const operation = `reading the stacks of the stack set ${name}`;
  if (error instanceof Error && error.name === 'StackSetNotFoundException')
    return {
      operation,
      reason: `there is none of this name for ${isDelegated ? 'a delegated administrator' : 'this account'} in this Region`,
      remedy:
        'Correct StackSetName and StackSetCallAs of the stack of the hub. Until then, the stacks of an earlier digest are expected, or each target that has reported before.',
    };
  return { operation, reason: describeError(error), remedy: remedyFor(error) };
}

/** CloudFormation answers a ValidationError to an account that is no delegated administrator.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html */
function remedyFor(error: unknown): string {
  const where = whereDenied(error);
  const kind = kindOf(error);
  if (kind === 'denied')
    return `Allow cloudformation:DescribeStackSet and cloudformation:ListStackInstances on it in ${where}.`;
  if (kind === 'refused')
    return `Check StackSetName and StackSetCallAs of the stack of the hub. A delegated administrator must be registered in the management account, and needs organizations:ListDelegatedAdministrators in ${where}.`;
  return 'The next digest tries again.';
}
