// Loads settings from the operator's file. Content that cannot be read or has no effect is a problem with its line.
import { closeSync, openSync, readSync } from 'node:fs';
import { SettingsError } from './problems.ts';
import type { Settings } from './schema.ts';
import { parseSettingsText } from './text.ts';

/** A hundred times the longest useful settings: a larger file is the wrong one. */
const maxBytes = 256 * 1024;

export function loadSettings(file: string): Settings {
  return parseSettingsText(decoded(bytesOf(file), file), file);
}

/** Reads up to the limit, so that a pipe works and an endless device does no harm. */
function bytesOf(file: string): Uint8Array {
  const bytes = new Uint8Array(maxBytes + 1);
  let length = 0;
  try {
    const from = openSync(file, 'r');
    try {
      for (let read = 1; read > 0 && length < bytes.length; length += read)
        read = readSync(from, bytes, length, bytes.length - length, null);
    } finally {
      closeSync(from);
    }
  } catch (error) {
    throw unreadable(file, whyUnreadable(error));
  }
  if (length > maxBytes) throw unreadable(file, `is larger than ${maxBytes / 1024} KiB, so it is no settings file`);
  return bytes.subarray(0, length);
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, 'is not text in UTF-8; save it as UTF-8');
  }
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error && 'code' in error)) throw error;
  if (error.code === 'ENOENT') return 'no such file';
  if (error.code === 'EISDIR') return 'is a folder, not a file';
  return `cannot be read (${error.message})`;
}

function unreadable(file: string, message: string): SettingsError {
  return new SettingsError([{ file, line: undefined, path: '', message }]);
}
