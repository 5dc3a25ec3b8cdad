// Reads the task definitions in use and the revisions that they reference, such as a worker's ARN in a launcher's
// environment. It follows these until none is new. A definition never changes, so each is described once and
// remembered.
import {
  DescribeTaskDefinitionCommand,
  type ECSClient,
  paginateListTaskDefinitions,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import { kindOf } from '../aws/errors.ts';
import { MemberFailed, type Tally } from '../aws/tally.ts';
import type { Finding } from '../domain/evidence.ts';
import { mentionFinder } from '../domain/mentions.ts';
import { arnOf, isAmong, nameOf, type Ranges, type Revision } from '../domain/revision.ts';
import { type InUse, isStartable } from './common/revisions-in-use.ts';
import { concurrentlyInTime } from './common/concurrently.ts';
import { Incomplete } from './common/incomplete.ts';
import { unparsedReferences } from './common/unparsed-references.ts';
import { readItems } from './common/pages.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import { rememberRegistration } from './common/read-registration.ts';
import { familiesMentionedIn, mentionsIn } from './definition-mentions.ts';

const source = 'definitions';

export const readDefinitions: Reader = async function* (context, tally) {
  const client = ecsReader(context.aws, tally);
  const done = new Set<string>();
  const { inUse, inventory } = context.memory;
  for (let wanted = inUse.filter((one) => isStartable(one, inventory)); wanted.length > 0;) {
    const next = new Map<string, InUse>();
    for (const one of wanted) done.add(nameOf(one));
    const read = (one: InUse) => readDefinition(context, tally, client, one);
    for await (const findings of concurrentlyInTime(context, wanted, read)) {
      yield findings;
      for (const one of referencedBy(findings)) {
        const name = nameOf(one);
        if (done.has(name) || !isStartable(one, inventory)) continue;
        if (one.isShort === undefined || !next.has(name)) next.set(name, one);
      }
    }
    wanted = [...next.values()];
  }
};

function referencedBy(findings: readonly Finding[]): InUse[] {
  return findings.flatMap((finding): InUse[] => {
    if (finding.kind !== 'reference' || finding.target.kind !== 'revision') return [];
    const { family, number } = finding.target;
    return [{ family, number, ...(finding.isShort && { isShort: true }) }];
  });
}

async function readDefinition(
  context: ReadContext,
  tally: Tally,
  client: ECSClient,
  own: InUse,
): Promise<readonly Finding[]> {
  const { memory, target, aws } = context;
  const key = `${source} ${nameOf(own)}${context.findsFamilies === true ? ' with families' : ''}`;
  const known = memory.recall(key, 'never');
  if (known !== undefined) return known;
  const refused = `${key} is not there`;
  if (memory.recall(refused, THIS_RUN) !== undefined) return [];
  const referrer = arnOf(own, target);
  const readAt = aws.asOf();
  const inventory = memory.inventory ?? new Map<string, Ranges>();
  const find = mentionFinder(target, inventory);
  try {
    let families: readonly Finding[] = [];
    const { result, mentioned, missed } = await tally.about(referrer, async () => {
      const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf(own) });
      const { taskDefinition } = await client.send(command);
      if (taskDefinition === undefined) throw new Incomplete('the answer describes nothing');
      assertOwnDescription(taskDefinition, referrer);
      rememberRegistration(memory, own, taskDefinition);
      if (context.findsFamilies === true) families = familiesMentionedIn(taskDefinition, { referrer, own, inventory });
      return mentionsIn(taskDefinition, { referrer, own, find });
    });
    const others = new Map([...mentioned].filter(([name]) => name !== nameOf(own)));
    const findings = [...result, ...families, ...unparsedReferences(others, result, { source, referrer })];
    memory.remember(key, 'never', readAt, findings, missed);
    return findings;
  } catch (error) {
    if (!(error instanceof MemberFailed) || kindOf(error.cause) !== 'refused') throw error;
    if (own.isShort !== undefined && !isAmong(own.number, memory.inventory?.get(own.family))) {
      if (isFarAhead(own, memory.inventory)) memory.remember(refused, THIS_RUN, readAt, []);
      return [];
    }
    return handleUndescribed(context, client, own, referrer, error);
  }
}

/** A date long ago: remembered for this run, whereas immutable members are remembered for good. */
const THIS_RUN = 0;
/** More revisions than one run's time allows to register: the number is a port. */
const FAR = 100;

function isFarAhead({ family, number }: Revision, inventory: ReadonlyMap<string, Ranges> | undefined): boolean {
  return number > (inventory?.get(family)?.at(-1)?.upto ?? Infinity) + FAR;
}

/** @throws Incomplete on a description of another revision, or of a part: it would be remembered for good */
function assertOwnDescription({ taskDefinitionArn, containerDefinitions }: TaskDefinition, referrer: string): void {
  if (taskDefinitionArn !== referrer)
    throw new Incomplete(`the answer describes ${taskDefinitionArn ?? 'a definition without ARN'}`);
  if (containerDefinitions === undefined) throw new Incomplete('the answer has no container definitions');
}

/** ECS refuses to describe a revision that does not exist. An INACTIVE one may be deleted while tasks still run it.
 *  An ACTIVE one is listed once more, since a refusal proves nothing by itself. */
async function handleUndescribed(
  { memory, target, outOfTime }: ReadContext,
  client: ECSClient,
  { family, number }: Revision,
  referrer: string,
  { asked, cause }: MemberFailed,
): Promise<Finding[]> {
  if (isAmong(number, memory.inventory?.get(family))) {
    const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 } as const;
    for await (const arn of readItems(
      paginateListTaskDefinitions({ client }, input),
      'taskDefinitionArns',
      'nextToken',
      outOfTime,
    ))
      if (arn === arnOf({ family, number }, target))
        throw new MemberFailed(
          asked,
          referrer,
          new Incomplete(`${referrer} is listed, but AWS does not describe it`, { cause }),
        );
  }
  const why = 'in use, but deleted: what its definition references is not known';
  return [{ kind: 'unchecked', source, referrer, reason: why }];
}
