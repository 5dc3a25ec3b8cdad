// Parses the events of the functions. An event can only narrow the deployed settings, and unknown fields are refused. The
// schedule of the stack sends `{}`; AWS's envelope counts as `{}`, so other rules and schedules work as well.
import * as z from 'zod';
import { glob } from '../shared/settings/glob.ts';
import { complaints, written } from '../shared/settings/problems.ts';
import { printable, shown } from '../shared/settings/shown.ts';
import { EventError } from './input.ts';

/** Each glob is matched against every family of the account. */
const MOST_GLOBS = 100;
/** Unknown keys are compared with the known ones, which takes seconds for the largest payload. */
const MOST_KEYS = 10_000;
/** Problems of one event. */
const MOST_SHOWN = 20;

const narrowing = {
  families: z
    .array(glob, 'a list of globs')
    .min(1, `a list of 1 to ${MOST_GLOBS} globs`)
    .max(MOST_GLOBS, `a list of 1 to ${MOST_GLOBS} globs`)
    .optional(),
  maxDeregistrations: z.int('a whole number from 1').min(1, 'a whole number from 1').optional(),
  /** `false` would loosen the deployed settings, so it is not allowed. */
  dryRun: z.literal(true, 'true, or no such key').optional(),
};
export const closed = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'an object'),
  });

export const pruneEvent = closed(narrowing);

/** The preview is always a dry run, and sends its report only on request. */
export const previewEvent = closed({ ...narrowing, notify: z.literal(true, 'true, or no such key').optional() });

/** An event of either function. */
export type FunctionEvent = z.output<typeof previewEvent>;

/** @throws EventError with every wrong field, the given and the allowed value */
export function parseEvent<Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> {
  if (event === undefined || event === null || event === '')
    throw new EventError('event: the payload is empty, allowed: an object; send {} for the run as deployed');
  const keys = typeof event === 'object' ? Object.keys(event).length : 0;
  if (keys > MOST_KEYS)
    throw new EventError(`event: given ${keys} keys or items, allowed: an object of at most ${MOST_KEYS}`);
  const own = selectFields(event);
  const problems = complaints(schema, own).map(
    ({ path, message }) => `event${path.length > 0 ? `.${written(path)}` : ''}: ${message}`,
  );
  if (problems.length > MOST_SHOWN)
    problems.splice(MOST_SHOWN, Infinity, `... and ${problems.length - MOST_SHOWN} more`);
  if (problems.length > 0) throw new EventError(problems.join('\n'));
  return schema.parse(own);
}

/** Members of AWS's envelope: the time and the origin of the invocation.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const ENVELOPE = new Set([
  'version',
  'id',
  'detail-type',
  'source',
  'account',
  'time',
  'region',
  'resources',
  'detail',
]);

/** The fields for the function, which an input transformer may add to AWS's envelope. `detail` must be empty, since it is not
 *  read. */
function selectFields(event: unknown): unknown {
  if (!isEnvelope(event)) return event;
  const detail = listDetail(event.detail);
  if (detail.length > 0)
    throw new EventError(
      `event.detail: given ${detail.join(', ')}, allowed: an empty object; put fields that narrow the run beside detail`,
    );
  return Object.fromEntries(Object.entries(event).filter(([key]) => !ENVELOPE.has(key)));
}

function isEnvelope(event: unknown): event is Readonly<Record<string, unknown>> {
  if (typeof event !== 'object' || event === null || !('source' in event)) return false;
  return event.source === 'aws.scheduler' || event.source === 'aws.events';
}

/** Scheduler sends it as text. */
function listDetail(detail: unknown): string[] {
  if (detail === undefined || detail === null || detail === '' || detail === '{}') return [];
  if (typeof detail !== 'object' || Array.isArray(detail)) return [shown(detail)];
  return Object.keys(detail).slice(0, MOST_SHOWN).map(printable);
}
