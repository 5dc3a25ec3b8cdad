// Finds members of a task definition that the packaged SDK does not know. AWS added them later, so the revision cannot be
// judged or registered again as a whole.
import { TaskDefinition$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';

/** @param raw the answer before the SDK dropped unknown members
 *  @returns the path of each unknown member: `containerDefinitions[0].moonPhase` */
export function unknownMembers(raw: unknown): string[] {
  const found: string[] = [];
  walk(NormalizedSchema.of(TaskDefinition$), raw, '', found);
  return found;
}

function walk(schema: NormalizedSchema, value: unknown, path: string, found: string[]): void {
  if (typeof value !== 'object' || value === null || schema.isDocumentSchema()) return;
  if (schema.isListSchema()) {
    for (const [index, item] of Object.entries(value)) walk(schema.getValueSchema(), item, `${path}[${index}]`, found);
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(value)) walk(schema.getValueSchema(), item, `${path}.${key}`, found);
  } else {
    const members = new Map(schema.isStructSchema() ? schema.structIterator() : []);
    for (const [name, item] of Object.entries(value) as [string, unknown][]) {
      const member = members.get(name);
      const at = path === '' ? name : `${path}.${name}`;
      // AWS writes null for an absent value.
      if (member === undefined) found.push(...(item === null ? [] : [at]));
      else walk(member, item, at, found);
    }
  }
}
