// Calls IAM. A separate file, so that its client is loaded only for the call.
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { StandardRetryStrategy } from '@smithy/core/retry';
import type { Aws } from './connect.ts';
import { Tally } from './tally.ts';

/** An account has at most one: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export async function listAliases(aws: Aws): Promise<readonly string[]> {
  const retryStrategy = new StandardRetryStrategy({ maxAttempts: 1 });
  const client = aws.unsearchedClient(
    new Tally(),
    (settings) => new IAMClient({ ...settings, maxAttempts: 1, retryStrategy }),
  );
  const { AccountAliases = [] } = await client.send(new ListAccountAliasesCommand({}));
  return AccountAliases;
}
