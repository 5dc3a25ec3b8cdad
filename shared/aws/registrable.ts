// Makes the input that registers a revision again from an answer of DescribeTaskDefinition. A revision with a member that the
// input cannot hold is kept, since `restore` could not bring it back.
import { type RegisterTaskDefinitionCommandInput, RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { isObject, words } from '../domain/objects.ts';

export type Registrable =
  | {
      readonly input: RegisterTaskDefinitionCommandInput;
      /** Keys of tags that only AWS may set: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
      readonly reserved: readonly string[];
    }
  /** The path of the first member that the input cannot hold: `containerDefinitions[0].moonPhase`. */
  | { readonly leftover: string };

/** Members that AWS sets itself. Typed by hand, so that a member which a later SDK adds keeps the revision until this list is
 *  reviewed. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html */
export const WRITTEN_BY_AWS = words(
  `taskDefinitionArn revision status requiresAttributes compatibilities registeredAt registeredBy deregisteredAt
   deleteRequestedAt`,
);

/** @param definition the answer's `taskDefinition` before the SDK dropped unknown members
 *  @param tags the answer's `tags` */
export function registrable(definition: unknown, tags: unknown): Registrable {
  if (!isObject(definition)) return { leftover: 'all of it' };
  if (tags !== undefined && tags !== null && !Array.isArray(tags)) return { leftover: 'tags' };
  const given: readonly unknown[] = tags ?? [];
  const kept = given.filter((tag) => !isReserved(tag));
  const input = Object.fromEntries(
    // AWS writes null for an absent value.
    Object.entries({ ...definition, tags: kept.length === 0 ? null : kept }).filter(
      ([name, value]) => value !== null && !WRITTEN_BY_AWS.has(name),
    ),
  );
  const leftover = leftoverIn(NormalizedSchema.of(RegisterTaskDefinitionRequest$), input, '');
  if (leftover !== undefined) return { leftover };
  if (!isInput(input)) return { leftover: 'all of it' };
  const reserved = given.flatMap((tag) => (isReserved(tag) ? [tag.key] : []));
  return { input, reserved };
}

/** The path of the first member that does not fit the schema, depth first. */
function leftoverIn(schema: NormalizedSchema, value: unknown, path: string): string | undefined {
  if (schema.isStructSchema() || schema.isMapSchema()) {
    if (!isObject(value)) return path;
    const members = schema.isStructSchema() ? new Map(schema.structIterator()) : undefined;
    for (const [name, item] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (item === null) continue;
      const member = members === undefined ? schema.getValueSchema() : members.get(name);
      const leftover = member === undefined ? at : leftoverIn(member, item, at);
      if (leftover !== undefined) return leftover;
    }
    return undefined;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return path;
    return value
      .map((item, index) => leftoverIn(schema.getValueSchema(), item, `${path}[${index}]`))
      .find((leftover) => leftover !== undefined);
  }
  const fits =
    (schema.isStringSchema() && typeof value === 'string') ||
    (schema.isBooleanSchema() && typeof value === 'boolean') ||
    (schema.isNumericSchema() && typeof value === 'number');
  return fits ? undefined : path;
}

/** The schema has checked all members. These two are required. */
function isInput(input: object): input is RegisterTaskDefinitionCommandInput {
  return 'family' in input && 'containerDefinitions' in input;
}

function isReserved(tag: unknown): tag is { key: string } {
  return isObject(tag) && typeof tag['key'] === 'string' && /^aws:/i.test(tag['key']);
}
