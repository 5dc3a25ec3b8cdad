// What a stack holds, read from its brief, its resources and, where it is not at rest, its recent events. Pure, and apart
// from the calls, because what is overlooked here goes.
import type { Stack, StackEvent, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Reference } from '../domain/evidence.ts';
import { nameOf, parseReferenceTarget, type Target } from '../domain/revision.ts';
import { referencesInJson } from './common/references-in-json.ts';
import { Incomplete } from './common/incomplete.ts';

/** All that CloudFormation documents today. One that is not here may mean anything, so it holds the run.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html */
const statuses: ReadonlyMap<string | undefined, 'at rest' | 'imported' | 'unsettled' | 'empty'> = new Map([
  ['CREATE_COMPLETE', 'at rest'],
  ['UPDATE_COMPLETE', 'at rest'],
  ['UPDATE_ROLLBACK_COMPLETE', 'at rest'],
  ['ROLLBACK_COMPLETE', 'at rest'],
  // Whether an import changes LastUpdatedTime is not documented: such a stack is read every time.
  ['IMPORT_COMPLETE', 'imported'],
  ['IMPORT_ROLLBACK_COMPLETE', 'imported'],
  ['CREATE_IN_PROGRESS', 'unsettled'],
  ['CREATE_FAILED', 'unsettled'],
  ['DELETE_FAILED', 'unsettled'],
  ['DELETE_IN_PROGRESS', 'unsettled'],
  ['IMPORT_IN_PROGRESS', 'unsettled'],
  ['IMPORT_ROLLBACK_FAILED', 'unsettled'],
  ['IMPORT_ROLLBACK_IN_PROGRESS', 'unsettled'],
  ['ROLLBACK_FAILED', 'unsettled'],
  ['ROLLBACK_IN_PROGRESS', 'unsettled'],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'unsettled'],
  ['UPDATE_FAILED', 'unsettled'],
  ['UPDATE_IN_PROGRESS', 'unsettled'],
  ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'unsettled'],
  ['UPDATE_ROLLBACK_FAILED', 'unsettled'],
  ['UPDATE_ROLLBACK_IN_PROGRESS', 'unsettled'],
  // A change set that was never carried out, and what is no more.
  ['REVIEW_IN_PROGRESS', 'empty'],
  ['DELETE_COMPLETE', 'empty'],
]);

/** @throws Incomplete on a status that this version does not know */
export function conditionOf({ StackStatus, StackName }: Stack) {
  const condition = statuses.get(StackStatus);
  if (condition === undefined)
    throw new Incomplete(
      `${StackName ?? 'a stack'}: StackStatus is ${StackStatus ?? 'missing'}, which this version does not know`,
    );
  return condition;
}

/** When it last changed, in milliseconds since the epoch; nothing where that says too little. LastUpdatedTime is when an
 *  update began: while it goes on, the same date shows different resources. */
export function changedAt({ StackStatus, CreationTime, LastUpdatedTime }: Stack): number | undefined {
  if (statuses.get(StackStatus) !== 'at rest') return undefined;
  // "Only returned if the stack has been updated at least once": a stack that was, and does not say when, is read again.
  const isUpdated = StackStatus?.startsWith('UPDATE') === true;
  return (LastUpdatedTime ?? (isUpdated ? undefined : CreationTime))?.getTime();
}

const taskDefinition = 'AWS::ECS::TaskDefinition';

/** A physical id is the revision's ARN as soon as there is one. */
const beforeThereIsOne = new Set<string | undefined>([
  'CREATE_IN_PROGRESS',
  'CREATE_FAILED',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
  'DELETE_SKIPPED',
]);

/** Until 12 January 2023 the ECS console made a stack for each task definition that was created in it.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
const CONSOLE_STACK = /:stack\/ECS-Console-V2-TaskDefinition-/;

/** @throws Incomplete where a task definition that exists has no ARN that can be read */
export function heldIn(
  referrer: string,
  resources: readonly StackResourceSummary[],
  target: Target,
): Reference[] {
  const isConsoleStack = CONSOLE_STACK.test(referrer) && resources.length === 1;
  return resources.flatMap((resource): Reference[] => {
    const {
      ResourceType,
      ResourceStatus,
      PhysicalResourceId = '',
      LogicalResourceId = 'a resource',
    } = resource;
    if (ResourceType !== taskDefinition || ResourceStatus === 'DELETE_COMPLETE') return [];
    if (PhysicalResourceId === '' && beforeThereIsOne.has(ResourceStatus)) return [];
    const parsed = parseReferenceTarget(PhysicalResourceId, target);
    if (parsed.kind !== 'revision')
      throw new Incomplete(
        `${LogicalResourceId} is "${PhysicalResourceId}" (${ResourceStatus ?? 'no status'}), which is no revision of this account`,
      );
    return [
      {
        kind: 'reference',
        source: 'stacks',
        referrer,
        relation: 'holds',
        target: parsed,
        via: [`resource ${LogicalResourceId}`],
        ...(isConsoleStack ? { isConsoleStack } : {}),
      },
    ];
  });
}

