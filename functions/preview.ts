// The manual dry run: the same run under a role that cannot write, whatever the stage is. It mails only on request.
import { previewEvent } from './event.ts';
import { createFunction } from './handler.ts';

export const { ordinary: handler } = createFunction({
  schema: previewEvent,
  dryRun: () => true,
  notify: (event) => event.notify === true,
  writes: false,
  readsJournal: false,
  counted: false,
  settings: new URL('settings.json', import.meta.url),
});
