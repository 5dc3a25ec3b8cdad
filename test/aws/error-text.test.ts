// Which of AWS's error texts may be told: none that can quote a definition, or a value that was not accepted.
import { describe, expect, test } from 'vitest';
import { withholdText } from '../../shared/aws/error-text.ts';
import { isRegistrationUnderWay, describeError } from '../../shared/aws/errors.ts';
import { canaries, foundIn, secretContainer } from '../support/canaries.ts';

const { environment } = canaries;
const leftOut = "AWS's text is left out, as it may quote what it is about";

function answered(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...more });
}

function told(error: Error, operation: string, input: object = {}): string {
  withholdText(error, { operation, input });
  return describeError(error);
}

describe('an error of a call that carries a definition', () => {
  test.each([
    ['ClientException', `Invalid environment variable DB_PASSWORD=${environment}`, leftOut],
    // Parts, values of three letters, and what stands in no quotes.
    ['ClientException', 'The user xyz and the host db-7 of container app cannot be used', leftOut],
    ['ServerException', `a ${environment}`, leftOut],
    ['NewException', environment, leftOut],
    [
      'ClientException',
      `Invalid memory ${environment} for containerDefinitions`,
      `${leftOut}; it names memory, containerDefinitions`,
    ],
    // Text that is not a member's name is left out, even in the place of one.
    ['ClientException', "Invalid setting for container 'secretname'", leftOut],
    [
      'AccessDeniedException',
      `User: arn:aws:sts::123456789012:assumed-role/pruner/run is not authorized to perform: ecs:DescribeTaskDefinition on resource: * because ${environment}`,
      'User: arn:aws:sts::123456789012:assumed-role/pruner/run is not authorized to perform: ecs:DescribeTaskDefinition on resource: *',
    ],
    [
      'AccessDenied',
      'User: arn:aws:iam::123456789012:user/x is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::kept/a b" because',
      'User: arn:aws:iam::123456789012:user/x is not authorized to perform: s3:PutObject',
    ],
    ['AccessDeniedException', environment, leftOut],
    ['ThrottlingException', 'Rate exceeded', 'Rate exceeded'],
    ['ThrottlingException', `Rate exceeded ${environment}`, leftOut],
  ])('%s: %s', (name, message, expected) => {
    for (const operation of [
      'DescribeTaskDefinition',
      'DeregisterTaskDefinition',
      'RegisterTaskDefinition',
      'DeleteTaskDefinitions',
      'PutObject',
      'GetObject',
    ]) {
      const error = answered(name, message, { Message: message, reason: { message } });
      expect(told(error, operation)).toBe(`${name}: ${expected}`);
      const all = JSON.stringify([error.stack, Object.entries(error)]);
      expect(all).not.toContain('Canary');
      expect(all).not.toContain('secretname');
    }
  });

  test('keeps what restoring branches on, in fixed words', () => {
    const error = answered('ClientException', `Too many concurrent attempts to create ${environment}`);
    expect(told(error, 'RegisterTaskDefinition')).toBe('ClientException: Too many concurrent attempts');
    expect(isRegistrationUnderWay(error)).toBe(true);
  });

  test('keeps its stack, without the text that the stack begins with', () => {
    const error = answered('ClientException', `one\n    at two\n${environment}`);
    withholdText(error, { operation: 'DescribeTaskDefinition', input: {} });
    expect(error.stack).toContain('error-text.test.ts');
    expect(error.stack).not.toContain(environment);
  });
});

describe('an error of any other call', () => {
  test.each([
    [
      'AccessDeniedException',
      'User: arn:aws:iam::1:user/x is not authorized to perform: ecs:ListTasks on resource: * because of an SCP',
    ],
    ['ResourceNotFoundException', 'Schedule nightly does not exist.'],
    ['ThrottlingException', 'Rate exceeded'],
    ['ServerException', 'Try again.'],
    ['ClusterNotFoundException', 'Cluster not found.'],
  ])('that is no complaint about a value keeps its text (%s)', (name, message) => {
    expect(told(answered(name, message), 'ListTasks')).toBe(`${name}: ${message}`);
  });

  test('about a value shows the members that were sent and that it mentions', () => {
    const message = `Invalid parameter: TopicArn or Message: ${environment}`;
    const error = answered('InvalidParameterException', message);
    expect(told(error, 'Publish', { TopicArn: 'x', Message: environment, Subject: 'y' })).toBe(
      `InvalidParameterException: ${leftOut}; it names TopicArn, Message`,
    );
  });

  test.each(['ValidationException', 'ValidationError', 'InvalidRequestException', 'SerializationException'])(
    'named %s is a complaint about a value',
    (name) => {
      expect(told(answered(name, `1 validation error: Value '${environment}' at 'name'`), 'GetSchedule')).toBe(
        `${name}: ${leftOut}`,
      );
    },
  );
});

test.each(['DescribeTaskDefinition', 'ListFunctions', 'GetSchedule'])(
  'an answer of %s that is no JSON is quoted nowhere, wherever it was damaged',
  (operation) => {
    const answer = JSON.stringify({ containerDefinitions: [secretContainer] });
    for (let at = 1; at < answer.length; at += 31) {
      const error = parsing(answer.slice(0, at));
      Object.defineProperty(error, '$responseBodyText', { value: answer, configurable: true });
      expect(told(error, operation)).toBe('SyntaxError: the answer cannot be read');
      expect(foundIn(error.stack ?? '')).toEqual([]);
      expect('$responseBodyText' in error).toBe(false);
    }
  },
);

function parsing(text: string): Error {
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`That is JSON: ${text}`);
}

test('an error that did not come from AWS keeps its text: no network, no credentials', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  expect(told(refused, 'DescribeTaskDefinition')).toBe('Error (ECONNREFUSED): connect ECONNREFUSED 127.0.0.1:1');
  const none = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  expect(told(none, 'PutObject')).toBe('CredentialsProviderError: Could not load credentials');
  expect(() => withholdText('a text', { operation: 'PutObject', input: {} })).not.toThrow();
});
