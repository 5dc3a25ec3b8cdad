import { Incomplete } from './incomplete.ts';

/** The meaning of a value of AWS. Another value than the documented ones may mean anything, so it holds the run.
 *  @param field its owner and its name, for the error
 *  @throws Incomplete on a value that this version does not know */
export function meaningOf<Meaning>(
  meanings: ReadonlyMap<string, Meaning>,
  value: string | undefined,
  field: string,
): Meaning {
  const meaning = meanings.get(value ?? '');
  if (meaning === undefined)
    throw new Incomplete(`${field} is ${value ?? 'missing'}, which this version does not know`);
  return meaning;
}
