// A text of ours that shows whether it is still what a run has written: a format, a digest, and the value. A person may
// lay it out anew; one that was cut short or changed by hand is not believed.
import { createHash } from 'node:crypto';
import { Damaged, objectOf } from './records.ts';

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

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
