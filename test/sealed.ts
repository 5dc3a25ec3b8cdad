// Records of the state store that somebody has changed, or made, who knows how to compute the checksum.
import { createHash } from 'node:crypto';

export function sealed(body: string, change: (value: string) => string): string {
  const [, format = '', value = ''] = /^\{"format":(\d+),"sha256":"\w+","value":(.*)\}\n$/s.exec(body) ?? [];
  return envelope(Number(format), change(value));
}

export function sealedAs(format: number, value: unknown): string {
  return envelope(format, JSON.stringify(value));
}

function envelope(format: number, value: string): string {
  const sha256 = createHash('sha256').update(value).digest('hex');
  return `{"format":${format},"sha256":"${sha256}","value":${value}}\n`;
}
