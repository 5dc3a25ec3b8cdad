// The exit codes, in one table that the README and the help repeat and a test holds.
import type { Report } from '../shared/report/model/report.ts';

export const exitCodes = {
  /** Also with families held, the cap reached, nothing to do, or a glob that matches nothing. */
  done: 0,
  /** A refused deregistration or registration, a copy that is not the same, the brake, something that began to use a
   *  revision after it was deregistered, an unsent report, AWS not reached or credentials refused. */
  failed: 1,
  /** Wrong usage or settings, no Region, a wrong or undeclared account, a declined prompt, an unknown revision. */
  usage: 2,
  /** The whole run was held: something could not be read to its end. */
  held: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command did nothing. `main` prints it on standard error, and with `--json` as a document on standard output. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The next step for the operator, as a sentence. */
  readonly remedy: string | undefined;
  readonly code: ExitCode;

  constructor(
    reason: string,
    { remedy, code = exitCodes.usage, cause }: { remedy?: string; code?: ExitCode; cause?: unknown } = {},
  ) {
    super(reason, { cause });
    this.remedy = remedy;
    this.code = code;
  }
}

/** The operator said no at a prompt, which is no error. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** The operator pressed Ctrl-C or Ctrl-D at a prompt. The message says what was not done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export function exitCodeOf({ outcome, results, run }: Report): ExitCode {
  const cutShort = run.window?.waited === false && run.window.why === 'interrupted';
  if (results.stop?.by === 'interrupted' || cutShort) return exitCodes.interrupted;
  // Something that a script must not pass over: it breaks at its next start or deployment.
  if (outcome === 'FAILED' || results.lateReferences.length > 0) return exitCodes.failed;
  // A last look that failed is an unfinished reading as well, although all that was to go has gone.
  return outcome === 'HELD' || results.unverified !== undefined ? exitCodes.held : exitCodes.done;
}
