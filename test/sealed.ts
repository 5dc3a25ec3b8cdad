// A record of the state that somebody has changed who knows how to seal it again.
import { createHash } from 'node:crypto';

export function sealed(body: string, change: (value: string) => string): string {
  const [, format = '', value = ''] = /^\{"format":(\d+),"sha256":"\w+","value":(.*)\}\n$/s.exec(body) ?? [];
  const text = change(value);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `{"format":${format},"sha256":"${sha256}","value":${text}}\n`;
}
