// The account's alias, which people know better than its number. It is told where the caller may ask for it.
import type { Aws } from './connect.ts';

/** Asked once, without retries: no run waits for a name. Nothing where there is none, or where it cannot be asked. */
export async function accountAlias(aws: Aws): Promise<string | undefined> {
  try {
    const { listAliases } = await import('./alias-calls.ts');
    return (await listAliases(aws))[0];
  } catch {
    return undefined;
  }
}
