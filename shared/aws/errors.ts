// Classifies AWS's errors. Code branches on these kinds and never on a message's text (except isRegistrationUnderWay).
// An error in no list is `unknown`, which always stops a run.

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

/** Names differ by service: ECS says AccessDeniedException, SNS AuthorizationErrorException, STS AccessDenied. */
const names: Readonly<Record<string, ErrorKind>> = {
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  AuthorizationError: 'denied',
  AuthorizationErrorException: 'denied',
  NotAuthorized: 'denied',
  UnauthorizedOperation: 'denied',

  KmsAccessDeniedException: 'locked',
  KmsInvalidStateException: 'locked',
  // S3's names: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
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
  // S3's name: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
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
/** A Map, since the name comes from the network: a member of every object must not become a kind. */
const kinds = new Map(Object.entries(names));

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
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}
