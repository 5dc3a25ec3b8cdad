// AWS's errors by what they mean for us. Whatever is in no list is `unknown`, and unknown always stops.
import { expect, test } from 'vitest';
import { kindOf, describeError, whereDenied } from '../../shared/aws/errors.ts';

function anError(name: string, more: object = {}): Error {
  return Object.assign(new Error('said'), { name }, more);
}

const http = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each([
  { error: anError('AccessDeniedException', http(400)), kind: 'denied' },
  { error: anError('AccessDenied', http(403)), kind: 'denied' },
  { error: anError('AuthorizationErrorException', http(403)), kind: 'denied' },
  { error: anError('UnauthorizedOperation', http(403)), kind: 'denied' },

  { error: anError('ExpiredTokenException', http(400)), kind: 'credentials' },
  { error: anError('ExpiredToken', http(403)), kind: 'credentials' },
  { error: anError('UnrecognizedClientException', http(400)), kind: 'credentials' },
  { error: anError('InvalidClientTokenId', http(403)), kind: 'credentials' },
  { error: anError('SignatureDoesNotMatch', http(403)), kind: 'credentials' },
  { error: anError('InvalidAccessKeyId', http(403)), kind: 'credentials' },
  { error: anError('RequestTimeTooSkewed', http(403)), kind: 'credentials' },
  { error: anError('OptInRequired', http(403)), kind: 'credentials' },
  { error: anError('CredentialsProviderError'), kind: 'credentials' },

  // Of the key of a topic, by the SDK's class and by SNS's code.
  { error: anError('KMSAccessDeniedException', http(400)), kind: 'locked' },
  { error: anError('KMSDisabled', http(400)), kind: 'locked' },
  { error: anError('KMSThrottlingException', http(400)), kind: 'throttled' },

  // ECS throttles with status 400 and no class of its own.
  { error: anError('ThrottlingException', http(400)), kind: 'throttled' },
  { error: anError('ThrottledException', http(400)), kind: 'throttled' },
  { error: anError('TooManyRequestsException', http(429)), kind: 'throttled' },
  { error: anError('RequestLimitExceeded', http(503)), kind: 'throttled' },
  { error: anError('AnythingAtAll', http(429)), kind: 'throttled' },

  { error: anError('ClusterNotFoundException', http(400)), kind: 'gone' },

  { error: anError('ClientException', http(400)), kind: 'refused' },
  { error: anError('InvalidParameterException', http(400)), kind: 'refused' },
  { error: anError('SomethingNewException', http(400)), kind: 'refused' },
  { error: anError('Gone', http(499)), kind: 'refused' },

  { error: anError('ServerException', http(500)), kind: 'unanswered' },
  { error: anError('ServiceUnavailable', http(503)), kind: 'unanswered' },
  { error: anError('TimeoutError'), kind: 'unanswered' },
  { error: anError('AbortError'), kind: 'unanswered' },
  { error: anError('SyntaxError', http(200)), kind: 'unanswered' },
  { error: anError('Error', { code: 'ECONNRESET' }), kind: 'unanswered' },
  { error: anError('Error', { code: 'ENOTFOUND' }), kind: 'unanswered' },
  { error: anError('Error', { code: 'CERT_HAS_EXPIRED' }), kind: 'unanswered' },

  { error: anError('TypeError'), kind: 'unknown' },
  { error: anError('TypeError', http(200)), kind: 'unknown' },
  { error: anError('Incomplete'), kind: 'unknown' },
  { error: anError('Error', { code: 42 }), kind: 'unknown' },
  { error: anError('Error', { $metadata: 'none' }), kind: 'unknown' },
  { error: anError('Error', { $metadata: { httpStatusCode: '400' } }), kind: 'unknown' },
  { error: anError('constructor'), kind: 'unknown' },
])('$error.name, as it is here, is $kind', ({ error, kind }) => {
  expect(kindOf(error)).toBe(kind);
});

test.each(['AccessDenied', undefined, null, { name: 'ThrottlingException' }])(
  '%o, which is no error, is unknown',
  (thrown) => {
    expect(kindOf(thrown)).toBe('unknown');
  },
);

test('a message decides nothing, whatever it says', () => {
  const error = Object.assign(new Error('AccessDeniedException: Throttling, TaskDefinition is inactive'), http(400));
  expect(kindOf(error)).toBe('refused');
});

test.each([
  { error: anError('AccessDeniedException'), words: 'AccessDeniedException: said' },
  { error: anError('Error', { code: 'ECONNRESET' }), words: 'Error (ECONNRESET): said' },
  { error: 'a text', words: 'a text' },
])('$words: in AWS’s own words', ({ error, words }) => {
  expect(describeError(error)).toBe(words);
});

/** AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
test.each([
  ['because no identity-based policy allows the ecs:ListTasks action', 'the role or user that runs this'],
  [
    'because no permissions boundary allows the ecs:ListTasks action',
    'the permissions boundary of the role or user that runs this',
  ],
  ['with an explicit deny in a permissions boundary', 'the permissions boundary of the role or user that runs this'],
  [
    'because no service control policy allows the ecs:ListTasks action',
    'the service or resource control policy of the organization',
  ],
  ['because no VPC endpoint policy allows the ecs:ListTasks action', 'the policy of the VPC endpoint'],
  ['because no session policy allows the ecs:ListTasks action', 'the session policy of this session'],
])('a denial %s is remedied in %s', (words, place) => {
  expect(whereDenied(new Error(`User: arn:aws:sts::123456789012:assumed-role/a is not authorized, ${words}`))).toBe(
    place,
  );
});
