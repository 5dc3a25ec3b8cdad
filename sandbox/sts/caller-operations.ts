/** STS's GetCallerIdentity, which needs no permission. */
import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Operations } from '../operation.ts';

export const callerOperations: Operations = {
  GetCallerIdentity: {
    needsNoPermission: true,
    run: (_, { account, caller, call }): GetCallerIdentityResponse => ({
      UserId: `AROASANDBOX:${call.accessKeyId ?? 'anonymous'}`,
      Account: account.place.account,
      Arn: caller,
    }),
  },
};
