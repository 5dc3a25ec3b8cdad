// Reads the account's alias, which operators know better than its number, if the caller may.
import { isAccountAlias } from '../domain/account-alias.ts';
import type { Aws } from './connect.ts';

/** One attempt, since no run waits for a name. Undefined where there is none, or where the call fails. */
export async function accountAlias(aws: Aws): Promise<string | undefined> {
  try {
    const { listAliases } = await import('./alias-calls.ts');
    return (await listAliases(aws)).find(isAccountAlias);
  } catch {
    return undefined;
  }
}
