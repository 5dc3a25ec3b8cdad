// Decodes the text of an object, after unpacking gzip. Pure.
import { gunzipSync } from 'node:zlib';

export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'no text' }
  /** The unpacked text is larger than the limit of a search. */
  | { readonly kind: 'too large' };

/** @param mostBytes of the text, packed or not */
export function contentOf(bytes: Uint8Array, mostBytes: number): Content {
  if (bytes.length > mostBytes) return { kind: 'too large' };
  const plain = isGzip(bytes) ? unpacked(bytes, mostBytes) : bytes;
  if (typeof plain === 'string') return { kind: plain };
  if (plain.includes(0)) return { kind: 'no text' };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(plain) };
  } catch {
    return { kind: 'no text' };
  }
}

/** https://www.rfc-editor.org/rfc/rfc1952#page-6 */
function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** Bytes that only begin like gzip are no text. */
function unpacked(bytes: Uint8Array, maxOutputLength: number): Uint8Array | 'no text' | 'too large' {
  try {
    return gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    const isLarger = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isLarger ? 'too large' : 'no text';
  }
}
