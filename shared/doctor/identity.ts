// Checks the caller, the Region, the endpoint and the clock.
import type { Aws } from '../aws/connect.ts';
import { AWS } from '../aws/realm.ts';
import type { Target } from '../domain/revision.ts';
import { type Check, differs, ok } from './check.ts';

/** AWS refuses signatures that are five minutes off:
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const MOST_SKEW_MS = 300_000;

/** @param caller the ARN that sts:GetCallerIdentity answered */
export function checkIdentity(aws: Aws, { account, region, partition }: Target, caller: string): Check[] {
  const skew = Math.round(aws.skewMs / 1000);
  const clock = `${Math.abs(skew)} s ${skew < 0 ? 'ahead of' : 'behind'} AWS's`;
  return [
    ok('credentials', `${kindOfCaller(caller)} of account ${account}`),
    ok('region', `${region}, partition ${partition}`),
    aws.realms.some((realm) => realm !== AWS)
      ? differs('endpoint', 'calls go to another machine than AWS')
      : ok('endpoint', "AWS's own"),
    (Math.abs(aws.skewMs) > MOST_SKEW_MS ? differs : ok)('clock', skew === 0 ? "as AWS's" : clock),
  ];
}

function kindOfCaller(arn: string): string {
  const [, , service, , , resource = ''] = arn.split(':');
  const [kind] = resource.split('/');
  if (service === 'sts' && kind === 'assumed-role') return 'an assumed role';
  if (service === 'sts' && kind === 'federated-user') return 'a federated user';
  if (service === 'iam' && kind === 'user') return 'a user';
  return resource === 'root' ? 'the root user' : 'an identity of another kind';
}
