// The exit codes, and the errors that end a command early.
import type { Report } from '../shared/report/model/report.ts';

export const exitCodes = {
  /** Also with families on hold, the cap reached, nothing to do, or a glob without a match. */
  done: 0,
  /** A refused deregistration or registration, a copy with differences, an aborted run, a late reference, an unsent report,
   *  AWS not reached, or credentials refused. */
  failed: 1,
  /** Wrong usage or settings, no Region, a wrong or undeclared account, a declined prompt, an unknown revision, a saved
   *  plan that cannot be used. */
  usage: 2,
  /** The whole run was held: something could not be read completely. Or it was paused. */
  held: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command did nothing. `main` prints it on standard error, and with `--json` also as a document on standard output. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The remedy, as a sentence for the operator. */
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

/** Of `plan --detailed-exitcode`: 2 says that the plan has changes, as Terraform's does, so errors of usage are 1 then. */
const CHANGES = 2;

/** @param args all arguments, since those that cannot be parsed are an error of usage, too */
export function isDetailed(args: readonly string[]): boolean {
  return args.includes('--detailed-exitcode');
}

export function exitCodeOfPlan(report: Report): ExitCode {
  const code = exitCodeOf(report);
  const changes = (report.plan?.toDeregister.length ?? 0) + (report.deletions?.deleted.length ?? 0);
  return code === exitCodes.done && changes > 0 ? CHANGES : code;
}

export function exitCodeOf({ outcome, results, run, deletions }: Report): ExitCode {
  const isCutShort = run.window?.waited === false && run.window.why === 'interrupted';
  if (results.stop?.by === 'interrupted' || isCutShort) return exitCodes.interrupted;
  // A script must not ignore a late reference: its next start or deployment fails.
  if (outcome === 'FAILED' || results.failed.length + results.lateReferences.length > 0) return exitCodes.failed;
  if (results.stop?.by === 'paused' || deletions?.stop?.by === 'paused') return exitCodes.held;
  // A failed check for late references is an incomplete reading as well.
  return outcome === 'HELD' || results.unverified !== undefined ? exitCodes.held : exitCodes.done;
}
