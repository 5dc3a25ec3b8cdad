// Describes one revision in any state, with its tags and dates, for `explain` and for dangling references.
import { DescribeTaskDefinitionCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { kindOf } from '../aws/errors.ts';

export interface Description {
  readonly status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** Milliseconds since the epoch. */
  readonly registeredAt: number | undefined;
  readonly registeredBy: string | undefined;
  readonly deregisteredAt: number | undefined;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** @returns undefined when AWS refuses to describe it: ECS has no error for a revision that does not exist
 *  @throws the SDK's error when the call is denied or not answered */
export async function describeTaskDefinition(
  client: ECSClient,
  /** `web:7`, or a family, for its newest ACTIVE revision. */
  taskDefinition: string,
): Promise<Description | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] });
  try {
    const { taskDefinition: found, tags = [] } = await client.send(command);
    if (found?.status === undefined) return undefined;
    return {
      status: found.status,
      registeredAt: found.registeredAt?.getTime(),
      registeredBy: found.registeredBy,
      deregisteredAt: found.deregisteredAt?.getTime(),
      tags: tags.map(({ key = '', value = '' }) => ({ key, value })),
    };
  } catch (error) {
    if (kindOf(error) === 'refused') return undefined;
    throw error;
  }
}
