// Reads the account's alias, which operators know better than its number, if the caller may.
import type { Aws } from './connect.ts';

/** As IAM allows them. Anything else comes from another server, and would be printed in the subject of the mail.
 *  https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
const ALIAS = /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/;

/** One attempt, since no run waits for a name. Undefined where there is none, or where the call fails. */
export async function accountAlias(aws: Aws): Promise<string | undefined> {
  try {
    const { listAliases } = await import('./alias-calls.ts');
    return (await listAliases(aws)).find((alias) => ALIAS.test(alias));
  } catch {
    return undefined;
  }
}
