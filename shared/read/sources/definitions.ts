// The source `definitions`: what the task definitions in use reference. A launcher, a scheduler or a web tier that starts
// workers has the worker's ARN in its environment; what such a definition references is in use as well, and is followed until
// nothing new appears. A definition never changes, so that each is described once and remembered for good.
import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import { kindOf } from '../../aws/errors.ts';
import { MemberFailed, type Tally } from '../../aws/tally.ts';
import { momentOf, msSince } from '../../clock.ts';
import type { Finding } from '../../evidence.ts';
import { mentionFinder } from '../../mentions.ts';
import { arnOf, isAmong, nameOf, type Revision } from '../../revision.ts';
import { sideBySide, tooLong, unread } from '../members.ts';
import { itemsOf } from '../pages.ts';
import { Incomplete, type Reader } from '../part.ts';
import { noteRegistration } from '../registration.ts';
import { mentionsIn } from './definition-mentions.ts';
import type { Source } from './source.ts';

const source = 'definitions';

export const definitions = {
  name: source,
  wave: 'definitions',
  optional: true,
  permissions: ['ecs:DescribeTaskDefinition', 'ecs:ListTaskDefinitions'],
  why: 'A task definition in use may have another revision in its environment or command, and start it.',
  blindTo:
    'What a container learns elsewhere: a secret, a configuration store, code; a name that it puts together itself.',
  async *read(reader, tally) {
    const client = reader.aws.ecs(tally);
    const done = new Set<string>();
    const began = momentOf(reader.clock);
    for (let wanted = [...reader.memory.inUse]; wanted.length > 0;) {
      const next = new Map<string, Revision>();
      for (const one of wanted) done.add(nameOf(one));
      let read = 0;
      for await (const findings of sideBySide(wanted, (one) => readDefinition(reader, tally, client, one))) {
        yield findings;
        read++;
        for (const finding of findings)
          if (
            finding.kind === 'reference' &&
            finding.what.kind === 'revision' &&
            !done.has(nameOf(finding.what))
          )
            next.set(nameOf(finding.what), finding.what);
        if (reader.outOfTime() && read < wanted.length)
          throw tooLong(read, wanted.length, msSince(began, reader.clock));
      }
      wanted = [...next.values()];
    }
  },
} satisfies Source;

async function readDefinition(
  reader: Reader,
  tally: Tally,
  client: ECSClient,
  own: Revision,
): Promise<readonly Finding[]> {
  const { memory, target, aws } = reader;
  const key = `${source} ${nameOf(own)}`;
  const known = memory.recall(key, 'never');
  if (known !== undefined) return known;
  const who = arnOf(own, target);
  const readAt = aws.asOf();
  const find = mentionFinder(target, memory.inventory ?? new Map());
  try {
    const { result, mentioned, missed } = await tally.about(who, async () => {
      const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf(own) });
      const { taskDefinition } = await client.send(command);
      if (taskDefinition === undefined) throw new Incomplete('the answer describes nothing');
      noteRegistration(memory, own, taskDefinition);
      return mentionsIn(taskDefinition, { who, own, find });
    });
    const others = new Map([...mentioned].filter(([name]) => name !== nameOf(own)));
    const findings = [...result, ...unread(others, result, { source, who })];
    memory.remember(key, 'never', readAt, findings, missed);
    return findings;
  } catch (error) {
    const cause = error instanceof MemberFailed ? error.cause : error;
    if (kindOf(cause) !== 'refused') throw error;
    return notDescribed(reader, client, own, who, error);
  }
}

/** ECS refuses to describe what does not exist. An INACTIVE revision may be deleted while tasks still run it; an ACTIVE one
 *  is looked for once more, since a refusal proves nothing by itself. */
async function notDescribed(
  { memory, target, outOfTime }: Reader,
  client: ECSClient,
  { family, number }: Revision,
  who: string,
  cause: unknown,
): Promise<Finding[]> {
  if (isAmong(number, memory.inventory?.get(family))) {
    const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 } as const;
    for await (const arn of itemsOf(
      paginateListTaskDefinitions({ client }, input),
      (page) => page.taskDefinitionArns,
      (page) => page.nextToken,
      outOfTime,
    ))
      if (arn === arnOf({ family, number }, target))
        throw new Incomplete(`${who} is listed, but AWS does not describe it`, { cause });
  }
  const why = 'in use, but deleted: what its definition references is not known';
  return [{ kind: 'unchecked', source, who, why }];
}
