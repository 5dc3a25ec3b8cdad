// Reads and writes records of the state store, each with the tag of the version that was read, so that a write never
// replaces what another run has written since.
import { DamagedRecord, decode, encode, type RecordType } from './codec.ts';
import { type StoredText, type StateStore, StateError } from './store.ts';

/** A record that two runs may write at once. */
export interface MergeableRecord<Value> extends RecordType<Value> {
  readonly key: string;
  /** Contains everything that is true in either. */
  readonly merge: (ours: Value, theirs: Value) => Value;
}

export interface Loaded<Value> {
  /** Undefined where the record does not exist. */
  readonly value: Value | undefined;
  readonly stored: StoredText | undefined;
}

/** Two concurrent writers are rare, and three at the same moment rarer. */
const ATTEMPTS = 4;

const OLDER_VERSION = 'Go back to an earlier version of it, if the folder or bucket has one.';
const REMOVE =
  'Go back to an earlier version of it, or remove it. The next run then collects its content again, which takes longer.';

/** @param remedy what the operator does about a damaged record
 *  @throws StateError, for a damaged record as well */
export async function readRecord<Value>(
  state: StateStore,
  key: string,
  type: RecordType<Value>,
  remedy = OLDER_VERSION,
): Promise<Loaded<Value>> {
  const stored = await state.get(key);
  const value = stored && decodeStored(state, key, stored, type, remedy);
  return { value, stored };
}

/** @throws StateError, for a damaged record as well */
export async function loadRecord<Value>(state: StateStore, type: MergeableRecord<Value>): Promise<Loaded<Value>> {
  return readRecord(state, type.key, type, REMOVE);
}

/** Loads a record that only saves calls: a damaged one counts as absent, and `damage` describes it. @throws StateError */
export async function loadCache<Value>(
  state: StateStore,
  type: RecordType<Value> & Pick<MergeableRecord<Value>, 'key'>,
): Promise<Loaded<Value> & { readonly damage?: StateError }> {
  const stored = await state.get(type.key);
  try {
    return { value: stored && decodeStored(state, type.key, stored, type, OLDER_VERSION), stored };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { value: undefined, stored, damage: error };
  }
}

/** Merges with what another run has written since. @throws StateError */
export async function saveRecord<Value>(
  state: StateStore,
  type: MergeableRecord<Value>,
  { stored: over }: Pick<Loaded<Value>, 'stored'>,
  value: Value,
): Promise<void> {
  let [ours, stored] = [value, over];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const text = encodeRecord(state, type.key, type, ours);
    if (text === stored?.body) return;
    if ((await state.put(type.key, text, stored ?? 'absent')) === 'written') return;
    const theirs = await loadRecord(state, type);
    stored = theirs.stored;
    if (theirs.value !== undefined) ours = type.merge(ours, theirs.value);
  }
  throw concurrentWriteError(state, type.key, ATTEMPTS);
}

/** Replaces any version: only the run that holds the lock writes this record. @throws StateError */
export async function overwriteRecord<Value>(
  state: StateStore,
  key: string,
  type: RecordType<Value>,
  value: Value,
): Promise<void> {
  await overwriteText(state, key, encodeRecord(state, key, type, value));
}

/** Changes a record that others change at the same time: each change is made to what is stored then. A damaged one counts as
 *  absent.
 *  @param known what was read just now; it is read again where another writer has changed it
 *  @throws StateError */
export async function updateRecord<Value>(
  state: StateStore,
  type: RecordType<Value> & Pick<MergeableRecord<Value>, 'key'>,
  change: (before: Value | undefined) => Value,
  known?: Loaded<Value>,
): Promise<void> {
  let loaded = known ?? (await loadCache(state, type));
  for (let attempt = 1; ; attempt++) {
    const text = encodeRecord(state, type.key, type, change(loaded.value));
    if (text === loaded.stored?.body) return;
    if ((await state.put(type.key, text, loaded.stored ?? 'absent')) === 'written') return;
    if (attempt === ATTEMPTS) throw concurrentWriteError(state, type.key, ATTEMPTS);
    loaded = await loadCache(state, type);
  }
}

/** The same for a text that no run reads again. @throws StateError */
export async function overwriteText(state: StateStore, key: string, text: string): Promise<void> {
  let over: 'absent' | StoredText = 'absent';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if ((await state.put(key, text, over)) === 'written') return;
    over = (await state.get(key)) ?? 'absent';
  }
  throw concurrentWriteError(state, key, ATTEMPTS);
}

/** @throws StateError when no run could read the record again */
export function encodeRecord<Value>(state: StateStore, key: string, type: RecordType<Value>, value: Value): string {
  const remedy = 'Report this as a bug, with this line. Nothing was written.';
  return convertDamage(`writing ${state.where}/${key}`, remedy, () => encode(type, value));
}

function decodeStored<Value>(
  { where }: StateStore,
  key: string,
  { body }: StoredText,
  type: RecordType<Value>,
  remedy: string,
): Value {
  return convertDamage(`reading ${where}/${key}`, remedy, () => decode(type, body));
}

function convertDamage<Result>(operation: string, remedy: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    throw new StateError('incomplete', { operation, reason: error.message, remedy }, error);
  }
}

export function concurrentWriteError({ where }: StateStore, key: string, attempts: number): StateError {
  return new StateError('incomplete', {
    operation: `writing ${where}/${key}`,
    reason: `another run changed it at each of ${attempts} attempts`,
    remedy: 'Wait until one run has ended before the next one starts.',
  });
}
