// The documented values of a field of AWS, by what they mean here. Another value may mean anything, so it holds the run.
import { keysOf } from '../../domain/objects.ts';
import { Incomplete } from './incomplete.ts';

type Meanings<Meaning> = ReadonlyMap<string | undefined, Meaning>;

/** @param values of each meaning, separated by spaces */
export function byValue<Meaning extends string>(values: Readonly<Record<Meaning, string>>): Meanings<Meaning> {
  return new Map(keysOf(values).flatMap((meaning) => values[meaning].split(' ').map((value) => [value, meaning])));
}

/** @param field the owner and the field, for the error
 *  @throws Incomplete on a value that this version does not know */
export function meaningOf<Meaning>(meanings: Meanings<Meaning>, value: string | undefined, field: string): Meaning {
  const meaning = meanings.get(value);
  if (meaning === undefined)
    throw new Incomplete(`${field} is ${value ?? 'missing'}, which this version does not know`);
  return meaning;
}
