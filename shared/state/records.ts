// A record of ours in the state: read with its tag, written over exactly what was read, and joined with what another run has
// written meanwhile. What each record says is for the files beside this one.
import type { Kept, State } from './state.ts';
import { StateError } from './state.ts';

export interface RecordKind<Value> {
  readonly key: string;
  /** @throws Damaged */
  readonly parse: (text: string) => Value;
  readonly print: (value: Value) => string;
  /** What is true when both are. */
  readonly join: (ours: Value, theirs: Value) => Value;
}

/** Nobody knows what such a record has said: that is not the same as one that is not there. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly kept: Kept | undefined;
}

/** @throws StateError, for a damaged record as well */
export async function loadRecord<Value>(state: State, kind: RecordKind<Value>): Promise<Loaded<Value>> {
  const kept = await state.get(kind.key);
  return { kept, value: kept === undefined ? undefined : parsed(state, kind, kept) };
}

/** Two runs at once are rare, and three at the same moment rarer. */
const ATTEMPTS = 4;

/** @throws StateError */
export async function saveRecord<Value>(
  state: State,
  kind: RecordKind<Value>,
  { kept: over }: Pick<Loaded<Value>, 'kept'>,
  value: Value,
): Promise<void> {
  let [ours, known] = [value, over];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const text = kind.print(ours);
    if (text === known?.body) return;
    if ((await state.put(kind.key, text, known ?? 'absent')) === 'written') return;
    known = await state.get(kind.key);
    if (known !== undefined) ours = kind.join(ours, parsed(state, kind, known));
  }
  throw new StateError('incomplete', {
    doing: `writing ${state.where}/${kind.key}`,
    said: `it was changed by somebody else each of ${ATTEMPTS} times`,
    next: 'Let one run end before the next begins.',
  });
}

function parsed<Value>({ where }: State, { key, parse }: RecordKind<Value>, { body }: Kept): Value {
  try {
    return parse(body);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    const next =
      'Go back to an earlier version of it, or remove it: what it knew is then found out anew, which takes its time.';
    throw new StateError(
      'incomplete',
      { doing: `reading ${where}/${key}`, said: error.message, next },
      error,
    );
  }
}

/** @throws Damaged */
export function objectOf(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the text, and the journal's texts have secrets in them.
    throw new Damaged('it is damaged: no JSON');
  }
  if (!isObject(value)) throw new Damaged('it is damaged: no JSON object');
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
