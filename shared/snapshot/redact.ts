// What of an AWS answer may leave the account: names, ARNs, states, numbers and times. Every other text is replaced, known
// to be secret or not, because a list of what is secret is never complete.

const REPLACED = 'redacted';

/** A task definition's ARN stays wherever it stands: it is what everything here is about, also as the value of a container's
 *  environment that a task hands on. */
const TASK_DEFINITION_ARN = /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/[\w:-]+$/;

/** Members whose texts are names or states. A member that ends in Arn or Arns holds what it says. */
const kept = words(`
  name family image cpu memory networkMode compatibilities requiresCompatibilities registeredBy createdBy
  serviceName clusterName cluster service group startedBy id taskDefinition status lastStatus desiredStatus
  rolloutState stabilityStatus type launchType schedulingStrategy strategy lifecycleStage resourceManagementType
  stopCode capacityProvider capacityProviderName capacityProviders platformVersion platformFamily`);

/** Whatever is inside these is somebody's business, names and ARNs too: of secrets only the variables' names stay. */
const closed = words('valueFrom credentialsParameter credentialSpecs value options');

export function redacted<Value>(value: Value): Value;
export function redacted(value: unknown): unknown {
  return walk(value, '', false);
}

function walk(value: unknown, member: string, isClosed: boolean): unknown {
  if (typeof value === 'string') {
    if (TASK_DEFINITION_ARN.test(value)) return value;
    return !isClosed && (kept.has(member) || /Arns?$/.test(member)) ? value : REPLACED;
  }
  if (Array.isArray(value)) return value.map((item) => walk(item, member, isClosed));
  // Times are objects of their own kind, and say nothing that is secret.
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, walk(inner, name, isClosed || closed.has(name))]),
  );
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
