// Finds the references of a stack: in its brief, its resources and, unless it is at rest, its recent events. Pure, and
// apart from the calls, because a revision that is overlooked here is deregistered.
import type { Stack, StackEvent, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Reference } from '../domain/evidence.ts';
import { parseReferenceTarget, type Target } from '../domain/revision.ts';
import { keyByWord } from '../domain/objects.ts';
import { meaningOf } from './common/documented.ts';
import { referencesInJson } from './common/references-in-json.ts';
import { Incomplete } from './common/incomplete.ts';

/** All statuses that CloudFormation documents. Another status may mean anything, so it holds the run.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html */
const statuses = keyByWord({
  'at rest': 'CREATE_COMPLETE UPDATE_COMPLETE UPDATE_ROLLBACK_COMPLETE ROLLBACK_COMPLETE',
  // AWS does not document whether an import changes LastUpdatedTime, so the stack is read every time.
  imported: 'IMPORT_COMPLETE IMPORT_ROLLBACK_COMPLETE',
  unsettled: `
    CREATE_IN_PROGRESS CREATE_FAILED DELETE_FAILED DELETE_IN_PROGRESS IMPORT_IN_PROGRESS IMPORT_ROLLBACK_FAILED
    IMPORT_ROLLBACK_IN_PROGRESS ROLLBACK_FAILED ROLLBACK_IN_PROGRESS UPDATE_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_FAILED
    UPDATE_IN_PROGRESS UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS UPDATE_ROLLBACK_FAILED UPDATE_ROLLBACK_IN_PROGRESS`,
  // A change set that was never executed, and deleted stacks.
  empty: 'REVIEW_IN_PROGRESS DELETE_COMPLETE',
});

/** @throws Incomplete on an unknown status */
export function conditionOf({ StackStatus, StackName = 'a stack' }: Stack) {
  return meaningOf(statuses, StackStatus, `${StackName}: StackStatus`);
}

/** When it last changed, in milliseconds since the epoch; undefined where that is unknown. LastUpdatedTime is the
 *  start of an update: during the update the resources change under the same date. */
export function changedAt({ StackStatus, CreationTime, LastUpdatedTime }: Stack): number | undefined {
  if (statuses.get(StackStatus ?? '') !== 'at rest') return undefined;
  // "Only returned if the stack has been updated at least once": an updated stack without a date is read again.
  const isUpdated = StackStatus?.startsWith('UPDATE') === true;
  return (LastUpdatedTime ?? (isUpdated ? undefined : CreationTime))?.getTime();
}

const taskDefinition = 'AWS::ECS::TaskDefinition';

/** A physical id is the revision's ARN once the revision exists. */
const beforeThereIsOne = /^(CREATE_IN_PROGRESS|CREATE_FAILED|DELETE_IN_PROGRESS|DELETE_FAILED|DELETE_SKIPPED)$/;

/** Until 12 January 2023 the ECS console created a stack for each task definition.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
const CONSOLE_STACK = /:stack\/ECS-Console-V2-TaskDefinition-/;

/** @throws Incomplete where an existing task definition has no ARN that can be parsed */
export function resourceReferences(
  referrer: string,
  resources: readonly StackResourceSummary[],
  target: Target,
): Reference[] {
  const isConsoleStack = CONSOLE_STACK.test(referrer) && resources.length === 1;
  const flags = isConsoleStack ? { isConsoleStack } : {};
  return resources.flatMap((resource): Reference[] => {
    const { ResourceType, ResourceStatus, PhysicalResourceId = '', LogicalResourceId = 'a resource' } = resource;
    if (ResourceType !== taskDefinition || ResourceStatus === 'DELETE_COMPLETE') return [];
    if (PhysicalResourceId === '' && beforeThereIsOne.test(ResourceStatus ?? '')) return [];
    const parsed = parseReferenceTarget(PhysicalResourceId, target);
    if (parsed.kind !== 'revision')
      throw new Incomplete(
        `${LogicalResourceId} is "${PhysicalResourceId}" (${ResourceStatus ?? 'no status'}), which is no revision of this account`,
      );
    const via = [`resource ${LogicalResourceId}`];
    return [{ kind: 'reference', source: 'stacks', referrer, relation: 'holds', target: parsed, via, ...flags }];
  });
}

