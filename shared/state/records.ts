// Reads and writes records: with the tag of what was read, so that nothing is written over what another run has written
// meanwhile. What each record says is for the files beside this one.
import { Damaged, decode, encode, type RecordType } from './codec.ts';
import { type StoredText, type StateStore, StateError } from './store.ts';

/** A record that two runs may write at once. */
export interface RecordKind<Value> extends RecordType<Value> {
  readonly key: string;
  /** What is true when both are. */
  readonly join: (ours: Value, theirs: Value) => Value;
}

export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly kept: StoredText | undefined;
}

/** @throws StateError, for a damaged record as well */
export async function loadRecord<Value>(state: StateStore, kind: RecordKind<Value>): Promise<Loaded<Value>> {
  const kept = await state.get(kind.key);
  return { kept, value: kept === undefined ? undefined : read(state, kind.key, kept, kind, REMOVE) };
}

/** A record that only saves calls: a damaged one is read anew from AWS, and said. @throws StateError */
export async function loadCache<Value>(
  state: StateStore,
  kind: RecordKind<Value>,
): Promise<Loaded<Value> & { readonly damage?: StateError }> {
  const kept = await state.get(kind.key);
  if (kept === undefined) return { kept, value: undefined };
  try {
    return { kept, value: read(state, kind.key, kept, kind) };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { kept, value: undefined, damage: error };
  }
}

/** Two runs at once are rare, and three at the same moment rarer. */
const ATTEMPTS = 4;

/** @throws StateError */
export async function saveRecord<Value>(
  state: StateStore,
  kind: RecordKind<Value>,
  { kept: over }: Pick<Loaded<Value>, 'kept'>,
  value: Value,
): Promise<void> {
  let [ours, known] = [value, over];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const text = write(state, kind.key, kind, ours);
    if (text === known?.body) return;
    if ((await state.put(kind.key, text, known ?? 'absent')) === 'written') return;
    known = await state.get(kind.key);
    if (known !== undefined) ours = kind.join(ours, read(state, kind.key, known, kind, REMOVE));
  }
  throw changedMeanwhile(state, kind.key, ATTEMPTS);
}

/** Over whatever is there: only the run with the lock writes such a record. @throws StateError */
export async function overwrite<Value>(
  state: StateStore,
  key: string,
  type: RecordType<Value>,
  value: Value,
): Promise<void> {
  const text = write(state, key, type, value);
  let over: 'absent' | StoredText = 'absent';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if ((await state.put(key, text, over)) === 'written') return;
    over = (await state.get(key)) ?? 'absent';
  }
  throw changedMeanwhile(state, key, ATTEMPTS);
}

const REMOVE =
  'Go back to an earlier version of it, or remove it: what it knew is then found out anew, which takes its time.';

/** @param next what the operator does about a damaged record
 *  @throws StateError */
export function read<Value>(
  { where }: Pick<StateStore, 'where'>,
  key: string,
  { body }: Pick<StoredText, 'body'>,
  type: RecordType<Value>,
  next = 'Go back to an earlier version of it, if the folder or bucket has one.',
): Value {
  return orStateError(`reading ${where}/${key}`, next, () => decode(type, body));
}

/** @throws StateError when no run could read it again */
export function write<Value>(
  { where }: Pick<StateStore, 'where'>,
  key: string,
  type: RecordType<Value>,
  value: Value,
): string {
  const next = 'Report this as a bug, with this line. Nothing was written.';
  return orStateError(`writing ${where}/${key}`, next, () => encode(type, value));
}

function orStateError<Result>(doing: string, next: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    throw new StateError('incomplete', { operation: doing, reason: error.message, remedy: next }, error);
  }
}

export function changedMeanwhile(
  { where }: Pick<StateStore, 'where'>,
  key: string,
  attempts: number,
): StateError {
  return new StateError('incomplete', {
    operation: `writing ${where}/${key}`,
    reason: `it was changed by somebody else each of ${attempts} times`,
    remedy: 'Let one run end before the next begins.',
  });
}
