// The nightly function. It deregisters only in a live stage, and an event can only turn that into a dry run. As a durable
// function it runs until its work is done and waits out the window; otherwise it makes one pass.
import type { Context } from 'aws-lambda';
import { createDurableHandler, isDurableInvocation } from './durable.ts';
import { createFunction } from './handler.ts';

const { logging, runOnce, runDurably } = createFunction({
  schema: 'pruneEvent',
  dryRun: (event) => event.dryRun === true || process.env['DRY_RUN'] !== 'false',
  notify: () => true,
  writes: true,
  readsJournal: true,
  countsSuccess: true,
  settings: new URL('settings.json', import.meta.url),
});
const execution = createDurableHandler(logging, runDurably);

export const handler = (event: unknown, context: Context): Promise<unknown> =>
  isDurableInvocation(event) ? execution(event, context) : runOnce(event, context);
