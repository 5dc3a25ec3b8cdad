/**
 * The refusals that any operation can meet: throttling, an unknown access key, a missing permission. Each service has its
 * own codes for them.
 */
import type { Call } from './calls.ts';
import type { DispatchContext, OperationRequest } from './dispatch-context.ts';
import { AwsError } from './errors.ts';
import { allows } from './iam/policy.ts';
import type { IamScope } from './operation.ts';
import { iamArn } from './place.ts';

export function throttlingError(call: Call, { service }: OperationRequest, { calls }: DispatchContext): AwsError {
  calls.recordThrottled(call);
  return new AwsError(service.throttled.code, 'Rate exceeded', service.throttled.status);
}

/**
 * Refuses requests that are signed for another Region, as if their access key did not exist. STS answers everywhere, and S3
 * redirects to the bucket's Region.
 */
export function checkRegion(
  region: string | undefined,
  input: object,
  { service: { name, denied }, operation }: OperationRequest,
  { account }: DispatchContext,
): void {
  const wanted = operation.regionOf?.(input) ?? account.place.region;
  if (region === undefined || region === wanted || name === 'sts' || name === 's3') return;
  const message = `The security token included in the request is invalid: this sandbox is in ${account.place.region}.`;
  throw hasQueryErrorCodes(name)
    ? new AwsError('InvalidClientTokenId', message, 403)
    : new AwsError('UnrecognizedClientException', message, denied.status);
}

/** "InvalidClientTokenId: The X.509 certificate or AWS access key ID provided does not exist in our records. HTTP Status Code:
 *  403": https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html, and SNS's page of that name. */
function hasQueryErrorCodes(service: string): boolean {
  return service === 'cloudformation' || service === 'sns';
}

export function checkPermission(call: Call, caller: string, request: OperationRequest, context: DispatchContext): void {
  const { operation, service, name } = request;
  if (operation.needsNoPermission === true) return;
  const action = `${service.iam}:${operation.permission ?? name}`;
  const { resources, conditionKeys } = operation.iamScope?.(call.input, context.account) ?? {
    resources: ['*'],
  };
  for (const resource of resources)
    if (!isAllowed(call, { action, resource, conditionKeys }, context))
      throw accessDeniedError(caller, request, { action, resource });
}

export function isAllowed(
  { accessKeyId }: Call,
  { action, resource, conditionKeys }: { action: string; resource: string; conditionKeys?: IamScope['conditionKeys'] },
  { account, roles }: DispatchContext,
): boolean {
  const policies = accessKeyId === undefined ? undefined : roles[accessKeyId];
  if (policies === undefined) return true;
  return allows(policies, {
    action,
    resource,
    context: { 'aws:RequestedRegion': account.place.region, ...conditionKeys },
  });
}

export function accessDeniedError(
  caller: string,
  { service }: OperationRequest,
  { action, resource }: { action: string; resource: string },
) {
  const message =
    `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`;
  return new AwsError(service.denied.code, message, service.denied.status);
}

export function callerArn({ accessKeyId = 'anonymous' }: Call, { account, roles }: DispatchContext): string {
  const { partition, account: id } = account.place;
  return Object.hasOwn(roles, accessKeyId)
    ? `arn:${partition}:sts::${id}:assumed-role/${accessKeyId}/session`
    : iamArn(account.place, `user/${accessKeyId}`);
}
