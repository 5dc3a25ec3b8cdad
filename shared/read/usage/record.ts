// What one record of CloudTrail tells about use: the revisions that a call asked for or was given. A call that failed counts
// as well, since whoever made it will make it again. A record that is cut off, or that this version does not understand,
// says nothing, and its silence must not be taken for "nothing was used".
import type { Event } from '@aws-sdk/client-cloudtrail';
import { parseNaming, type Revision, type Target } from '../../revision.ts';

/** Every call by which something can be started from a revision. CreateService and UpdateService are calls of other
 *  services, too (App Runner, Cloud Map), so the event's source is asked as well. */
export const callNames = ['RunTask', 'StartTask', 'CreateService', 'UpdateService', 'CreateTaskSet'] as const;

/** These do not work without a task definition; CreateService does, under the EXTERNAL controller, and UpdateService. */
const naming: ReadonlySet<string | undefined> = new Set(['RunTask', 'StartTask', 'CreateTaskSet']);

export type Told = { readonly uses: readonly Revision[] } | { readonly unclear: string };

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function usesIn({ EventName, EventSource, CloudTrailEvent }: Event, target: Target): Told {
  if (EventSource !== undefined && EventSource !== ECS) return { uses: [] };
  const record = objectIn(CloudTrailEvent);
  if (record === undefined) return { unclear: 'its record is no JSON object' };
  const source = record['eventSource'] ?? EventSource;
  if (typeof source !== 'string') return { unclear: 'its record does not say whose call it was' };
  if (source !== ECS) return { uses: [] };

  const failed = record['errorCode'] !== undefined && record['errorCode'] !== null;
  const request = whole(record['requestParameters']);
  if (request === undefined) return { unclear: 'its requestParameters are missing or cut off' };
  const response = whole(record['responseElements']);
  if (response === undefined && !failed) return { unclear: 'its responseElements are missing or cut off' };

  const uses = [...revisionsIn(request, target), ...revisionsIn(response, target)];
  const asked = request['taskDefinition'] ?? request['TaskDefinition'];
  if (asked === undefined || asked === null)
    return naming.has(EventName) && !failed ? { unclear: 'it names no task definition' } : { uses };
  const what = typeof asked === 'string' ? parseNaming(asked, target) : undefined;
  switch (what?.kind) {
    case 'revision':
      return { uses: [...uses, { family: what.family, number: what.number }] };
    case 'foreign':
    case 'daemon':
      return { uses };
    case 'floating': {
      // Only the answer tells which revision that was. A call that failed, or placed no task, has used none.
      const told = failed || startedNothing(response) || uses.some(({ family }) => family === what.family);
      return told
        ? { uses }
        : { unclear: `its answer does not tell which revision of ${what.family} it used` };
    }
    case 'unreadable':
    case undefined:
      // ECS refuses what is no name of a task definition, so that it names none.
      return failed && typeof asked === 'string'
        ? { uses }
        : { unclear: 'it names its task definition in a way that this version does not know' };
  }
}

const ECS = 'ecs.amazonaws.com';

function objectIn(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** CloudTrail leaves out a field that is too large, with a marker in its place. */
function whole(field: unknown): Record<string, unknown> | undefined {
  return isObject(field) && field['omitted'] !== true ? field : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function startedNothing(response: Record<string, unknown> | undefined): boolean {
  const tasks = response?.['tasks'];
  return Array.isArray(tasks) && tasks.length === 0;
}

/** Whole texts that are a revision's ARN, wherever they stand: tasks, services, their deployments and task sets. */
function* revisionsIn(value: unknown, target: Target): Generator<Revision> {
  if (typeof value === 'string') {
    if (!value.includes(':task-definition/')) return;
    const what = parseNaming(value, target);
    if (what.kind === 'revision') yield { family: what.family, number: what.number };
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) yield* revisionsIn(member, target);
  }
}
