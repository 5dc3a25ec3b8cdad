// Reads the files of this repository for the generated passages.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** @param file a path from the root of the repository */
export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Sorted paths from the root of the repository, without what is installed or built. */
export function filesOf(pattern: string): string[] {
  const exclude = (name: string) => /^(node_modules|dist|coverage|out|\.serverless)$/.test(name);
  return globSync(pattern, { cwd: root, exclude }).sort();
}

/** A relative link from one document to another file of the repository. */
export function linkTo(file: string, document: string): string {
  return path.posix.relative(path.posix.dirname(document), file);
}
