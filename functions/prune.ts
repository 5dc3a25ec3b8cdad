// The nightly function. It deregisters only where the stage says so; an event can make it a dry run, never the reverse.
import { pruneEvent } from './event.ts';
import { handlerOf } from './handler.ts';

export const handler = handlerOf({
  schema: pruneEvent,
  dryRun: (event) => event.dryRun === true || process.env['DRY_RUN'] !== 'false',
  notify: () => true,
  writes: true,
  counted: true,
  settings: new URL('settings.json', import.meta.url),
});
