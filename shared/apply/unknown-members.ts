// What a revision holds that the packaged SDK does not know: a later AWS has given it something, and whoever judges it, or
// would have to register it again, sees only a part. Pure but for the SDK's own description of a task definition.
import { TaskDefinition$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';

/** @param raw the answer as it came, before the SDK dropped what it does not know
 *  @returns the path of each unknown member: `containerDefinitions[0].moonPhase` */
export function unknownMembers(raw: unknown): string[] {
  const found: string[] = [];
  walk(NormalizedSchema.of(TaskDefinition$), raw, '', found);
  return found;
}

function walk(schema: NormalizedSchema, value: unknown, path: string, found: string[]): void {
  if (typeof value !== 'object' || value === null || schema.isDocumentSchema()) return;
  if (schema.isListSchema()) {
    for (const [index, item] of Object.entries(value))
      walk(schema.getValueSchema(), item, `${path}[${index}]`, found);
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(value))
      walk(schema.getValueSchema(), item, `${path}.${key}`, found);
  } else {
    const members = new Map(schema.isStructSchema() ? schema.structIterator() : []);
    for (const [name, item] of Object.entries(value) as [string, unknown][]) {
      const member = members.get(name);
      const at = path === '' ? name : `${path}.${name}`;
      // AWS writes null where there is nothing.
      if (member === undefined) found.push(...(item === null ? [] : [at]));
      else walk(member, item, at, found);
    }
  }
}
