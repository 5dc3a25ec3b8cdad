// Reads when and by whom a revision was registered. Neither changes, so each revision is described once and remembered
// for later nights.
import { DescribeTaskDefinitionCommand, type ECSClient, type TaskDefinition } from '@aws-sdk/client-ecs';
import type { Registration } from '../../domain/evidence.ts';
import { nameOf, type Revision } from '../../domain/revision.ts';
import type { Memory } from './memory.ts';
import { Incomplete } from './incomplete.ts';

/** A missing date counts as Infinity, which is young, and is not remembered.
 *  @throws Incomplete on an answer without a description, and on one about another revision */
export async function readRegistration(memory: Memory, client: ECSClient, revision: Revision): Promise<Registration> {
  const known = memory.registration(revision);
  if (known !== undefined) return known;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf(revision) });
  const { taskDefinition } = await client.send(command);
  if (taskDefinition === undefined) throw new Incomplete('the answer describes nothing');
  // The date of another revision could make a young one look old, and a family in use look unused.
  if (taskDefinition.family !== revision.family || taskDefinition.revision !== revision.number)
    throw new Incomplete('the answer describes a different revision');
  rememberRegistration(memory, revision, taskDefinition);
  return { at: taskDefinition.registeredAt?.getTime() ?? Infinity, by: taskDefinition.registeredBy };
}

export function rememberRegistration(
  memory: Memory,
  revision: Revision,
  { registeredAt, registeredBy: by }: TaskDefinition,
): void {
  const at = registeredAt?.getTime() ?? NaN;
  if (!Number.isNaN(at)) memory.register(revision, { at, by });
}
