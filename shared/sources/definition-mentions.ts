// Finds mentions in a task definition: in its environment, commands, labels and any other text of the user. Pure. It
// keeps names of members, containers and variables, but never values, which may be secret.
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { textsIn } from '../aws/answer-texts.ts';
import type { Reference } from '../domain/evidence.ts';
import type { FindMentions } from '../domain/mentions.ts';
import { nameOf, type Ranges, type Revision } from '../domain/revision.ts';
import { familiesIn, familyMention } from './common/family-mentions.ts';
import { mentionedReference } from './common/unparsed-references.ts';

/** @returns each revision once, by the first path to it, without the definition itself */
export function mentionsIn(
  definition: TaskDefinition,
  { referrer, own, find }: { readonly referrer: string; readonly own: Revision; readonly find: FindMentions },
): Reference[] {
  const found = new Map<string, Reference>();
  for (const { via, value } of placesIn(definition))
    for (const { text, isImage } of textsIn(value, { isUsers: true }))
      for (const mention of find(text, { isImage })) {
        const name = nameOf(mention);
        if (name === nameOf(own) || found.has(name)) continue;
        found.set(name, mentionedReference(mention, { source: 'definitions', referrer, via }));
      }
  return [...found.values()];
}

/** Mentions of other families without a revision, in the input of a program: see family-mentions.ts. */
export function familiesMentionedIn(
  { containerDefinitions = [] }: TaskDefinition,
  { referrer, own, inventory }: { referrer: string; own: Revision; inventory: ReadonlyMap<string, Ranges> },
): Reference[] {
  const found = new Map<string, Reference>();
  for (const { name = '', environment = [], command = [], entryPoint = [] } of containerDefinitions) {
    const places = [
      ...environment.map((one) => ({ member: `environment ${one.name ?? ''}`, value: one.value })),
      { member: 'command', value: command },
      { member: 'entryPoint', value: entryPoint },
    ];
    for (const { member, value } of places)
      for (const { text } of textsIn(value, { isUsers: true }))
        for (const family of familiesIn(text, inventory)) {
          const via = [`container ${name}`, member];
          if (family !== own.family && !found.has(family))
            found.set(family, familyMention(family, { source: 'definitions', referrer, via }));
        }
  }
  return [...found.values()];
}

interface Place {
  readonly via: readonly string[];
  readonly value: unknown;
}

function* placesIn({
  containerDefinitions = [],
  taskDefinitionArn: _own,
  ...others
}: TaskDefinition): Generator<Place> {
  for (const container of containerDefinitions) yield* placesInContainer(container);
  for (const [member, value] of Object.entries(others)) yield { via: [member], value };
}

function* placesInContainer({ name = '', environment = [], ...others }: ContainerDefinition): Generator<Place> {
  const container = `container ${name}`;
  for (const { name: variable = '', value } of environment)
    yield { via: [container, `environment ${variable}`], value: { [variable]: value } };
  for (const [member, value] of Object.entries(others)) yield { via: [container, member], value: { [member]: value } };
}
