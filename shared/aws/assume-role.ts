// Credentials of a role in another account, by STS. They are asked for again shortly before they expire. The SDK's own provider
// (@aws-sdk/credential-providers) would bring clients of Cognito and IAM Identity Center into the package.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
import type { AwsCredentialIdentity } from '@smithy/types';
import type { ConnectOptions } from './connect.ts';

export interface Role {
  readonly arn: string;
  readonly externalId?: string | undefined;
}

/** The name under which CloudTrail shows the calls. */
const SESSION = 'ecs-revision-pruner';

/** @param from where the credentials come from that may assume the role */
export function credentialsOfRole(
  { arn, externalId }: Role,
  from: Pick<ConnectOptions, 'profile' | 'region'>,
): () => Promise<AwsCredentialIdentity> {
  return async () => {
    const { AssumeRoleCommand, STSClient } = await import('./role-client.ts');
    const client = new STSClient({
      ...(from.region === undefined ? {} : { region: from.region }),
      ...(from.profile === undefined ? {} : { profile: from.profile }),
    });
    try {
      const asked = {
        RoleArn: arn,
        RoleSessionName: SESSION,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      };
      const { Credentials } = await client.send(new AssumeRoleCommand(asked));
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
      if (AccessKeyId === undefined || SecretAccessKey === undefined)
        throw new Error(`STS answered without credentials of ${arn}`);
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
        ...(Expiration === undefined ? {} : { expiration: Expiration }),
      };
    } finally {
      client.destroy();
    }
  };
}
