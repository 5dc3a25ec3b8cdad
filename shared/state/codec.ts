// Encodes and decodes every record of the state store: a format, the SHA-256 digest of the value, and the value.
// The digest detects damage and accidents. Who may write to the store can compute it as well: infra/state.yml says who that is.
import { createHash } from 'node:crypto';
import type * as z from 'zod';

export interface RecordType<Value> {
  /** What a message calls it: `lock`. */
  readonly name: string;
  /** Where it lies, of a record whose value does not say what it is of: the digest holds this too, so that one copied from
   *  another Region or account does not fit. */
  readonly key?: string;
  /** The format that this version writes. */
  readonly format: number;
  /** A closed schema with bounds for each format that this version reads. */
  readonly schemas: Readonly<Record<number, z.ZodType<Value>>>;
  /** Plain JSON that the schema of `format` accepts; the value itself when left out. */
  readonly toJson?: (value: Value) => unknown;
  /** The longest text, in characters. */
  readonly longest: number;
}

/** A record whose content cannot be trusted. That is never the same as a record that does not exist. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** Twice what the deepest record needs. Deeper values overflow the stack of whatever walks them by recursion. */
const DEEPEST = 40;

/** @throws Damaged when no version could read the record again */
export function encode<Value>(type: RecordType<Value>, value: Value): string {
  const { key, format, toJson = same } = type;
  const body = JSON.stringify(toJson(value));
  const text = `{"format":${format},"sha256":"${recordDigest(key, body)}","value":${body}}\n`;
  assertBounds(type, text);
  check(type, format, JSON.parse(body));
  return text;
}

/** A person may lay out the text anew: white space does not count.
 *  @throws Damaged, which quotes nothing of the text, since journal entries hold secrets */
export function decode<Value>(type: RecordType<Value>, text: string): Value {
  assertBounds(type, text);
  const { format, sha256, value, ...others } = objectIn(text);
  if (typeof format !== 'number' || !Object.hasOwn(type.schemas, format))
    throw new Damaged(
      `it is of a format that this version does not know: ${typeof format === 'number' ? format : 'no number'}`,
    );
  if (sha256 === undefined) throw new Damaged('it is damaged: it has no checksum');
  if (
    value === undefined ||
    Object.keys(others).length > 0 ||
    recordDigest(type.key, JSON.stringify(value)) !== sha256
  )
    throw new Damaged('it is damaged: its checksum does not fit');
  return check(type, format, value);
}

function check<Value>({ name, schemas }: RecordType<Value>, format: number, value: unknown): Value {
  const parsed = schemas[format]?.safeParse(value);
  if (parsed?.success === true) return parsed.data;
  const problem = parsed?.error.issues.find(({ code }) => code === 'custom')?.message;
  throw new Damaged(problem ?? `it is damaged: it is no ${name}`);
}

/** Asked before anything parses or walks the text, so that a hostile one costs milliseconds. */
function assertBounds({ longest }: Pick<RecordType<unknown>, 'longest'>, text: string): void {
  if (text.length > longest)
    throw new Damaged(`it is damaged: it has ${text.length} characters, allowed: ${longest}`);
  if (isDeeper(text, DEEPEST)) throw new Damaged(`it is damaged: it is nested more than ${DEEPEST} deep`);
}

function isDeeper(text: string, deepest: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (isInString) {
      if (letter === '\\') at++;
      else if (letter === '"') isInString = false;
    } else if (letter === '"') isInString = true;
    else if (letter === '{' || letter === '[') {
      if (++depth > deepest) return true;
    } else if (letter === '}' || letter === ']') depth--;
  }
  return false;
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the text.
    throw new Damaged('it is damaged: no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Damaged('it is damaged: no JSON object');
  return Object.fromEntries(Object.entries(value));
}

function recordDigest(key: string | undefined, body: string): string {
  return digestOf(key === undefined ? body : `${key}\n${body}`);
}

export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

function same(value: unknown): unknown {
  return value;
}
