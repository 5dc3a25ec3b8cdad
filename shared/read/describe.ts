// One revision as AWS has it now, for `explain`: in any state, with its tags and dates.
import { DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { kindOf } from '../aws/errors.ts';
import { nameOf, type Revision } from '../revision.ts';

export interface Description {
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** Milliseconds since the epoch. */
  readonly registeredAt: number | undefined;
  readonly registeredBy: string | undefined;
  readonly deregisteredAt: number | undefined;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** Nothing when AWS refuses to describe it: ECS has no error of its own for a revision that does not exist.
 *  @throws what the SDK throws when it is denied or unanswered */
export async function describeRevision(
  client: ECSClient,
  revision: Revision,
): Promise<Description | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf(revision), include: ['TAGS'] });
  try {
    const { taskDefinition, tags = [] } = await client.send(command);
    if (taskDefinition?.status === undefined) return undefined;
    return {
      status: taskDefinition.status,
      registeredAt: taskDefinition.registeredAt?.getTime(),
      registeredBy: taskDefinition.registeredBy,
      deregisteredAt: taskDefinition.deregisteredAt?.getTime(),
      tags: tags.map(({ key = '', value = '' }) => ({ key, value })),
    };
  } catch (error) {
    if (kindOf(error) === 'refused') return undefined;
    throw error;
  }
}
