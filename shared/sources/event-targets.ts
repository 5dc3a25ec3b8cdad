// What EventBridge's targets name, for rules, schedules and pipes alike. The parameters of an ECS target say which task
// definition is started, so that whatever stands there counts, and what cannot be understood is unknown. Anything else
// that a target is sent is merely searched: most of it is an event's text on its way to a person, in which a key called
// `taskDefinition` promises nothing.
import type { Finding, Reference } from '../domain/evidence.ts';
import { anyReference } from '../domain/pattern.ts';
import type { Target } from '../domain/revision.ts';
import { type JsonReference, referencesInJson } from './common/references-in-json.ts';

/** Who names it, and all that is known of when it does. */
export type Origin = Pick<Reference, 'source' | 'referrer' | 'via' | 'paused' | 'schedule'>;

/** An ECS cluster, in which a target starts tasks. */
export function isCluster(arn: string | undefined): boolean {
  return arn !== undefined && /^arn:[^:]+:ecs:[^:]*:[^:]*:cluster\//.test(arn);
}

/** Of the parameters with which ECS is called. */
export function referencesInCall(
  parameters: unknown,
  use: Reference['relation'],
  origin: Origin,
  target: Target,
): Finding[] {
  return referencesInJson(parameters, target).map((named) => findingOf(named, origin, use));
}

/** Of a target that is an ECS cluster. AWS lets none be without a task definition, so that one without has it in a member
 *  that this version does not know. */
export function startedReferences(
  parameters: { readonly TaskDefinitionArn?: string | undefined } | undefined,
  origin: Origin,
  target: Target,
): Finding[] {
  return parameters?.TaskDefinitionArn === undefined
    ? [unresolvedOrigin(origin, 'starts tasks in a cluster and does not say of which task definition')]
    : referencesInCall(parameters, 'starts', origin, target);
}

/** Of whatever else goes to a target: revisions, and what is to become a task definition's ARN. A family alone is no naming
 *  there, since any word could be one; a family's newest revision stays anyway. */
export function mentionedReferences(sent: unknown, origin: Origin, target: Target): Finding[] {
  return referencesInJson(sent, target)
    .filter((named) => (named.kind === 'resolved' ? named.target.kind === 'revision' : named.isArn))
    .map((named) => findingOf(named, origin, 'mentions'));
}

export function unresolvedOrigin({ source, referrer }: Origin, says: string): Finding {
  return { kind: 'unresolved', source, referrer, description: says, resolvesTo: anyReference };
}

function findingOf(named: JsonReference, origin: Origin, use: Reference['relation']): Finding {
  const { source, referrer } = origin;
  return named.kind === 'unresolved'
    ? { kind: 'unresolved', source, referrer, description: named.description, resolvesTo: named.resolvesTo }
    : { kind: 'reference', ...origin, relation: use, target: named.target };
}
