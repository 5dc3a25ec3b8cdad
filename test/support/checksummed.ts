// Records of the state store that somebody has changed, or made, who knows how to compute the checksum.
import { createHash } from 'node:crypto';

/** @param key of a record that does not say what it is of */
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
