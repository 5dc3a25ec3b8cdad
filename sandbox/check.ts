/**
 * Compares values with the SDK's schemas. Requests, answers and account files all pass this check, so the sandbox
 * cannot drift from AWS unnoticed. Each problem is a sentence with the path of the value.
 */
import type { Shape } from './shapes.ts';

export function schemaProblems(shape: Shape, value: unknown, path = ''): string[] {
  const found: string[] = [];
  check(shape, value, path, found);
  return found;
}

function check(shape: Shape, value: unknown, path: string, found: string[]): void {
  switch (shape.kind) {
    case 'structure': {
      if (!isRecord(value)) return reportMismatch('an object', value, path, found);
      for (const [name, member] of Object.entries(value)) {
        const known = shape.members.get(name);
        if (member === undefined) continue;
        if (known === undefined) found.push(`${path}.${name}: ${shape.name} has no such member`);
        else check(known.shape, member, `${path}.${name}`, found);
      }
      for (const [name, { required }] of shape.members)
        if (required && value[name] === undefined) found.push(`${path}.${name}: ${shape.name} requires this member`);
      return undefined;
    }
    case 'list': {
      if (!Array.isArray(value)) return reportMismatch('a list', value, path, found);
      value.forEach((item: unknown, index) => {
        check(shape.of, item, `${path}[${index}]`, found);
      });
      return undefined;
    }
    case 'map': {
      if (!isRecord(value)) return reportMismatch('a map', value, path, found);
      for (const [key, item] of Object.entries(value)) check(shape.of, item, `${path}.${key}`, found);
      return undefined;
    }
    case 'timestamp': {
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) reportMismatch('a time', value, path, found);
      return undefined;
    }
    case 'blob': {
      if (!(value instanceof Uint8Array)) reportMismatch('bytes', value, path, found);
      return undefined;
    }
    case 'document':
      return undefined;
    case 'string':
    case 'number':
    case 'boolean': {
      if (typeof value !== shape.kind) reportMismatch(`a ${shape.kind}`, value, path, found);
      return undefined;
    }
  }
}

function reportMismatch(expected: string, value: unknown, path: string, found: string[]): void {
  found.push(`${path === '' ? 'it' : path}: expected ${expected}, not ${JSON.stringify(value)}`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** @returns undefined for text that is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Copies a value along its shape, with `leaf` converting each time and each blob. */
export function convert(
  shape: Shape,
  value: unknown,
  leaf: (kind: 'timestamp' | 'blob', value: unknown) => unknown,
): unknown {
  if (shape.kind === 'timestamp' || shape.kind === 'blob') return leaf(shape.kind, value);
  if (shape.kind === 'list' && Array.isArray(value)) return value.map((item) => convert(shape.of, item, leaf));
  if (!isRecord(value)) return value;
  if (shape.kind === 'map')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(shape.of, item, leaf)]));
  if (shape.kind !== 'structure') return value;
  const rebuilt: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    const member = shape.members.get(name);
    rebuilt[name] = member === undefined ? item : convert(member.shape, item, leaf);
  }
  return rebuilt;
}
