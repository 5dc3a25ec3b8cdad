/**
 * IAM's alias of the account, at most one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 */
import type { ListAccountAliasesResponse } from '@aws-sdk/client-iam';
import type { Operations } from '../operation.ts';

export const aliasOperations: Operations = {
  ListAccountAliases: {
    run: (_, { account }): ListAccountAliasesResponse => ({
      AccountAliases: account.alias === undefined ? [] : [account.alias],
      IsTruncated: false,
    }),
  },
};
