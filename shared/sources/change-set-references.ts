// Finds the revisions in a CloudFormation change set that waits to be executed. Pure, and apart from the calls, because
// a revision that is overlooked here is deregistered.
import type { ChangeSetSummary, DescribeChangeSetOutput, ResourceChange } from '@aws-sdk/client-cloudformation';
import type { Reference } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { keyByWord } from '../domain/objects.ts';
import { isReferenceKey } from './common/references-in-json.ts';
import { Incomplete } from './common/incomplete.ts';
import { parameterReferences, textReferences } from './stack-references.ts';

/** All statuses that CloudFormation documents, and whether a change set in each can still be executed. Another value
 *  may mean anything, so it holds the run. An UNAVAILABLE change set is still being made, or is part of another one.
 *  https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ChangeSetSummary.html */
const executions = keyByWord({
  waits: 'AVAILABLE UNAVAILABLE EXECUTE_IN_PROGRESS',
  over: 'EXECUTE_COMPLETE EXECUTE_FAILED OBSOLETE',
});
const statuses = keyByWord({
  exists: 'CREATE_PENDING CREATE_IN_PROGRESS CREATE_COMPLETE DELETE_PENDING DELETE_IN_PROGRESS DELETE_FAILED',
  over: 'FAILED DELETE_COMPLETE',
});

/** @throws Incomplete on a status that this version does not know */
export function isWaiting({ ChangeSetName, ExecutionStatus, Status }: ChangeSetSummary): boolean {
  const [execution, status] = [executions.get(ExecutionStatus ?? ''), statuses.get(Status ?? '')];
  if (execution === undefined || status === undefined)
    throw new Incomplete(
      `change set ${ChangeSetName ?? ''}: its status is ${Status ?? 'missing'} and ${ExecutionStatus ?? 'missing'}, which this version does not know`,
    );
  return execution === 'waits' && status === 'exists';
}

/** When it reached its final content, in milliseconds since the epoch; undefined while it is being made. */
export function madeAt({ ExecutionStatus, Status, CreationTime }: ChangeSetSummary): number | undefined {
  return ExecutionStatus === 'AVAILABLE' && Status === 'CREATE_COMPLETE' ? CreationTime?.getTime() : undefined;
}

/** @param described one page of it */
export function changeSetReferences(described: DescribeChangeSetOutput, referrer: string, target: Target): Reference[] {
  const { Parameters = [], Changes = [] } = described;
  const via = viaOf(described);
  const changes = Changes.flatMap(({ ResourceChange }) =>
    ResourceChange === undefined ? [] : textReferences(referrer, textsOf(ResourceChange), via, target),
  );
  return [...parameterReferences(referrer, { Parameters }, target).map((one) => ({ ...one, via })), ...changes];
}

/** The contexts are JSON. A value belongs to the property beside it. */
function textsOf({ PhysicalResourceId, ResourceType, Details = [], ...change }: ResourceChange): unknown[] {
  const { BeforeContext, AfterContext, PreviousDeploymentContext } = change;
  const values = Details.map(({ Target: { Name = '', BeforeValue, AfterValue } = {} }) => ({
    before: { [Name]: BeforeValue },
    after: { [Name]: AfterValue },
  }));
  const physical = ResourceType === 'AWS::ECS::TaskDefinition' ? PhysicalResourceId : undefined;
  return [physical, BeforeContext, AfterContext, PreviousDeploymentContext, values];
}

/** Whether its changes do not show the resulting properties: CloudFormation did not always record them. */
export function isTerse({ Changes = [] }: DescribeChangeSetOutput): boolean {
  return Changes.some(
    ({ ResourceChange: { Action, ResourceType, AfterContext } = {} }) =>
      Action !== 'Remove' && ResourceType !== 'AWS::CloudFormation::Stack' && AfterContext === undefined,
  );
}

/** Only revisions: a resource name in a template looks like a family. */
export function templateReferences(
  template: string,
  described: DescribeChangeSetOutput,
  referrer: string,
  target: Target,
): Reference[] {
  const named = textReferences(referrer, quoteShortNames(template), viaOf(described), target);
  return named.filter(({ target }) => target.kind === 'revision');
}

/** YAML needs no quotes around `TaskDefinition: web:42`. With quotes, the text is parsed like any other. */
export function quoteShortNames(template: string): string {
  return template.replaceAll(
    /^([ \t-]*)([\w.]+)([ \t]*:[ \t]+)([A-Za-z0-9_-]+:[1-9]\d*)[ \t]*$/gm,
    (line, indent: string, key: string, colon: string, value: string) =>
      isReferenceKey(key) ? `${indent}${key}${colon}"${value}"` : line,
  );
}

/** The change sets of nested stacks, which belong to it. */
export function nestedChangeSets({ Changes = [] }: DescribeChangeSetOutput): string[] {
  return Changes.flatMap(({ ResourceChange }) => ResourceChange?.ChangeSetId ?? []);
}

function viaOf({ ChangeSetName }: DescribeChangeSetOutput): string[] {
  return [`change set ${ChangeSetName ?? ''}`];
}
