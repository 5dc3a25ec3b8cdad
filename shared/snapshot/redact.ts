// Decides what of an AWS answer may leave the account: names and ARNs of resources, states, AWS's own numbers, and
// times. Every other text is replaced, because a list of secrets is never complete; environments are replaced with
// their keys. References in a text stay (texts.ts).
import { words, keyByWord } from '../domain/objects.ts';
import type { Target } from '../domain/revision.ts';
import { isReferenceKey } from '../sources/common/references-in-json.ts';
import { parseAppSpec } from '../sources/appspec.ts';
import { redactedKeys, TASK_DEFINITION_ARN } from './grammar.ts';
import { redactedValue, REPLACED } from './texts.ts';

/** The same members, each of its type. */
export type Redact = <Value>(value: Value) => Value;

/** Members whose texts are names or states. A member that ends in Arn or Arns holds an ARN. */
const kept = words(`
  name family image cpu memory networkMode compatibilities requiresCompatibilities registeredBy createdBy
  serviceName clusterName cluster service id arn taskDefinition status lastStatus desiredStatus
  rolloutState stabilityStatus type launchType schedulingStrategy strategy lifecycleStage resourceManagementType
  stopCode capacityProvider capacityProviderName capacityProviders platformVersion platformFamily statusCode revisionId
  Name Id EventBusName State ScheduleExpression ScheduleExpressionTimezone GroupName Mode DesiredState CurrentState
  applicationName computePlatform deploymentGroupName deploymentId rollbackDeploymentId revisionType
  StackName StackId StackStatus EventId EventName EventSource ParameterKey OutputKey LogicalResourceId ResourceType
  ResourceStatus FunctionName Version Identifier ChangeSetId ChangeSetName ParentChangeSetId RootChangeSetId Status
  ExecutionStatus Action Replacement PolicyAction Type Attribute RequiresRecreation Evaluation ChangeSource
  AttributeChangeType`);

/** These hold an ARN or another text, such as an address. */
const perhapsArn = words('Target Source Enrichment PhysicalResourceId');
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:\d*:[^\s"'{}]+$/;

/** Everything inside these is private, names and ARNs too. Of secrets only the variables' names stay. */
const closed = words('valueFrom credentialsParameter credentialSpecs value Error');

/** Variables and files of an environment, under any key: only ARNs of task definitions stay. */
const ENVIRONMENT = /environment|^variables$/i;

/** AWS writes these; a caller may write any other text. */
const STARTED_BY = /^ecs-svc\/\d{1,40}$/;

/** Inside these the user chooses the keys, which say nothing about their values. */
const named = words(
  'dockerLabels labels driverOpts options HeaderParameters QueryStringParameters InputPathsMap tags Tags',
);

/** A stack's value belongs to the key beside it, which may say that it is a task definition. */
const keyBeside: ReadonlyMap<string, string> = keyByWord({
  ParameterKey: 'ParameterValue ResolvedValue',
  OutputKey: 'OutputValue',
  Name: 'BeforeValue AfterValue',
});

/** @param inexact called for each text whose references cannot be kept exactly */
export function redactorFor(target: Target, inexact: () => void): Redact {
  const text = (value: string, key: string, isMachine = false) =>
    redactedValue(value, key, { target, inexact, isMachine });

  /** As JSON. An AppSpec that cannot be parsed, or is no object, stays so. */
  function appSpec(content: string): string {
    const value = parseAppSpec(content);
    if (value === undefined) return `{${REPLACED}`;
    return typeof value === 'object' && value !== null
      ? JSON.stringify(redactedValue(value, '', { target, inexact }))
      : REPLACED;
  }

  function environment(value: unknown, member: string): unknown {
    if (typeof value === 'string') return TASK_DEFINITION_ARN.test(value) ? value : REPLACED;
    if (Array.isArray(value)) return value.map((item) => environment(item, member));
    if (typeof value !== 'object' || value === null) return typeof value === 'number' ? 0 : value;
    const names = Object.keys(value);
    const isOwn = (name: string) => /^(?:name|value|type|variables|error)$/i.test(name);
    const keys = redactedKeys(names, /^variables$/i.test(member) ? () => false : isOwn);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner], index) => [keys[index], environment(inner, name)]),
    );
  }

  function walk(value: unknown, member: string, isClosed: boolean): unknown {
    if (typeof value === 'string') {
      if (TASK_DEFINITION_ARN.test(value)) return value;
      if (isClosed) return REPLACED;
      if (kept.has(member) || (/Arns?$/.test(member) && ARN.test(value))) return value;
      if (member === 'startedBy' && STARTED_BY.test(value)) return value;
      if (isReferenceKey(member)) return text(value, member);
      return perhapsArn.has(member) && ARN.test(value) ? value : text(value, '', member === 'definition');
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, member, isClosed));
    // A time is an object, and is not secret.
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]: [string, unknown]) => {
        const key: unknown = Reflect.get(value, keyBeside.get(name) ?? '');
        if (typeof inner === 'string' && typeof key === 'string') return [name, text(inner, key)];
        if (typeof inner === 'string' && name === 'content') return [name, appSpec(inner)];
        if (ENVIRONMENT.test(name)) return [name, environment(inner, name)];
        const isMap = name === 'Parameters' && !Array.isArray(inner);
        if (named.has(name) || isMap) return [name, redactedValue(inner, '', { target, inexact })];
        return [name, walk(inner, name, isClosed || closed.has(name))];
      }),
    );
  }

  function redact<Value>(value: Value): Value;
  function redact(value: unknown): unknown {
    return walk(value, '', false);
  }
  return redact;
}
