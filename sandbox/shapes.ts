/**
 * Reads the SDK's schemas of requests and answers as plain values. Only this file depends on `@smithy/core/schema`.
 */
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';

export type Shape =
  | Structure
  | { readonly kind: 'list'; readonly of: Shape; readonly tag: string }
  | {
      readonly kind: 'map';
      readonly of: Shape;
      readonly keyTag: string;
      readonly valueTag: string;
    }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document' };

export interface Structure {
  readonly kind: 'structure';
  readonly name: string;
  readonly members: ReadonlyMap<string, Member>;
}

export interface Member {
  readonly shape: Shape;
  readonly required: boolean;
  /** The name in Query requests and XML answers. */
  readonly tag: string;
  /** The member's place in a REST request; a member of the JSON body by default. `payload`: the member is the body. */
  readonly in?: 'path' | 'payload' | { readonly query: string };
}

export interface OperationShapes {
  readonly input: Structure;
  readonly output: Structure;
  /** The method and path of a REST operation: `GET`, `/schedules/{Name}`. */
  readonly http?: { readonly method: string; readonly path: string };
}

/** All operations that a client package exports, by name. */
export function operationsOf(client: object): ReadonlyMap<string, OperationShapes> {
  const found = new Map<string, OperationShapes>();
  for (const value of Object.values(client) as unknown[]) {
    if (!isOperation(value)) continue;
    const [method, path] = httpOf(value[3]);
    const http = method === undefined || path === undefined ? {} : { http: { method, path } };
    found.set(value[2], { input: structureOf(value[4]), output: structureOf(value[5]), ...http });
  }
  return found;
}

/** The shape of a client package's export, such as `Service$`. */
export function structureOf(ref: $SchemaRef): Structure {
  const schema = NormalizedSchema.of(ref);
  if (schema.isUnitSchema()) return { kind: 'structure', name: 'Unit', members: new Map() };
  const shape = shapeOf(schema);
  if (shape.kind !== 'structure') throw new TypeError(`${schema.getName() ?? 'a schema'} is not a structure`);
  return shape;
}

type OperationSchema = [9, string, string, unknown, $SchemaRef, $SchemaRef];

function isOperation(value: unknown): value is OperationSchema {
  return Array.isArray(value) && value[0] === 9;
}

function httpOf(traits: unknown): readonly (string | undefined)[] {
  const http = typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : [];
  return Array.isArray(http) ? http.map((part: unknown) => (typeof part === 'string' ? part : undefined)) : [];
}

/** Each structure is read once: there are many, and some contain themselves. */
const structures = new Map<unknown, Structure>();

function shapeOf(schema: NormalizedSchema): Shape {
  if (schema.isStructSchema()) return structure(schema);
  if (schema.isListSchema()) {
    const of = schema.getValueSchema();
    return { kind: 'list', of: shapeOf(of), tag: of.getMergedTraits().xmlName ?? 'member' };
  }
  if (schema.isMapSchema())
    return {
      kind: 'map',
      of: shapeOf(schema.getValueSchema()),
      keyTag: schema.getKeySchema().getMergedTraits().xmlName ?? 'key',
      valueTag: schema.getValueSchema().getMergedTraits().xmlName ?? 'value',
    };
  if (schema.isStringSchema()) return { kind: 'string' };
  if (schema.isBooleanSchema()) return { kind: 'boolean' };
  if (schema.isNumericSchema()) return { kind: 'number' };
  if (schema.isTimestampSchema()) return { kind: 'timestamp' };
  if (schema.isBlobSchema()) return { kind: 'blob' };
  return { kind: 'document' };
}

function structure(schema: NormalizedSchema): Structure {
  const raw = schema.getSchema();
  const known = structures.get(raw);
  if (known !== undefined) return known;
  const members = new Map<string, Member>();
  const read: Structure = { kind: 'structure', name: schema.getName() ?? '', members };
  structures.set(raw, read);
  // A structure is [kind, namespace, name, traits, member names, member schemas, number of required members at the
  // front].
  const required = Array.isArray(raw) && typeof raw[6] === 'number' ? raw[6] : 0;
  for (const [name, member] of schema.structIterator())
    members.set(name, {
      shape: shapeOf(member),
      required: members.size < required,
      tag: member.getMergedTraits().xmlName ?? name,
      ...locationOf(member),
    });
  return read;
}

function locationOf(member: NormalizedSchema): Pick<Member, 'in'> {
  const { httpLabel, httpQuery, httpPayload } = member.getMergedTraits();
  if (httpLabel !== undefined) return { in: 'path' };
  if (httpPayload !== undefined) return { in: 'payload' };
  return httpQuery === undefined ? {} : { in: { query: httpQuery } };
}