/** Whether an update of the stack can start another revision. */
export function concernsEcs(resources: readonly StackResourceSummary[], references: readonly Reference[]): boolean {
  const used = /^AWS::ECS::(TaskDefinition|Service|TaskSet)$/;
  // An unknown type may belong to ECS as well: the ARN of its resource tells.
  return (
    references.length > 0 ||
    resources.some(
      ({ ResourceType = '', PhysicalResourceId = '' }) =>
        used.test(ResourceType) || /^arn:[^:]*:ecs:/.test(PhysicalResourceId),
    )
  );
}

/** AWS's clock differs from the local one. */
const SKEW_MS = 60_000;

/** Whether an update has begun since the stack was listed as at rest. Its resources may then show only new
 *  revisions, and its events what a rollback would return to. */
export function isChangedSince(listedAt: number, resources: readonly StackResourceSummary[]): boolean {
  return resources.some(
    ({ LastUpdatedTimestamp }) => (LastUpdatedTimestamp?.getTime() ?? Infinity) >= listedAt - SKEW_MS,
  );
}

/** A revision that CI registers reaches a stack as a parameter, and the next update passes it to the service again.
 *  A short name counts only where the parameter mentions a task definition (`WebTaskDef`): an image and its tag look
 *  the same. */
export function parameterReferences(
  referrer: string,
  { Parameters = [], Outputs = [] }: Pick<Stack, 'Parameters' | 'Outputs'>,
  target: Target,
): Reference[] {
  const parameters = Parameters.flatMap(({ ParameterKey = '', ParameterValue, ResolvedValue }) => {
    const isRevision = [ParameterValue, ResolvedValue].some(
      (text = '') => parseReferenceTarget(text, target).kind === 'revision',
    );
    const key = isRevision && /task[-_]?def/i.test(ParameterKey) ? 'TaskDefinition' : ParameterKey;
    return textReferences(
      referrer,
      [{ [key]: ParameterValue }, { [key]: ResolvedValue }],
      [`parameter ${ParameterKey}`],
      target,
    );
  });
  const outputs = Outputs.flatMap(({ OutputKey = '', OutputValue }) =>
    textReferences(referrer, { [OutputKey]: OutputValue }, [`output ${OutputKey}`], target),
  );
  return [...parameters, ...outputs];
}

/** An event shows the physical id before and after a replacement, and a service's properties. */
export function eventReferences(referrer: string, events: readonly StackEvent[], target: Target): Reference[] {
  return events.flatMap(
    ({ ResourceType, PhysicalResourceId, LogicalResourceId = 'a resource', ResourceProperties }) => {
      const physical = ResourceType === taskDefinition ? PhysicalResourceId : undefined;
      return textReferences(referrer, [physical, ResourceProperties], [`event of ${LogicalResourceId}`], target);
    },
  );
}

/** Whether this event ended an operation: a rollback returns to the stack's state at that time.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html */
export function endsAtRest({ PhysicalResourceId, ResourceStatus }: StackEvent, stackId: string): boolean {
  return PhysicalResourceId === stackId && ResourceStatus?.endsWith('_COMPLETE') === true;
}

/** These texts are already computed, so an unresolved reference is none. */
export function textReferences(referrer: string, value: unknown, via: readonly string[], target: Target): Reference[] {
  return referencesInJson(value, target).flatMap((one): Reference[] =>
    one.kind === 'resolved'
      ? [{ kind: 'reference', source: 'stacks', referrer, relation: 'holds', target: one.target, via }]
      : [],
  );
}
