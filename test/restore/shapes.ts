// Random task definitions of every shape, generated from the SDK's schema of RegisterTaskDefinition: every member at least
// once, and lists and maps of up to three entries. Values that AWS would refuse are corrected.
import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { ACCOUNT } from '../support/account.ts';

/** A random number generator from 0 to 1, deterministic for a seed. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Shape = Record<string, unknown>;

const request = NormalizedSchema.of(RegisterTaskDefinitionRequest$);

/** Every member's path: `containerDefinitions[].portMappings[].hostPort`. */
export function listAllPaths(): string[] {
  return listPaths(request, '');
}

function listPaths(schema: NormalizedSchema, path: string): string[] {
  if (schema.isStructSchema())
    return [...schema.structIterator()].flatMap(([name, member]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return [at, ...listPaths(member, at)];
    });
  if (schema.isListSchema()) return listPaths(schema.getValueSchema(), `${path}[]`);
  return schema.isMapSchema() ? listPaths(schema.getValueSchema(), `${path}{}`) : [];
}

/** The paths of a value's members, in the same form. */
export function pathsIn(value: unknown, schema: NormalizedSchema = request, path = ''): Set<string> {
  if (Array.isArray(value))
    return new Set(value.flatMap((item) => [...pathsIn(item, schema.getValueSchema(), `${path}[]`)]));
  if (typeof value !== 'object' || value === null || schema.isMapSchema()) return new Set();
  const members = new Map(schema.structIterator());
  return new Set(
    Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const member = members.get(name);
      return member === undefined ? [`unknown ${at}`] : [at, ...pathsIn(item, member, at)];
    }),
  );
}

/** Texts that are easily corrupted: quotes, line breaks, other scripts, texts like numbers. */
const TEXTS = [
  'a',
  '0',
  'true',
  'x=1; y="2"',
  'zwei\nZeilen',
  '日本語 🚀',
  " it's ",
  '\\u0000',
  '{"json": [1]}',
  '${VAR}',
  '__proto__',
];

/** @param share of the optional members that are present: 1 for all */
export function makeShape(family: string, share: number, draw: () => number): Shape {
  const made = makeValue(request, '', share, draw);
  if (typeof made !== 'object' || made === null) throw new Error('a request is a structure');
  return makeValid({ ...made, family }, draw);
}

function makeValue(schema: NormalizedSchema, path: string, share: number, draw: () => number): unknown {
  const several = () => Array.from({ length: share === 1 ? 2 : Math.floor(draw() * 4) }, (_, index) => index);
  if (schema.isStructSchema()) {
    // A structure is [kind, namespace, name, traits, names, schemas, how many of the first are required].
    const described = schema.getSchema();
    const required = Array.isArray(described) && typeof described[6] === 'number' ? described[6] : 0;
    const members = [...schema.structIterator()].filter((_, index) => index < required || draw() < share);
    return Object.fromEntries(
      members.map(([name, member]) => [name, makeValue(member, path === '' ? name : `${path}.${name}`, share, draw)]),
    );
  }
  if (schema.isListSchema()) return several().map(() => makeValue(schema.getValueSchema(), path, share, draw));
  if (schema.isMapSchema())
    return Object.fromEntries(
      several().map((index) => [
        `key ${index} ${pick(TEXTS, draw)}`,
        makeValue(schema.getValueSchema(), path, share, draw),
      ]),
    );
  if (schema.isBooleanSchema()) return draw() < 0.5;
  if (schema.isNumericSchema()) return Math.floor(draw() * 65_536);
  if (schema.isStringSchema()) return draw() < 0.1 ? '' : `${pick(TEXTS, draw)} ${Math.floor(draw() * 1e6)}`;
  throw new Error(`${path}: no generator for this type`);
}

/** Corrects names of containers, roles, sizes and tags. */
function makeValid(made: Shape, draw: () => number): Shape {
  const containers = Array.isArray(made['containerDefinitions']) ? made['containerDefinitions'] : [];
  const named = (containers.length === 0 ? [{}] : containers).map((one: object, index) => ({
    ...one,
    name: `c${index}`,
    image: `app:${Math.floor(draw() * 1e6)}`,
  }));
  const tags = Array.isArray(made['tags']) ? made['tags'] : [];
  const role = (name: string) => (name in made ? { [name]: `arn:aws:iam::${ACCOUNT}:role/${name}` } : {});
  const sized = (name: string, size: string) => (name in made ? { [name]: size } : {});
  return {
    ...made,
    containerDefinitions: named,
    ...role('taskRoleArn'),
    ...role('executionRoleArn'),
    ...('networkMode' in made ? { networkMode: pick(['awsvpc', 'bridge', 'host', 'none'], draw) } : {}),
    ...sized('cpu', pick(['256', '512', '1 vCPU'], draw)),
    ...sized('memory', pick(['512', '2 GB'], draw)),
    ...('requiresCompatibilities' in made
      ? { requiresCompatibilities: pick([['EC2'], ['EC2', 'EXTERNAL']], draw) }
      : {}),
    ...('tags' in made
      ? {
          tags: tags.map((tag: object, index) => ({
            value: '',
            ...tag,
            key: `key-${index} ${pick(TEXTS, draw)}`.trim(),
          })),
        }
      : {}),
  };
}

function pick<Item>(items: readonly Item[], draw: () => number): Item {
  const item = items[Math.floor(draw() * items.length)];
  if (item === undefined) throw new Error('nothing to draw from');
  return item;
}
