// Prints the progress of a function from its log: reading, deregistering and waiting.
import * as z from 'zod';
import { faint, passing, say } from './screen.ts';
import type { Watching } from './stage.ts';

/** Metrics are log lines without a message. */
const entry = z.object({
  message: z.string().optional(),
  part: z.string().optional(),
  calls: z.number().optional(),
});

/** A shorter wait only starts a new invocation. */
const WINDOW_MS = 60_000;

export interface Telling extends Watching {
  /** Prints the rest, once the function has answered. */
  readonly ended: () => void;
}

/** @param meanwhile runs while the function waits */
export function telling(clock: { now(): number }, meanwhile?: () => Promise<void>): Telling {
  let gone = 0;
  let saidGone = 0;
  let read = { parts: new Set<string>(), calls: 0 };
  const told = () => {
    passing('');
    if (read.calls > 0)
      say(
        `  ${hour(clock.now())}  ${gone > 0 ? 'looked again at' : 'read'} ${read.parts.size} places, in ${read.calls} calls`,
      );
    read = { parts: new Set(), calls: 0 };
    const went = gone - saidGone;
    if (went > 0) say(`  ${hour(clock.now())}  deregistered ${went} ${went === 1 ? 'revision' : 'revisions'}`);
    saidGone = gone;
  };
  return {
    onLine(line) {
      const { message, part = '', calls = 0 } = entry.parse(JSON.parse(line));
      if (message === 'read') {
        read.parts.add(part);
        read.calls += calls;
        passing(`         ${gone > 0 ? 'looked again at' : 'read'} ${part}`);
      }
      if (message === 'deregistered') {
        if (gone === 0) told();
        gone += 1;
        passing(`         deregistered ${gone} revisions ...`);
      }
    },
    async waiting(until) {
      if (until - clock.now() < WINDOW_MS) return;
      told();
      const minutes = Math.round((until - clock.now()) / 60_000);
      say(`         sleeps ${minutes} minutes: for ten, AWS does not enforce INACTIVE yet`);
      if (meanwhile === undefined) say(faint('         (skipped here)'));
      await meanwhile?.();
    },
    ended: told,
  };
}

/** `03:30` */
export function hour(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
