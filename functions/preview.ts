// The manual dry run, in every stage under a role that cannot write. It sends its report only on request.
import { createFunction } from './handler.ts';

export const { runOnce: handler } = createFunction({
  schema: 'previewEvent',
  dryRun: () => true,
  notify: (event) => event.notify === true,
  writes: false,
  readsJournal: false,
  countsSuccess: false,
  settings: new URL('settings.json', import.meta.url),
});
