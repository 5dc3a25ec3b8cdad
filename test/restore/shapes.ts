// Task definitions of every shape that RegisterTaskDefinition has, drawn from the SDK's own description of its request:
// every member at least once, lists and maps of none to three, and no two alike. What AWS would refuse is put right by hand.
import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { ACCOUNT } from '../support/account.ts';

/** A small generator of numbers from 0 to 1, the same for the same seed. */
export function lots(seed: number): () => number {
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
export function everyPath(): string[] {
  return pathsOf(request, '');
}

function pathsOf(schema: NormalizedSchema, path: string): string[] {
  if (schema.isStructSchema())
    return [...schema.structIterator()].flatMap(([name, member]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return [at, ...pathsOf(member, at)];
    });
  if (schema.isListSchema()) return pathsOf(schema.getValueSchema(), `${path}[]`);
  return schema.isMapSchema() ? pathsOf(schema.getValueSchema(), `${path}{}`) : [];
}

/** The paths of what a value holds, in the same words. */
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

/** What a person puts there, and what goes wrong with it: quotes, line ends, other scripts, what looks like a number. */
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

/** @param share of the optional members that are there: 1 for all */
export function shapeOf(family: string, share: number, draw: () => number): Shape {
  const made = valueOf(request, '', share, draw);
  if (typeof made !== 'object' || made === null) throw new Error('a request is a structure');
  return putRight({ ...made, family }, draw);
}

function valueOf(schema: NormalizedSchema, path: string, share: number, draw: () => number): unknown {
  const several = () => Array.from({ length: share === 1 ? 2 : Math.floor(draw() * 4) }, (_, index) => index);
  if (schema.isStructSchema()) {
    // A structure is [kind, namespace, name, traits, names, schemas, how many of the first are required].
    const described = schema.getSchema();
    const required = Array.isArray(described) && typeof described[6] === 'number' ? described[6] : 0;
    const members = [...schema.structIterator()].filter((_, index) => index < required || draw() < share);
    return Object.fromEntries(
      members.map(([name, member]) => [
        name,
        valueOf(member, path === '' ? name : `${path}.${name}`, share, draw),
      ]),
    );
  }
  if (schema.isListSchema()) return several().map(() => valueOf(schema.getValueSchema(), path, share, draw));
  if (schema.isMapSchema())
    return Object.fromEntries(
      several().map((index) => [
        `key ${index} ${pick(TEXTS, draw)}`,
        valueOf(schema.getValueSchema(), path, share, draw),
      ]),
    );
  if (schema.isBooleanSchema()) return draw() < 0.5;
  if (schema.isNumericSchema()) return Math.floor(draw() * 65_536);
  if (schema.isStringSchema()) return draw() < 0.1 ? '' : `${pick(TEXTS, draw)} ${Math.floor(draw() * 1e6)}`;
  throw new Error(`${path}: a member that no shape knows how to draw`);
}

/** What a registration has to be: containers with names of their own, roles that are roles, sizes, tags. */
function putRight(made: Shape, draw: () => number): Shape {
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
