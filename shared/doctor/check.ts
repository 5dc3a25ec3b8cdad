// One line of the doctor's report. It contains no name but the account's number, so that an operator can paste the
// report into a public bug report.
import { kindOf } from '../aws/errors.ts';

export type Status = 'ok' | 'differs' | 'not checked';

export interface Check {
  readonly name: string;
  readonly status: Status;
  /** What was seen, or why nothing was, without a name of a resource, role, user or host. */
  readonly saw: string;
}

export const ok = (name: string, saw: string): Check => ({ name, status: 'ok', saw });
export const differs = (name: string, saw: string): Check => ({ name, status: 'differs', saw });
export const notChecked = (name: string, saw: string): Check => ({ name, status: 'not checked', saw });

/** Runs a check whose calls may fail. A denied call checks nothing; any other failure is a difference. */
export async function runCheck(name: string, check: () => Promise<Check | readonly Check[]>): Promise<Check[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const failed = kindOf(error) === 'denied' ? notChecked : differs;
    return [failed(name, errorCode(error))];
  }
}

/** The error's code alone: its text may quote names. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'an error without a name';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return /^[A-Za-z0-9_.]{1,80}$/.test(error.name) ? `${error.name}${code}` : 'an error of another form';
}
