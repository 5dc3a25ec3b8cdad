// The nightly function. It deregisters only where the stage says so; an event can make it a dry run, never the reverse. As a
// durable function it goes on until its work is done and waits out the window; invoked plainly the same bundle makes one pass.
import type { Context } from 'aws-lambda';
import { createDurableHandler, isDurableInvocation } from './durable.ts';
import { pruneEvent } from './event.ts';
import { createFunction } from './handler.ts';

const { logging, ordinary, durable } = createFunction({
  schema: pruneEvent,
  dryRun: (event) => event.dryRun === true || process.env['DRY_RUN'] !== 'false',
  notify: () => true,
  writes: true,
  readsJournal: true,
  counted: true,
  settings: new URL('settings.json', import.meta.url),
});
const execution = createDurableHandler(logging, durable);

export const handler = (event: unknown, context: Context): Promise<unknown> =>
  isDurableInvocation(event) ? execution(event, context) : ordinary(event, context);
