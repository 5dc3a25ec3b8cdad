// Encodes and decodes every record of the state store: a format, the SHA-256 digest of the value, and the value.
// The digest detects damage and accidents, not forgery: infra/template.yml limits who can write to the store.
import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { isTooDeep } from '../domain/json-depth.ts';
import { isObject } from '../domain/objects.ts';

export interface RecordType<Value> {
  /** As messages call it: `lock`. */
  readonly name: string;
  /** Set for a record whose value does not identify its target. The digest includes the key, so that a copy from another
   *  Region or account does not match. */
  readonly key?: string;
  /** The format that this version writes. */
  readonly format: number;
  /** A closed schema with bounds for each format that this version reads. */
  readonly schemas: Readonly<Record<number, z.ZodType<Value>>>;
  /** Plain JSON that the schema of `format` accepts. The value itself by default. */
  readonly toJson?: (value: Value) => unknown;
  /** Of the text, in characters. */
  readonly maxLength?: number;
}

/** A record exists, but its content cannot be trusted. Never treat it like a record that does not exist. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';
}

/** Enough for the facts about a million revisions. */
const MAX_LENGTH = 64_000_000;
/** Twice the depth of the deepest record. Deeper values overflow the stack of recursive functions. */
const MAX_DEPTH = 40;

/** @throws DamagedRecord when no version could read the record again */
export function encode<Value>(type: RecordType<Value>, value: Value): string {
  const { key, format, toJson = (same: Value): unknown => same } = type;
  const body = JSON.stringify(toJson(value));
  const text = `{"format":${format},"sha256":"${digestRecord(key, body)}","value":${body}}\n`;
  assertBounds(type, text);
  parse(type, format, JSON.parse(body));
  return text;
}

/** Ignores white space: an operator may reformat a record.
 *  @throws DamagedRecord, which never quotes the text, since journal entries contain secrets */
export function decode<Value>(type: RecordType<Value>, text: string): Value {
  assertBounds(type, text);
  const { format, sha256, value, ...others } = parseObject(text);
  if (typeof format !== 'number' || !Object.hasOwn(type.schemas, format))
    throw new DamagedRecord(
      `this version does not know its format: ${typeof format === 'number' ? format : 'not a number'}`,
    );
  if (sha256 === undefined) throw new DamagedRecord('it is damaged: it has no checksum');
  if (value === undefined || Object.keys(others).length > 0 || digestRecord(type.key, JSON.stringify(value)) !== sha256)
    throw new DamagedRecord('it is damaged: its checksum does not match');
  return parse(type, format, value);
}

function parse<Value>({ name, schemas }: RecordType<Value>, format: number, value: unknown): Value {
  const parsed = schemas[format]?.safeParse(value);
  if (parsed?.success === true) return parsed.data;
  const reason = parsed?.error.issues.find(({ code }) => code === 'custom')?.message;
  throw new DamagedRecord(reason ?? `it is damaged: it is not a valid ${name}`);
}

/** Runs before anything parses or walks the text, so that a hostile text costs milliseconds. */
function assertBounds({ maxLength = MAX_LENGTH }: Pick<RecordType<unknown>, 'maxLength'>, text: string): void {
  if (text.length > maxLength)
    throw new DamagedRecord(`it is damaged: it has ${text.length} characters, allowed: ${maxLength}`);
  if (isTooDeep(text, MAX_DEPTH))
    throw new DamagedRecord(`it is damaged: it is nested more than ${MAX_DEPTH} levels deep`);
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new DamagedRecord('it is damaged: it is not JSON');
  }
  if (!isObject(value)) throw new DamagedRecord('it is damaged: it is not a JSON object');
  return value;
}

function digestRecord(key: string | undefined, body: string): string {
  return sha256(key === undefined ? body : `${key}\n${body}`);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
