// The events of the functions: `{}`, AWS's own envelope, and a closed object that can only narrow the deployed settings.
import { describe, expect, test } from 'vitest';
import { parseEvent, previewEvent, pruneEvent } from '../../functions/event.ts';
import { EventError, narrowSettings } from '../../functions/input.ts';
import { defaults } from '../../shared/settings/parse.ts';

/** The event that EventBridge Scheduler sends for a schedule without input. */
const fromScheduler = {
  version: '0',
  id: 'd697afc4-1e6f-4eac-85a2-d38f1e4d6be3',
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: '123456789012',
  time: '2026-11-24T02:30:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:scheduler:eu-west-1:123456789012:schedule/default/prune'],
  detail: '{}',
};

test.each([
  { what: 'the event of the packaged schedule', event: {} },
  { what: "EventBridge Scheduler's own envelope", event: fromScheduler },
  {
    what: "a rule's envelope",
    event: { ...fromScheduler, source: 'aws.events', detail: {} },
  },
])('$what starts the run as deployed', ({ event }) => {
  expect(parseEvent(pruneEvent, event)).toEqual({});
});

test.each(['aws.scheduler', 'aws.events'])('a dryRun beside the envelope of %s starts a dry run', (source) => {
  const event = { ...fromScheduler, source, dryRun: true, families: ['web'] };
  expect(parseEvent(pruneEvent, event)).toEqual({ dryRun: true, families: ['web'] });
});

test('an event with too many keys is refused before its keys are read', () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`k${at}`, at]));
  for (const event of [many, Object.values(many)])
    expect(() => parseEvent(pruneEvent, event)).toThrow(
      'event: given 10001 keys or items, allowed: an object of at most 10000',
    );
});

test('an event can narrow the families, lower the cap and ask for a dry run', () => {
  const event = { families: ['web*'], maxDeregistrations: 10, dryRun: true };
  expect(parseEvent(pruneEvent, event)).toEqual(event);
  const settings = narrowSettings(defaults, { families: ['web*'], maxDeregistrations: 10 });
  expect(settings.maxDeregistrations).toBe(10);
  expect(settings.runFamilies).toEqual([['web*']]);
});

describe('an event is refused with the field, the given and the allowed value', () => {
  test.each([
    { event: { dryRun: false }, says: 'event.dryRun: given false, allowed: true, or no such key' },
    { event: { dryrun: true }, says: 'event.dryrun: unknown key; did you mean dryRun?' },
    {
      event: { maxDeregistrations: 0 },
      says: 'event.maxDeregistrations: given 0, allowed: a whole number from 1',
    },
    {
      event: { maxDeregistrations: '5' },
      says: 'event.maxDeregistrations: given "5", allowed: a whole number from 1',
    },
    { event: { families: 'web' }, says: 'event.families: given "web", allowed: a list of globs' },
    {
      event: { families: [] },
      says: 'event.families: given an empty list, allowed: a list of 1 to 100 globs',
    },
    {
      event: { keepLatest: 1 },
      says: 'event.keepLatest: unknown key; allowed: families, maxDeregistrations, dryRun',
    },
    {
      event: { notify: true },
      says: 'event.notify: unknown key; allowed: families, maxDeregistrations, dryRun',
    },
    {
      event: { source: 'my.app' },
      says: 'event.source: unknown key; allowed: families, maxDeregistrations, dryRun',
    },
    {
      event: null,
      says: 'event: the payload is empty, allowed: an object; send {} for the run as deployed',
    },
    {
      event: undefined,
      says: 'event: the payload is empty, allowed: an object; send {} for the run as deployed',
    },
    {
      event: '',
      says: 'event: the payload is empty, allowed: an object; send {} for the run as deployed',
    },
    { event: 7, says: 'event: given 7, allowed: an object' },
    {
      event: { ...fromScheduler, dryrun: true },
      says: 'event.dryrun: unknown key; did you mean dryRun?',
    },
    {
      event: { ...fromScheduler, detail: { dryRun: true } },
      says: 'event.detail: given dryRun, allowed: an empty object; put fields that narrow the run beside detail',
    },
    {
      event: { ...fromScheduler, detail: '{"dryRun":true}' },
      says: 'event.detail: given "{\\"dryRun\\":true}", allowed: an empty object; put fields that narrow the run beside detail',
    },
    {
      event: { families: Array.from({ length: 101 }, () => 'web') },
      says: 'event.families: given a list, allowed: a list of 1 to 100 globs',
    },
    {
      event: { families: ['a'.repeat(256)] },
      says: `event.families[0]: given "${'a'.repeat(57)}...", allowed: at most 255 characters`,
    },
    {
      event: { without: ['tags'] },
      says: 'event.without: unknown key; allowed: families, maxDeregistrations, dryRun',
    },
    { event: 'prune', says: 'event: given "prune", allowed: an object' },
    { event: [], says: 'event: given an empty list, allowed: an object' },
  ])('$event', ({ event, says }) => {
    expect(() => parseEvent(pruneEvent, event)).toThrow(new EventError(says));
  });

  test('for several mistakes at once', () => {
    expect(() => parseEvent(pruneEvent, { dryRun: 1, families: 7 })).toThrow(
      /event\.families.*\n.*event\.dryRun|event\.dryRun.*\n.*event\.families/,
    );
  });

  test('for more than twenty mistakes with their number only', () => {
    const event = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]));
    expect(() => parseEvent(pruneEvent, event)).toThrow(/\nevent\.x19: .*\n\.\.\. and 4980 more$/);
  });

  test('for a cap above the deployed one', () => {
    expect(() => narrowSettings(defaults, { maxDeregistrations: 301 })).toThrow(
      new EventError('event.maxDeregistrations: given 301, allowed: at most the deployed 300'),
    );
    expect(narrowSettings(defaults, { maxDeregistrations: 300 }).maxDeregistrations).toBe(300);
  });
});

test('the preview mails only when notify is true', () => {
  expect(parseEvent(previewEvent, { notify: true })).toEqual({ notify: true });
  expect(() => parseEvent(previewEvent, { notify: false })).toThrow(
    'event.notify: given false, allowed: true, or no such key',
  );
});