/** Whether an update of it can put another revision to use. */
export function concernsEcs(
  resources: readonly StackResourceSummary[],
  references: readonly Reference[],
): boolean {
  const used = /^AWS::ECS::(TaskDefinition|Service|TaskSet)$/;
  // A type of tomorrow may be ECS's as well, which the ARN of what it made tells.
  return (
    references.length > 0 ||
    resources.some(
      ({ ResourceType = '', PhysicalResourceId = '' }) =>
        used.test(ResourceType) || /^arn:[^:]*:ecs:/.test(PhysicalResourceId),
    )
  );
}

/** AWS's clock is not ours. */
const SKEW_MS = 60_000;

/** Whether an update has begun since the stack was listed as at rest: the resources may then show what is new alone, and
 *  what a rollback would go back to stands in the events. */
export function isChangedSince(listedAt: number, resources: readonly StackResourceSummary[]): boolean {
  return resources.some(
    ({ LastUpdatedTimestamp }) => (LastUpdatedTimestamp?.getTime() ?? Infinity) >= listedAt - SKEW_MS,
  );
}

/** A revision that CI registers comes into a stack as a parameter, and the next update hands it to the service again. What
 *  looks like a revision's short name is one where the parameter speaks of a task definition (`WebTaskDef`): an image and
 *  its tag look the same. */
export function givenTo(
  referrer: string,
  { Parameters = [], Outputs = [] }: Pick<Stack, 'Parameters' | 'Outputs'>,
  target: Target,
): Reference[] {
  const parameters = Parameters.flatMap(({ ParameterKey = '', ParameterValue, ResolvedValue }) => {
    const isRevision = [ParameterValue, ResolvedValue].some(
      (text = '') => parseReferenceTarget(text, target).kind === 'revision',
    );
    const key = isRevision && /task[-_]?def/i.test(ParameterKey) ? 'TaskDefinition' : ParameterKey;
    return namedBy(
      referrer,
      [{ [key]: ParameterValue }, { [key]: ResolvedValue }],
      [`parameter ${ParameterKey}`],
      target,
    );
  });
  const outputs = Outputs.flatMap(({ OutputKey = '', OutputValue }) =>
    namedBy(referrer, { [OutputKey]: OutputValue }, [`output ${OutputKey}`], target),
  );
  return [...parameters, ...outputs];
}

/** An event shows the physical id before and after a replacement, and the properties that a service was given. */
export function namedInEvents(referrer: string, events: readonly StackEvent[], target: Target): Reference[] {
  return events.flatMap(
    ({ ResourceType, PhysicalResourceId, LogicalResourceId = 'a resource', ResourceProperties }) => {
      const physical = ResourceType === taskDefinition ? PhysicalResourceId : undefined;
      return namedBy(referrer, [physical, ResourceProperties], [`event of ${LogicalResourceId}`], target);
    },
  );
}

/** Whether this event ended an operation: a rollback goes back to where the stack was then, and to nothing before.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_RollbackStack.html */
export function endsAtRest({ PhysicalResourceId, ResourceStatus }: StackEvent, stackId: string): boolean {
  return PhysicalResourceId === stackId && ResourceStatus?.endsWith('_COMPLETE') === true;
}

/** Texts are not computed any more when they stand in here, so that what is no naming is none. */
export function namedBy(
  referrer: string,
  value: unknown,
  via: readonly string[],
  target: Target,
): Reference[] {
  return referencesInJson(value, target).flatMap((one): Reference[] =>
    one.kind === 'resolved'
      ? [{ kind: 'reference', source: 'stacks', referrer, relation: 'holds', target: one.target, via }]
      : [],
  );
}

/** The first way to each revision: a resource says more than an event, and an event more than an output. */
export function once(references: readonly Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter(({ target }) => {
    const name = target.kind === 'revision' ? nameOf(target) : target.family;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
