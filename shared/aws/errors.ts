// AWS's errors, by what they mean for us. Code branches on these kinds and never on a message's text (but for
// isRegistrationUnderWay below); what is in no list is `unknown`, and unknown always stops.

import { safeText } from '../domain/safe-text.ts';

export type ErrorKind =
  /** IAM, an SCP or a boundary says no. */
  | 'denied'
  /** What was asked for is encrypted, and its key is not to be had. */
  | 'locked'
  /** Who we are is not accepted: expired, unknown or missing credentials, a Region that is not enabled. */
  | 'credentials'
  | 'throttled'
  /** What was asked about is not there. */
  | 'gone'
  /** AWS understood and says no: the request cannot be carried out as it is. */
  | 'refused'
  /** No answer, an answer cut short, or a fault on AWS's side: nothing is known about the effect. */
  | 'unanswered'
  | 'unknown';

/** Names differ from service to service: ECS says AccessDeniedException, SNS AuthorizationErrorException, STS AccessDenied. */
const names: Readonly<Record<string, ErrorKind>> = {
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  AuthorizationError: 'denied',
  AuthorizationErrorException: 'denied',
  NotAuthorized: 'denied',
  UnauthorizedOperation: 'denied',

  KmsAccessDeniedException: 'locked',
  KmsInvalidStateException: 'locked',
  // As S3 names them: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  'KMS.DisabledException': 'locked',
  'KMS.InvalidKeyUsageException': 'locked',
  'KMS.KMSInvalidStateException': 'locked',
  'KMS.NotFoundException': 'locked',

  AuthFailure: 'credentials',
  CredentialsProviderError: 'credentials',
  ExpiredToken: 'credentials',
  ExpiredTokenException: 'credentials',
  IncompleteSignature: 'credentials',
  IncompleteSignatureException: 'credentials',
  // S3's own: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  InvalidAccessKeyId: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidSignatureException: 'credentials',
  MissingAuthenticationToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  NotSignedUp: 'credentials',
  OptInRequired: 'credentials',
  RegionDisabledException: 'credentials',
  RequestExpired: 'credentials',
  RequestTimeTooSkewed: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  SSOTokenProviderFailure: 'credentials',
  TokenProviderError: 'credentials',
  TokenRefreshRequired: 'credentials',
  UnrecognizedClientException: 'credentials',

  KmsThrottlingException: 'throttled',
  LimitExceededException: 'throttled',
  RequestLimitExceeded: 'throttled',
  Throttled: 'throttled',
  SlowDown: 'throttled',
  ThrottledException: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',

  ApplicationDoesNotExistException: 'gone',
  ChangeSetNotFound: 'gone',
  ChangeSetNotFoundException: 'gone',
  ClusterNotFoundException: 'gone',
  DeploymentDoesNotExistException: 'gone',
  DeploymentGroupDoesNotExistException: 'gone',
  ExecutionDoesNotExist: 'gone',
  NoSuchKey: 'gone',
  NotFoundException: 'gone',
  ResourceNotFound: 'gone',
  ResourceNotFoundException: 'gone',
  ServiceNotFoundException: 'gone',
  StateMachineDoesNotExist: 'gone',

  AbortError: 'unanswered',
  SyntaxError: 'unanswered',
  TimeoutError: 'unanswered',
};
/** A name comes from the wire: no member that every object has may be taken for a kind. */
const kinds = new Map(Object.entries(names));

export function kindOf(error: unknown): ErrorKind {
  if (!(error instanceof Error)) return 'unknown';
  const named = kinds.get(error.name);
  if (named !== undefined) return named;
  const status = statusOf(error);
  if (status === 429) return 'throttled';
  if (status !== undefined && status >= 500) return 'unanswered';
  if (status !== undefined && status >= 400) return 'refused';
  // Node's own errors of sockets, name resolution and TLS carry a code instead of an HTTP status.
  return 'code' in error && typeof error.code === 'string' ? 'unanswered' : 'unknown';
}

/** Another registration of the family is under way. The one error that only its text tells: ECS has no name of its own for it,
 *  and says ClientException as of a definition that cannot be registered. Whoever takes it for that loses a restore, not more. */
export function isRegistrationUnderWay(error: unknown): boolean {
  return kindOf(error) === 'refused' && error instanceof Error && /too many concurrent/i.test(error.message);
}

/** AWS's own words on one line, with its name in front: `AccessDeniedException: User … is not authorized to …`. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return safeText(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return safeText(`${error.name}${code}: ${error.message}`);
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null)
    return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}
