// Writes a page into a file that the operator names.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProcessContext } from './context.ts';
import { Refusal } from './exit.ts';

/** The message is on standard error, since standard output may be a JSON document. @throws Refusal */
export function writePage(file: string, page: string, { cwd, err }: Pick<ProcessContext, 'cwd' | 'err'>): void {
  try {
    writeFileSync(resolve(cwd, file), page);
  } catch (error) {
    throw new Refusal(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      remedy: 'Give --html a file in a folder that exists and that you may write to.',
      cause: error,
    });
  }
  err(`Wrote ${file} (${Math.ceil(Buffer.byteLength(page) / 1000)} kB).\n`);
}
