// Finds references in the targets of EventBridge rules, schedules and pipes. The parameters of an ECS target say which
// task definition it starts, so each value counts, and an unparsable one is unresolved. Any other input is only
// searched: it is usually an event's text, in which a key `taskDefinition` promises nothing.
import type { Finding, Reference } from '../domain/evidence.ts';
import { anyReference } from '../domain/pattern.ts';
import type { Target } from '../domain/revision.ts';
import { type JsonReference, referencesInJson } from './common/references-in-json.ts';

/** The referrer, and all that is known about when it starts something. */
export type Origin = Pick<Reference, 'source' | 'referrer' | 'via' | 'paused' | 'schedule'>;

type EcsParameters = { readonly TaskDefinitionArn?: string | undefined } | undefined;

const CLUSTER = /^arn:[^:]+:ecs:[^:]*:[^:]*:cluster\//;

/** @param arn an ECS cluster, in which the target starts tasks, or any other resource
 *  @param others its other input */
export function targetReferences(
  { arn = '', parameters, others }: { arn: string | undefined; parameters: EcsParameters; others: unknown },
  origin: Origin,
  target: Target,
): Finding[] {
  const isEcs = CLUSTER.test(arn) || parameters !== undefined;
  const started = isEcs ? startedReferences(parameters, origin, target) : [];
  return [...started, ...mentionedReferences(others, origin, target)];
}

export function referencesInCall(
  parameters: unknown,
  use: Reference['relation'],
  origin: Origin,
  target: Target,
): Finding[] {
  return referencesInJson(parameters, target).map((named) => findingOf(named, origin, use));
}

/** Parameters of a target that is an ECS cluster. AWS requires a task definition, so a target without one has it in
 *  an unknown member. */
function startedReferences(parameters: EcsParameters, origin: Origin, target: Target): Finding[] {
  return parameters?.TaskDefinitionArn === undefined
    ? [unresolvedReference(origin, 'starts tasks in a cluster and does not say of which task definition')]
    : referencesInCall(parameters, 'starts', origin, target);
}

/** Any other input of a target: revisions, and texts that become a task definition's ARN. A family alone is no
 *  reference, since any word could be one; its newest revision is kept anyway. */
export function mentionedReferences(sent: unknown, origin: Origin, target: Target): Finding[] {
  return referencesInJson(sent, target)
    .filter((named) => (named.kind === 'resolved' ? named.target.kind === 'revision' : named.isArn))
    .map((named) => findingOf(named, origin, 'mentions'));
}

export function unresolvedReference({ source, referrer }: Origin, description: string): Finding {
  return { kind: 'unresolved', source, referrer, description, resolvesTo: anyReference };
}

function findingOf(named: JsonReference, origin: Origin, use: Reference['relation']): Finding {
  const { source, referrer } = origin;
  return named.kind === 'unresolved'
    ? { kind: 'unresolved', source, referrer, description: named.description, resolvesTo: named.resolvesTo }
    : { kind: 'reference', ...origin, relation: use, target: named.target };
}
