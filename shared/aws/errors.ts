// Classifies AWS's errors. Code branches on these kinds and never on a message's text (except isRegistrationUnderWay).
// An error in no list is `unknown`, which always stops a run.

import { keyByWord, isObject } from '../domain/objects.ts';
import { safeText } from '../domain/safe-text.ts';

export type ErrorKind =
  /** IAM, an SCP or a boundary denies it. */
  | 'denied'
  /** It is encrypted, and its key is not available. */
  | 'locked'
  /** AWS does not accept the credentials: they are expired, unknown or missing, or the Region is not enabled. */
  | 'credentials'
  | 'throttled'
  /** It does not exist. */
  | 'gone'
  /** AWS understood the request and cannot carry it out. */
  | 'refused'
  /** No answer, a truncated answer, or an error on AWS's side: the effect is unknown. */
  | 'unanswered'
  | 'unknown';

/** Names differ by service: ECS says AccessDeniedException, SNS AuthorizationErrorException, STS AccessDenied. S3 has its own:
 *  https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const kinds = keyByWord({
  denied: `
    AccessDenied AccessDeniedException AuthorizationError AuthorizationErrorException NotAuthorized
    UnauthorizedOperation`,
  locked: `
    KmsAccessDeniedException KmsInvalidStateException KMS.DisabledException KMS.InvalidKeyUsageException
    KMS.KMSInvalidStateException KMS.NotFoundException KMSAccessDenied KMSAccessDeniedException KMSDisabled
    KMSDisabledException KMSInvalidState KMSInvalidStateException KMSNotFound KMSNotFoundException KMSOptInRequired`,
  credentials: `
    AuthFailure CredentialsProviderError ExpiredToken ExpiredTokenException IncompleteSignature
    IncompleteSignatureException InvalidAccessKeyId InvalidClientTokenId InvalidSignatureException
    MissingAuthenticationToken MissingAuthenticationTokenException NotSignedUp OptInRequired
    RegionDisabledException RequestExpired RequestTimeTooSkewed SignatureDoesNotMatch SSOTokenProviderFailure
    TokenProviderError TokenRefreshRequired UnrecognizedClientException`,
  throttled: `
    KmsThrottlingException KMSThrottling KMSThrottlingException LimitExceededException RequestLimitExceeded Throttled SlowDown ThrottledException
    Throttling ThrottlingException TooManyRequestsException`,
  gone: `
    ApplicationDoesNotExistException ChangeSetNotFound ChangeSetNotFoundException ClusterNotFoundException
    DeploymentDoesNotExistException DeploymentGroupDoesNotExistException ExecutionDoesNotExist NoSuchKey
    NotFoundException ParameterNotFound ResourceNotFound ResourceNotFoundException ServiceNotFoundException StateMachineDoesNotExist`,
  unanswered: 'AbortError SyntaxError TimeoutError',
}) satisfies ReadonlyMap<string, ErrorKind>;

export function kindOf(error: unknown): ErrorKind {
  if (!(error instanceof Error)) return 'unknown';
  const named = kinds.get(error.name);
  if (named !== undefined) return named;
  const status = statusOf(error);
  if (status === 429) return 'throttled';
  if (status !== undefined && status >= 500) return 'unanswered';
  if (status !== undefined && status >= 400) return 'refused';
  // Node's errors of sockets, name resolution and TLS have a code instead of an HTTP status.
  return 'code' in error && typeof error.code === 'string' ? 'unanswered' : 'unknown';
}

/** Names the policy that lacks the permission, by the reason that AWS gives; for a remedy only.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function whereDenied(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  if (/permissions boundary/i.test(text)) return 'the permissions boundary of the role or user that runs this';
  if (/service control policy|resource control policy/i.test(text))
    return 'the service or resource control policy of the organization';
  if (/VPC endpoint policy/i.test(text)) return 'the policy of the VPC endpoint';
  if (/session policy/i.test(text)) return 'the session policy of this session';
  return 'the role or user that runs this';
}

/** Another registration of the family is in progress. Only the text of this error tells: ECS says ClientException,
 *  as for a definition that cannot be registered. A wrong result costs a restore, and nothing else. */
export function isRegistrationUnderWay(error: unknown): boolean {
  return kindOf(error) === 'refused' && error instanceof Error && /too many concurrent/i.test(error.message);
}

/** AWS's own words on one line, after the error's name: `AccessDeniedException: User … is not authorized to …`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return safeText(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return safeText(`${error.name}${code}: ${error.message}`);
}

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error && isObject(error.$metadata) ? error.$metadata : {};
  return typeof metadata['httpStatusCode'] === 'number' ? metadata['httpStatusCode'] : undefined;
}
