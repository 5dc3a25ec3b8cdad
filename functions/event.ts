// What may be sent to the functions. Our schedule sends `{}`; AWS's own envelope counts as `{}` too, so that a rule or a
// schedule made by hand works; everything else is our closed object, and it can only narrow what was deployed.
import * as z from 'zod';
import { glob } from '../shared/settings/glob.ts';
import { narrow } from '../shared/settings/narrow.ts';
import { complaints, written } from '../shared/settings/problems.ts';
import type { Settings } from '../shared/settings/schema.ts';

/** The event is not one that the function takes; nothing was read and nothing was done. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

const narrowing = {
  families: z.array(glob, 'a list of globs').min(1, 'a list of one glob or more').optional(),
  maxDeregistrations: z.int('a whole number from 1').min(1, 'a whole number from 1').optional(),
};
const closed = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : 'an object'),
  });

/** `dryRun: false` would loosen what was deployed, so it is no value. */
export const pruneEvent = closed({
  ...narrowing,
  dryRun: z.literal(true, 'true, or no such key').optional(),
});

/** The preview is a dry run whatever is said; it mails only on request. */
export const previewEvent = closed({
  ...narrowing,
  dryRun: z.literal(true, 'true, or no such key').optional(),
  notify: z.literal(true, 'true, or no such key').optional(),
});

/** @throws EventError naming every field that is wrong, what was given and what is allowed */
export function parseEvent<Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> {
  const own = isEnvelope(event) ? {} : event;
  const problems = complaints(schema, own).map(
    ({ path, message }) => `event${path.length > 0 ? `.${written(path)}` : ''}: ${message}`,
  );
  if (problems.length > 0) throw new EventError(problems.join('\n'));
  return schema.parse(own);
}

/** @param text the payload of an asynchronous invocation
 *  @throws EventError where it is missing, empty or no JSON */
export function parseInput(text: string | undefined): unknown {
  const allowed = "allowed: a JSON object; pass --payload '{}' for a run as it is deployed";
  if (text === undefined || text.trim() === '') throw new EventError(`event: given nothing, ${allowed}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new EventError(`event: given ${text.length} characters that are no JSON, ${allowed}`);
  }
}

/** @throws EventError when the event's cap is above the deployed one */
export function narrowed(
  settings: Settings,
  {
    families,
    maxDeregistrations,
  }: { families?: string[] | undefined; maxDeregistrations?: number | undefined },
): Settings {
  const cap = settings.maxDeregistrations;
  if (maxDeregistrations !== undefined && maxDeregistrations > cap) {
    throw new EventError(
      `event.maxDeregistrations: given ${maxDeregistrations}, allowed: at most the deployed ${cap}`,
    );
  }
  return narrow(settings, { families, maxDeregistrations });
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
function isEnvelope(event: unknown): boolean {
  if (typeof event !== 'object' || event === null || !('source' in event)) return false;
  return event.source === 'aws.scheduler' || event.source === 'aws.events';
}
