// Checks that apply to every event of the functions. The schemas of event.ts are loaded for an event that is not empty.
import { narrow } from '../shared/settings/narrow.ts';
import type { Settings } from '../shared/settings/schema.ts';

/** The event is not valid; nothing was read and nothing was done. */
export class EventError extends Error {
  override readonly name = 'EventError';
}

/** @param text the payload of an asynchronous invocation
 *  @throws EventError where it is missing, empty or not JSON */
export function parseInput(text: string | undefined): unknown {
  const allowed = "allowed: a JSON object; pass --payload '{}' for a run as it is deployed";
  if (text === undefined || text.trim() === '') throw new EventError(`event: given nothing, ${allowed}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new EventError(`event: given ${text.length} characters that are not JSON, ${allowed}`);
  }
}

/** @throws EventError where the cap of the event is above the deployed one */
export function narrowSettings(
  settings: Settings,
  { families, maxDeregistrations }: { families?: string[] | undefined; maxDeregistrations?: number | undefined },
): Settings {
  const cap = settings.maxDeregistrations;
  if (maxDeregistrations !== undefined && maxDeregistrations > cap) {
    throw new EventError(`event.maxDeregistrations: given ${maxDeregistrations}, allowed: at most the deployed ${cap}`);
  }
  return narrow(settings, { families, maxDeregistrations });
}
