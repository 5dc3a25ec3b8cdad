// Reduces CloudTrail's records for an account file: the time of each call, whether it failed, and its task definitions.
// Equal records become one with the newest time, since a plan depends only on the last use.
import { jsonOrUndefined } from '../domain/json-depth.ts';
import { isObject } from '../domain/objects.ts';
import type { Usage } from '../domain/evidence.ts';
import { isReferenceKey } from '../sources/common/references-in-json.ts';
import { revisionNamesIn } from '../read/usage/trail-record.ts';
import { type Answers, type Item, itemsIn, picked } from './answers.ts';
import { isGrammar, TASK_DEFINITION_ARN } from './grammar.ts';
import { REPLACED } from './texts.ts';

export function eventsFrom(answers: Answers): Item[] {
  const newest = new Map<string, Item>();
  for (const event of answers.of('LookupEvents').flatMap(({ output }) => itemsIn(output['Events']))) {
    const { CloudTrailEvent: record, EventTime: at } = event;
    const told = {
      ...picked(event, 'EventName EventSource'),
      ...(typeof record === 'string' ? { CloudTrailEvent: redactedRecord(record) } : {}),
    };
    const key = JSON.stringify(told);
    const known = newest.get(key)?.['EventTime'];
    if (at instanceof Date && !(known instanceof Date && known >= at))
      newest.set(key, { ...picked(event, 'EventId'), EventTime: at, ...told });
  }
  return [...newest.values()];
}

/** Marks where the reading of the history ended: an unreadable record, before which nothing is known. */
export function endOf({ coveredSince }: Pick<Usage, 'coveredSince'>): Item {
  const record = { eventSource: 'ecs.amazonaws.com', requestParameters: { omitted: true } };
  return {
    EventId: 'not-read-any-further',
    EventName: 'RunTask',
    EventSource: record.eventSource,
    EventTime: new Date(coveredSince - 1000),
    CloudTrailEvent: JSON.stringify(record),
  };
}

function redactedRecord(text: string): string {
  const record = jsonOrUndefined(text);
  if (!isObject(record)) return REPLACED;
  const { requestParameters, responseElements, errorMessage } = record;
  return JSON.stringify({
    ...picked(record, 'eventSource errorCode'),
    ...(errorMessage === undefined ? {} : { errorMessage: revisionNamesIn(errorMessage).join(' ') }),
    requestParameters: referencesOnly(requestParameters, ''),
    responseElements: referencesOnly(responseElements, ''),
  });
}

/** Keeps lists and objects, since their presence matters, but of their values only references. */
function referencesOnly(value: unknown, key: string): unknown {
  if (typeof value === 'string')
    return TASK_DEFINITION_ARN.test(value) || (isReferenceKey(key) && /^[\w:/.-]{1,400}$/.test(value))
      ? value
      : REPLACED;
  if (Array.isArray(value)) return value.map((item) => referencesOnly(item, key));
  if (!isObject(value)) return typeof value === 'number' ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => isReferenceKey(name) || name === 'omitted' || (isGrammar(name) && isSaid(inner)))
      .map(([name, inner]) => [name, referencesOnly(inner, name)]),
  );
}

function isSaid(value: unknown): boolean {
  return typeof value === 'string' ? TASK_DEFINITION_ARN.test(value) : typeof value === 'object' && value !== null;
}
