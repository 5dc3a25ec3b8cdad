// Creates or changes records of the state store with a matching checksum, as an attacker could.
import { createHash } from 'node:crypto';

/** @param key of a record whose digest includes its key */
export function rewriteChecksummed(body: string, change: (value: string) => string, key?: string): string {
  const [, format = '', value = ''] = /^\{"format":(\d+),"sha256":"\w+","value":(.*)\}\n$/s.exec(body) ?? [];
  return envelope(Number(format), change(value), key);
}

export function checksummed(format: number, value: unknown, key?: string): string {
  return envelope(format, JSON.stringify(value), key);
}

function envelope(format: number, value: string, key?: string): string {
  const place = key === undefined ? '' : `${key}\n`;
  const sha256 = createHash('sha256').update(`${place}${value}`).digest('hex');
  return `{"format":${format},"sha256":"${sha256}","value":${value}}\n`;
}
