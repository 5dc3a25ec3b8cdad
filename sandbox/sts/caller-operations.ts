/** STS: GetCallerIdentity, which needs no permission, and AssumeRole for roles of the account. */
import type { AssumeRoleRequest, AssumeRoleResponse, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { AwsError } from '../errors.ts';
import type { OperationContext, Operations } from '../operation.ts';

export const callerOperations: Operations = {
  GetCallerIdentity: {
    needsNoPermission: true,
    run: (_, { account, caller, call }): GetCallerIdentityResponse => ({
      UserId: `AROASANDBOX:${call.accessKeyId ?? 'anonymous'}`,
      Account: account.place.account,
      Arn: caller,
    }),
  },
  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  AssumeRole: {
    iamScope: ({ RoleArn = '' }: AssumeRoleRequest) => ({ resources: [RoleArn] }),
    run(
      { RoleArn = '', RoleSessionName = '', DurationSeconds = 3600 }: AssumeRoleRequest,
      { account }: OperationContext,
    ): AssumeRoleResponse {
      const [, number, name = ''] = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(RoleArn) ?? [];
      // STS does not tell a role that does not exist from one that does not trust the caller.
      if (number !== account.place.account)
        throw new AwsError(
          'AccessDenied',
          `User is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
          403,
        );
      const { partition } = account.place;
      return {
        AssumedRoleUser: {
          AssumedRoleId: `AROASANDBOX:${RoleSessionName}`,
          Arn: `arn:${partition}:sts::${number}:assumed-role/${name}/${RoleSessionName}`,
        },
        Credentials: {
          AccessKeyId: 'ASIASANDBOXROLE00000',
          SecretAccessKey: 'secret',
          SessionToken: 'token',
          // The SDK compares it with the clock of the machine.
          Expiration: new Date(Date.now() + DurationSeconds * 1000),
        },
      };
    },
  },
};
