// Lists the files of a folder.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file in and below the folder, by its path from there, sorted. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
