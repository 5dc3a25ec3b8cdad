// Reads the account's alias, which operators know better than its number, if the caller may.
import type { Aws } from './connect.ts';

/** One attempt, since no run waits for a name. Undefined where there is none, or where the call fails. */
export async function accountAlias(aws: Aws): Promise<string | undefined> {
  try {
    const { listAliases } = await import('./alias-calls.ts');
    return (await listAliases(aws))[0];
  } catch {
    return undefined;
  }
}
