// The process that a command runs in: streams, terminal, clock and interrupts. Tests replace it; nothing else in `cli/` uses
// `process`.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { ConnectOptions } from '../shared/aws/connect.ts';
import { type Clock, systemClock } from '../shared/domain/clock.ts';

export interface ProcessContext {
  readonly clock: Clock;
  /** The wait between two attempts of a call. Default: the SDK's. */
  readonly backoff?: ConnectOptions['backoff'];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current folder. */
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error for the progress line, which moves the cursor. Default: `err`. */
  readonly draw?: (text: string) => void;
  /** Standard input and standard error are a terminal, so a prompt is possible. */
  readonly canAsk: boolean;
  /** `undefined` where the operator presses Ctrl-C or Ctrl-D at the prompt. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Standard error is a terminal. */
  readonly showsProgress: boolean;
  /** Standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly width: number;
  /** Writes a new file that only this user can read, and returns its name. */
  readonly saveSecret: (name: string, text: string) => string;
  readonly onInterrupt: (handle: () => void) => void;
  readonly exitNow: (code: number) => void;
}

/** More than anyone restores one revision. */
const MOST_FILES = 1_000;

function saveSecret(name: string, text: string): string {
  for (let copy = 1; copy <= MOST_FILES; copy++) {
    const file = copy === 1 ? `${name}.json` : `${name}-${copy}.json`;
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
      return file;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new Error(`there are already ${MOST_FILES} files with names like ${name}.json`);
}

/** The width of output into a pipe. */
const WIDTH = 80;

export function createProcessContext(): ProcessContext {
  const { stdin, stdout, stderr, env } = process;
  // `pruner plan | head` closes the pipe early, which is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    clock: systemClock,
    env,
    cwd: process.cwd(),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    canAsk: stdin.isTTY && stderr.isTTY,
    ask: async (question) => {
      const lines = createInterface({ input: stdin, output: stderr });
      // Ctrl-D closes the interface and never answers the question.
      const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
      // Ctrl-C ends the question with an AbortError.
      const answered = lines.question(question).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'AbortError') return undefined;
        throw error;
      });
      try {
        return await Promise.race([answered, closed]);
      } finally {
        lines.close();
      }
    },
    showsProgress: stderr.isTTY,
    isTerminal: stdout.isTTY,
    width: stdout.isTTY ? stdout.columns : Number(env['COLUMNS'] ?? WIDTH) || WIDTH,
    saveSecret,
    // A service manager sends SIGTERM, a closed terminal SIGHUP: both are handled like Ctrl-C.
    onInterrupt: (handle) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, handle);
    },
    exitNow: (code) => process.exit(code),
  };
}
