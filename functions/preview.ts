// The manual dry run: the same run under a role that cannot write, whatever the stage is. It mails only on request.
import { previewEvent } from './event.ts';
import { handlerOf } from './handler.ts';

export const handler = handlerOf({
  schema: previewEvent,
  dryRun: () => true,
  notify: (event) => event.notify === true,
  writes: false,
  counted: false,
  settings: new URL('settings.json', import.meta.url),
});
