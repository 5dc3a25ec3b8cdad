// Decides which error texts of AWS may be shown. Reports, mails and logs repeat them, and a text may quote the request
// or the account's data: environment values, commands, secrets. Searching for known values misses parts and other
// spellings of them, so such a text is replaced by its code and the API members in it.
import { words, isObject } from '../domain/objects.ts';
import { kindOf } from './errors.ts';

/** Calls that send or return a definition, or carry one to or from the state store. */
const CARRY_DEFINITIONS = words(
  `DescribeTaskDefinition DeregisterTaskDefinition RegisterTaskDefinition DeleteTaskDefinitions PutObject GetObject`,
);

/** Texts of these errors quote the value that a service did not accept. */
const VALIDATION = /Valid|Invalid|ClientException|Malformed|Serialization|BadRequest/i;

/** The SDK and V8 quote the part of an answer that they cannot parse. */
const UNREADABLE: ReadonlySet<string> = new Set(['SyntaxError', 'TypeError', 'RangeError']);

/** ECS has no code for it, and restoring depends on it: see isRegistrationUnderWay. */
const UNDER_WAY = /too many concurrent/i;

/** Whole texts that quote nothing. */
const FIXED: ReadonlySet<string> = new Set([
  'Access Denied',
  'No Fargate configuration exists for given values.',
  'Rate exceeded',
  'Role is not valid',
  'The security token included in the request is expired',
  'The security token included in the request is invalid',
  'Unable to describe task definition.',
]);

/** `User: ARN is not authorized to perform: ACTION on resource: RESOURCE`, each with the characters of a name only. */
const DENIED =
  /^User: (arn:[\w:/+=,.@-]{1,300}) is not authorized to perform: ([a-z0-9-]{1,40}:\w{1,60})(?: on resource: (?:"([\w:/+=,.@*-]{1,300})"|([\w:/+=,.@*-]{1,300})))?(?=\s|$)/i;

/** Members of a definition that show where to look, except everyday words. */
const MEMBERS = words(
  `containerDefinitions containerPort cpu credentialSpecs dependsOn dnsServers dockerLabels dockerSecurityOptions
   dockerVolumeConfiguration efsVolumeConfiguration enableFaultInjection entryPoint environmentFiles ephemeralStorage
   executionRoleArn extraHosts family firelensConfiguration fsxWindowsFileServerVolumeConfiguration healthCheck hostPort
   inferenceAccelerators ipcMode linuxParameters logConfiguration logDriver memory memoryReservation mountPoints
   networkMode pidMode placementConstraints portMappings proxyConfiguration readonlyRootFilesystem repositoryCredentials
   requiresCompatibilities resourceRequirements restartPolicy runtimePlatform startTimeout stopTimeout systemControls
   taskDefinition taskRoleArn ulimits volumesFrom workingDirectory`,
);

/** Changes the error itself, and its stack, so that it can be shown, logged and thrown.
 *  @param call the operation, and the members of its input */
export function withholdText(error: unknown, call: { readonly operation: string; readonly input: object }): void {
  if (!(error instanceof Error)) return;
  const text = textFor(error, call);
  if (text === undefined) return;
  say(error, text);
  // The SDK attaches the whole answer to the error, and a logger writes every member.
  for (const key of Reflect.ownKeys(error)) if (!KEPT.has(key)) Reflect.deleteProperty(error, key);
}

/** The members that code branches on, and the new message. */
const KEPT: ReadonlySet<string | symbol> = words('name message stack code $fault $metadata $retryable');

/** @returns undefined where the text may stay */
function textFor(error: Error, { operation, input }: Parameters<typeof withholdText>[1]): string | undefined {
  if (UNREADABLE.has(error.name)) return 'the answer cannot be read';
  const carries = CARRY_DEFINITIONS.has(operation);
  // Not an answer of AWS: no connection, or no credentials.
  if (!isAnswer(error) || FIXED.has(error.message)) return undefined;
  if (!carries && !VALIDATION.test(error.name)) return undefined;
  if (carries && kindOf(error) === 'denied') {
    const denied = deniedIn(error.message);
    if (denied !== undefined) return denied;
  }
  if (UNDER_WAY.test(error.message)) return 'Too many concurrent attempts';
  const sent = Object.keys(input);
  const words = new Set(error.message.match(/\b[A-Za-z]{3,50}\b/g) ?? []);
  const named = [...words].filter((word) => MEMBERS.has(word) || sent.includes(word)).slice(0, MOST_NAMED);
  const members = named.length === 0 ? '' : `; it names ${named.join(', ')}`;
  return `AWS's text is left out, as it may quote what it is about${members}`;
}

const MOST_NAMED = 5;

function isAnswer(error: Error): boolean {
  return '$metadata' in error && isObject(error.$metadata) && 'httpStatusCode' in error.$metadata;
}

function deniedIn(message: string): string | undefined {
  const [, user, action, quoted, plain] = DENIED.exec(message) ?? [];
  if (user === undefined || action === undefined) return undefined;
  const resource = quoted ?? plain;
  return `User: ${user} is not authorized to perform: ${action}${resource === undefined ? '' : ` on resource: ${resource}`}`;
}

function say(error: Error, message: string): void {
  const calls = (error.stack ?? '').split('\n').filter((line) => /^ {4}at \S/.test(line));
  error.message = message;
  error.stack = [`${error.name}: ${message}`, ...calls].join('\n');
}
