// When and by whom a revision was registered. Neither ever changes, so that each revision is asked about once, and remembered
// over nights.
import { DescribeTaskDefinitionCommand, type ECSClient, type TaskDefinition } from '@aws-sdk/client-ecs';
import type { Registration } from '../../domain/evidence.ts';
import { nameOf, type Revision } from '../../domain/revision.ts';
import type { Memory } from './memory.ts';
import { Incomplete } from './incomplete.ts';

/** A date that AWS does not say is Infinity, which is young, and is not remembered.
 *  @throws Incomplete on an answer about nothing, which is no young revision, and on one about another revision */
export async function readRegistration(
  memory: Memory,
  client: ECSClient,
  revision: Revision,
): Promise<Registration> {
  const known = memory.registration(revision);
  if (known !== undefined) return known;
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf(revision) });
  const { taskDefinition } = await client.send(command);
  if (taskDefinition === undefined) throw new Incomplete('the answer describes nothing');
  // Another revision's date could make a young one old, and a living family dead.
  if (taskDefinition.family !== revision.family || taskDefinition.revision !== revision.number)
    throw new Incomplete('the answer describes another revision than was asked for');
  rememberRegistration(memory, revision, taskDefinition);
  return { at: taskDefinition.registeredAt?.getTime() ?? Infinity, by: taskDefinition.registeredBy };
}

/** Keeps what a description says, whatever it was asked for. */
export function rememberRegistration(
  memory: Memory,
  revision: Revision,
  { registeredAt, registeredBy: by }: TaskDefinition,
): void {
  const at = registeredAt?.getTime() ?? NaN;
  if (!Number.isNaN(at)) memory.register(revision, { at, by });
}
