// Finds the revisions that a CloudTrail record shows to be used: those that a call requested or returned. A failed call
// counts as well, since its caller will repeat it; one that was denied or throttled without a request used only what
// its message spells. A truncated or unknown record proves nothing, so it ends the known span.
import { isObject, words } from '../../domain/objects.ts';
import type { Event } from '@aws-sdk/client-cloudtrail';
import { parseJson } from '../../domain/json-depth.ts';
import { parseReferenceTarget, type Revision, type Target } from '../../domain/revision.ts';

/** Every call that can start something from a revision. App Runner and Cloud Map also have CreateService and
 *  UpdateService, so the event's source is checked as well. */
export const callNames = [
  ...words(`RunTask StartTask CreateService UpdateService CreateTaskSet CreateExpressGatewayService
            UpdateExpressGatewayService`),
];

/** These require a task definition. CreateService (under the EXTERNAL controller) and UpdateService do not. */
const alwaysReference: ReadonlySet<string | undefined> = new Set(['RunTask', 'StartTask', 'CreateTaskSet']);

export type RecordedUse = ({ readonly uses: readonly Revision[] } | { readonly unclear: string }) & {
  /** The caller, as an ARN where the record has one. */
  readonly caller?: string | undefined;
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function parseTrailRecord(event: Event, target: Target): RecordedUse {
  const record = objectIn(event.CloudTrailEvent);
  const caller = callerIn(record) ?? event.Username;
  return {
    ...parseRecord(event, record, target),
    ...(caller === undefined ? {} : { caller: caller.slice(0, LONGEST) }),
  };
}

/** An IAM ARN has at most 2,048 characters, a role session some hundred. */
const LONGEST = 300;

function callerIn(record: Record<string, unknown> | undefined): string | undefined {
  const identity = record?.['userIdentity'];
  if (!isObject(identity)) return undefined;
  const known = [identity['arn'], identity['invokedBy'], identity['principalId']];
  return known.find((one): one is string => typeof one === 'string' && one !== '');
}

function parseRecord(
  { EventName, EventSource }: Event,
  record: Record<string, unknown> | undefined,
  target: Target,
): RecordedUse {
  if (EventSource !== undefined && EventSource !== ECS) return { uses: [] };
  if (record === undefined) return { unclear: 'its record is no JSON object' };
  const source = record['eventSource'] ?? EventSource;
  if (typeof source !== 'string') return { unclear: 'its record does not say whose call it was' };
  if (source !== ECS) return { uses: [] };

  const failed = record['errorCode'] !== undefined && record['errorCode'] !== null;
  const request = whole(record['requestParameters']);
  const spelt = failed ? revisionsSpelt(record['errorMessage'], target) : [];
  if ((record['requestParameters'] ?? null) === null && isHarmless(record['errorCode'])) return { uses: spelt };
  if (request === undefined) return { unclear: 'its requestParameters are missing or cut off' };
  const response = whole(record['responseElements']);
  if (response === undefined && !failed) return { unclear: 'its responseElements are missing or cut off' };

  const uses = [...revisionsIn(request, target), ...revisionsIn(response, target), ...spelt];
  const asked = ['taskDefinition', 'TaskDefinition', 'taskDefinitionArn', 'TaskDefinitionArn']
    .map((key) => request[key])
    .find((one) => one !== undefined && one !== null);
  if (asked === undefined)
    return alwaysReference.has(EventName) && !failed ? { unclear: 'it has no task definition' } : { uses };
  const parsed = typeof asked === 'string' ? parseReferenceTarget(asked, target) : undefined;
  switch (parsed?.kind) {
    case 'revision':
      return { uses: [...uses, { family: parsed.family, number: parsed.number }] };
    case 'foreign':
    case 'daemon':
      return { uses };
    case 'floating': {
      // Only the answer tells which revision that was. A call that failed, or placed no task, has used none.
      const told = failed || startedNothing(response) || uses.some(({ family }) => family === parsed.family);
      return told ? { uses } : { unclear: `its answer does not tell which revision of ${parsed.family} it used` };
    }
    case 'unreadable':
    case undefined:
      // ECS refuses an invalid name, so it references nothing.
      return failed && typeof asked === 'string'
        ? { uses }
        : { unclear: 'its task definition has a form that this version does not know' };
  }
}

const ECS = 'ecs.amazonaws.com';

/** Refused before ECS looked at the request: IAM denied it, the caller was unknown, or the call was throttled. It
 *  started nothing, and a successful retry has its own record. Another failure without a request proves nothing. */
const HARMLESS =
  /^(Client\.)?(AccessDenied(Exception)?|NotAuthorized|UnauthorizedOperation|AuthFailure|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?|OptInRequired|RequestExpired|Throttling(Exception)?|ThrottledException|RequestLimitExceeded|TooManyRequestsException|SlowDown)$/;

function isHarmless(errorCode: unknown): boolean {
  return typeof errorCode === 'string' && HARMLESS.test(errorCode);
}

const SPELT = /arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/[\w-]+:\d+|(?<![\w/:.-])[\w-]{1,255}:[1-9]\d*(?![\w:-])/g;

/** ARNs and short names in a sentence. A false match, such as a time of day, is in no inventory. */
export function revisionNamesIn(message: unknown): string[] {
  return typeof message === 'string' ? [...(message.match(SPELT) ?? [])] : [];
}

function revisionsSpelt(message: unknown, target: Target): Revision[] {
  return revisionNamesIn(message).flatMap((text) => {
    const parsed = parseReferenceTarget(text, target);
    return parsed.kind === 'revision' ? [{ family: parsed.family, number: parsed.number }] : [];
  });
}

function objectIn(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const parsed = parseJson(text ?? '');
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** CloudTrail replaces a field that is too large by a marker. */
function whole(field: unknown): Record<string, unknown> | undefined {
  return isObject(field) && field['omitted'] !== true ? field : undefined;
}

function startedNothing(response: Record<string, unknown> | undefined): boolean {
  const tasks = response?.['tasks'];
  return Array.isArray(tasks) && tasks.length === 0;
}

/** Whole texts that are a revision's ARN, anywhere: in tasks, services, their deployments and task sets. */
function* revisionsIn(value: unknown, target: Target): Generator<Revision> {
  if (typeof value === 'string') {
    if (!value.includes(':task-definition/')) return;
    const parsed = parseReferenceTarget(value, target);
    if (parsed.kind === 'revision') yield { family: parsed.family, number: parsed.number };
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) yield* revisionsIn(member, target);
  }
}
