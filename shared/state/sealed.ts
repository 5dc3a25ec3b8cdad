// A text of ours that shows whether it is still what a run has written: a format, a digest, and the value. A person may
// lay it out anew; one that was cut short or changed by hand is not believed.
import { createHash } from 'node:crypto';
import { Damaged, objectOf } from './records.ts';
import { type Kept, type State, StateError } from './state.ts';

/** @param value plain JSON: what JSON.parse gives back is what was sealed */
export function seal(format: number, value: unknown): string {
  const body = JSON.stringify(value);
  return `{"format":${format},"sha256":"${digestOf(body)}","value":${body}}\n`;
}

/** @param readers one for each format that was ever written
 *  @throws Damaged */
export function unseal<Value>(
  text: string,
  readers: Readonly<Record<number, (value: unknown) => Value>>,
): Value {
  const { format, sha256, value } = objectOf(text);
  const reader = typeof format === 'number' ? readers[format] : undefined;
  if (reader === undefined)
    throw new Damaged(
      `it is of a format that this version does not know: ${typeof format === 'number' ? format : 'no number'}`,
    );
  if (value === undefined || digestOf(JSON.stringify(value)) !== sha256)
    throw new Damaged('it is damaged: it is not what a run has written');
  return reader(value);
}

/** @param next what a person does about one that is damaged
 *  @throws StateError */
export function readSealed<Value>(
  { where }: Pick<State, 'where'>,
  key: string,
  { body }: Pick<Kept, 'body'>,
  readers: Readonly<Record<number, (value: unknown) => Value>>,
  next = 'Go back to an earlier version of it, if the folder or bucket has one.',
): Value {
  try {
    return unseal(body, readers);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    throw new StateError(
      'incomplete',
      { doing: `reading ${where}/${key}`, said: error.message, next },
      error,
    );
  }
}

/** Only who has the lock writes such texts; the first try meets what an earlier run has left. */
const ATTEMPTS = 3;

/** Over whatever lies there. @throws StateError */
export async function overwrite(state: State, key: string, body: string): Promise<void> {
  let over: 'absent' | Kept = 'absent';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if ((await state.put(key, body, over)) === 'written') return;
    over = (await state.get(key)) ?? 'absent';
  }
  throw new StateError('incomplete', {
    doing: `writing ${state.where}/${key}`,
    said: `it was changed by somebody else each of ${ATTEMPTS} times`,
    next: 'Let one run end before the next begins.',
  });
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
