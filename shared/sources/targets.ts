// What EventBridge's targets name, for rules, schedules and pipes alike. The parameters of an ECS target say which task
// definition is started, so that whatever stands there counts, and what cannot be understood is unknown. Anything else
// that a target is sent is merely searched: most of it is an event's text on its way to a person, in which a key called
// `taskDefinition` promises nothing.
import type { Finding, Reference } from '../domain/evidence.ts';
import { anyReference } from '../domain/pattern.ts';
import type { Target } from '../domain/revision.ts';
import { type Named, namingsIn } from './common/namings.ts';

/** Who names it, and all that is known of when it does. */
export type Origin = Pick<Reference, 'source' | 'who' | 'via' | 'paused' | 'schedule'>;

/** An ECS cluster, in which a target starts tasks. */
export function isCluster(arn: string | undefined): boolean {
  return arn !== undefined && /^arn:[^:]+:ecs:[^:]*:[^:]*:cluster\//.test(arn);
}

/** Of the parameters with which ECS is called. */
export function calledWith(
  parameters: unknown,
  use: Reference['use'],
  origin: Origin,
  target: Target,
): Finding[] {
  return namingsIn(parameters, target).map((named) => findingOf(named, origin, use));
}

/** Of a target that is an ECS cluster. AWS lets none be without a task definition, so that one without has it in a member
 *  that this version does not know. */
export function startsIn(
  parameters: { readonly TaskDefinitionArn?: string | undefined } | undefined,
  origin: Origin,
  target: Target,
): Finding[] {
  return parameters?.TaskDefinitionArn === undefined
    ? [unknownOf(origin, 'starts tasks in a cluster and does not say of which task definition')]
    : calledWith(parameters, 'starts', origin, target);
}

/** Of whatever else goes to a target: revisions, and what is to become a task definition's ARN. A family alone is no naming
 *  there, since any word could be one; a family's newest revision stays anyway. */
export function sentIn(sent: unknown, origin: Origin, target: Target): Finding[] {
  return namingsIn(sent, target)
    .filter((named) => (named.kind === 'named' ? named.what.kind === 'revision' : named.isArn))
    .map((named) => findingOf(named, origin, 'mentions'));
}

export function unknownOf({ source, who }: Origin, says: string): Finding {
  return { kind: 'unknown', source, who, says, means: anyReference };
}

function findingOf(named: Named, origin: Origin, use: Reference['use']): Finding {
  const { source, who } = origin;
  return named.kind === 'unknown'
    ? { kind: 'unknown', source, who, says: named.says, means: named.means }
    : { kind: 'reference', ...origin, use, what: named.what };
}
