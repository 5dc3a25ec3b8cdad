// What surrounds a command: its streams, the terminal behind them, the clock, and the interrupt key. A test puts another
// one in its place; nothing else of the command line touches `process`.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { ConnectOptions } from '../shared/aws/connect.ts';
import { type Clock, systemClock } from '../shared/domain/clock.ts';

export interface ProcessContext {
  readonly clock: Clock;
  /** The wait between two attempts of a call; the SDK's own when left out. */
  readonly backoff?: ConnectOptions['backoff'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error for what moves the cursor: the line that is redrawn. `err` when left out. */
  readonly draw?: (text: string) => void;
  /** Standard input and standard error are a terminal: a person is there to be asked. */
  readonly canAsk: boolean;
  /** Nothing where the operator presses Ctrl-C or Ctrl-D instead of answering. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Standard error is a terminal, so progress can be drawn there. */
  readonly showsProgress: boolean;
  /** Standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly width: number;
  /** Writes a file that only this user can read, beside the others and over none, and says where. */
  readonly saveSecret: (name: string, text: string) => string;
  readonly onInterrupt: (handle: () => void) => void;
  readonly exitNow: (code: number) => void;
}

/** More tries than anybody has restored one revision. */
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
  throw new Error(`there are ${MOST_FILES} files that begin with ${name}`);
}

/** What a line is wrapped at when nobody says how wide the terminal is. */
const WIDTH = 80;

export function createProcessContext(): ProcessContext {
  const { stdin, stdout, stderr, env } = process;
  // `pruner plan | head` closes the pipe early: what is not read need not be written, and the exit code stays as it is.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    clock: systemClock,
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    canAsk: stdin.isTTY && stderr.isTTY,
    ask: async (question) => {
      const lines = createInterface({ input: stdin, output: stderr });
      // Ctrl-D closes the interface, and leaves the question without an answer for ever.
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
    // A service manager ends with SIGTERM, a closed terminal with SIGHUP: both end like Ctrl-C.
    onInterrupt: (handle) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, handle);
    },
    exitNow: (code) => process.exit(code),
  };
}
