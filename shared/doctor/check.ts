// One line of the doctor's report. It contains no name but the account's number, so that an operator can paste the
// report into a public bug report.
import * as z from 'zod';
import { kindOf } from '../aws/errors.ts';

export const checkSchema = z.strictObject({
  name: z.string().describe('What was checked: a permission, such as ecs:ListTasks, or a part, such as clock.'),
  status: z
    .enum(['ok', 'differs', 'not checked'])
    .describe('differs: not as the tool needs it. not checked: saw says why.'),
  saw: z.string().describe('What was seen. It holds no name of a resource, role, user or host.'),
});
export type Check = Readonly<z.output<typeof checkSchema>>;
export type Status = Check['status'];

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
