/**
 * What AWS refuses whatever the operation: calls that come too fast, that the caller may not make, or that come from a
 * stranger. Each service words these in its own way.
 */
import type { Call } from './calls.ts';
import { AwsError } from './errors.ts';
import type { Asked, House } from './dispatch-context.ts';
import { allows } from './iam/policy.ts';
import type { ActsOn } from './operation.ts';
import type { HttpRequest } from './protocols/protocol.ts';
import type { AwsService } from './aws-service.ts';

export function throttled(call: Call, { service }: Asked, { calls }: House): AwsError {
  calls.recordThrottled(call);
  return new AwsError(service.throttled.code, 'Rate exceeded', service.throttled.status);
}

/** An account in another Region would be another account; here it is one whose keys are not known. A bucket may be asked
 *  for from anywhere, and says itself where it is. */
export function checkRegion(
  region: string | undefined,
  { name, denied }: AwsService,
  { account }: House,
): void {
  if (region === undefined || region === account.place.region || name === 'sts' || name === 's3') return;
  const said = `The security token included in the request is invalid: this sandbox is in ${account.place.region}.`;
  throw isQuery(name)
    ? new AwsError('InvalidClientTokenId', said, 403)
    : new AwsError('UnrecognizedClientException', said, denied.status);
}

/** "InvalidClientTokenId: The X.509 certificate or AWS access key ID provided does not exist in our records. HTTP Status Code:
 *  403": https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html, and SNS's page of that name. */
function isQuery(service: string): boolean {
  return service === 'cloudformation' || service === 'sns';
}

export function checkPermission(call: Call, caller: string, asked: Asked, house: House): void {
  const { account } = house;
  if (asked.operation.needsNoPermission === true) return;
  const action = `${asked.service.iam}:${asked.operation.permission ?? asked.name}`;
  const { resources, context } = asked.operation.actsOn?.(call.input, account) ?? { resources: ['*'] };
  for (const resource of resources)
    if (!isAllowed(call, { action, resource, context }, house))
      throw denied(caller, asked, { action, resource });
}

export function isAllowed(
  { accessKeyId }: Call,
  { action, resource, context }: { action: string; resource: string; context?: ActsOn['context'] },
  { account, roles }: House,
): boolean {
  const policies = accessKeyId === undefined ? undefined : roles[accessKeyId];
  if (policies === undefined) return true;
  return allows(policies, {
    action,
    resource,
    context: { 'aws:RequestedRegion': account.place.region, ...context },
  });
}

export function denied(
  caller: string,
  { service }: Asked,
  { action, resource }: { action: string; resource: string },
) {
  const said =
    `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`;
  return new AwsError(service.denied.code, said, service.denied.status);
}

export function callerOf({ accessKeyId = 'anonymous' }: Call, { account, roles }: House): string {
  const { partition, account: id } = account.place;
  return Object.hasOwn(roles, accessKeyId)
    ? `arn:${partition}:sts::${id}:assumed-role/${accessKeyId}/session`
    : `arn:${partition}:iam::${id}:user/${accessKeyId}`;
}

export function signature({ headers }: HttpRequest) {
  const [, accessKeyId, region] =
    /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(String(headers['authorization'])) ?? [];
  return { accessKeyId, region };
}
