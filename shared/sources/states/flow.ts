// Tracks where the output of a `registerTaskDefinition` state certainly is while a state machine runs: at which paths
// of a state's input, and in which variables. Anything unknown discards it.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
import type { Parts } from '../computed/reference.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The origin of an ARN or a family at a path. */
export interface Registered {
  /** Every family that may have been registered, by its known parts. */
  readonly families: readonly Parts[];
  /** A state after the registration can wait for days. */
  readonly mayWait: boolean;
}

/** By path: `["input","Registered","TaskDefinition","TaskDefinitionArn"]` or `["$arn"]`, as JSON. */
export type Known = ReadonlyMap<string, Registered>;

export type Path = readonly string[];

export const nothing: Known = new Map();

export function at(known: Known, path: Path): Registered | undefined {
  return known.get(JSON.stringify(path));
}

/** The facts that hold on both paths into a state. */
export function intersect(first: Known, second: Known): Known {
  const both = new Map<string, Registered>();
  for (const [path, one] of first) {
    const other = second.get(path);
    if (other === undefined) continue;
    const families = new Map([...one.families, ...other.families].map((parts) => [JSON.stringify(parts), parts]));
    both.set(path, { families: [...families.values()], mayWait: one.mayWait || other.mayWait });
  }
  return both;
}

export function move(known: Known, from: Path, to: Path): Known {
  return new Map(
    entries(known)
      .filter(([path]) => isBelow(path, from))
      .map(([path, one]) => [JSON.stringify([...to, ...path.slice(from.length)]), one]),
  );
}

export function without(known: Known, path: Path): Known {
  return new Map(
    entries(known)
      .filter(([other]) => !isBelow(other, path) && !isBelow(path, other))
      .map(([other, one]) => [JSON.stringify(other), one]),
  );
}

export function merge(...all: readonly Known[]): Known {
  return new Map(all.flatMap((one) => [...one]));
}

export function waited(known: Known): Known {
  return new Map(Array.from(known, ([path, one]) => [path, { ...one, mayWait: true }]));
}

function entries(known: Known): [Path, Registered][] {
  return Array.from(known, ([path, one]) => [pathIn(path), one]);
}

function pathIn(key: string): Path {
  const path: unknown = JSON.parse(key);
  return Array.isArray(path) ? path.map(String) : [];
}

function isBelow(path: Path, above: Path): boolean {
  return above.every((step, index) => path[index] === step);
}

/** `$`, `$.a.b`, `$['a'].b`; undefined for any other path. */
export function pathOf(text: unknown): Path | undefined {
  if (typeof text !== 'string') return undefined;
  const [, steps] = /^\$((?:\.[A-Za-z_][\w-]*|\['[\w -]+'\])*)$/.exec(text) ?? [];
  return steps === undefined
    ? undefined
    : Array.from(steps.matchAll(/\.([\w-]+)|\['([^']+)'\]/g), ([, name, quoted]) => name ?? quoted ?? '');
}

/** `{% $states.input.a %}`, `{% $states.result %}`, `{% $arn %}`: a path and nothing else. */
export function pathOfJsonata(text: unknown): Path | undefined {
  if (typeof text !== 'string') return undefined;
  const [, states, variable, steps] =
    /^\{%\s*\$(?:states\.(input|result)|(?!states\b)([A-Za-z_]\w*))((?:\.[A-Za-z_]\w*)*)\s*%\}$/.exec(text) ?? [];
  const root = states ?? (variable === undefined ? undefined : `$${variable}`);
  return root === undefined ? undefined : [root, ...(steps ?? '').split('.').slice(1)];
}
