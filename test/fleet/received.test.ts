// Which events a hub accepts, of every version, and why it ignores the others.
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { receive } from '../../shared/fleet/received.ts';
import { parseRunEvent } from '../../shared/report/json/parse-run-event.ts';
import { runEvent } from '../../shared/report/json/run-event.ts';
import { accountOf, anEvent, type GivenEvent, NIGHT, queued } from '../support/fleet.ts';

const samples = 'test/report/event-samples';
const sample = (name: string): unknown => JSON.parse(readFileSync(`${samples}/${name}`, 'utf8'));

function received(given: GivenEvent, sentAt?: number) {
  const { body, sentAt: at } = queued(given, sentAt);
  return receive(body, at);
}

test.each(readdirSync(samples))('the recorded event %s is read', (name) => {
  const end = parseRunEvent(sample(name));
  expect(end?.target).toEqual({ account: '123456789012', region: 'eu-west-1', partition: 'aws' });
  expect(end?.run.began).toBe(Date.UTC(2026, 10, 24, 2, 30));
});

test('an event of version 1 has no trend, and one of version 2 keeps it', () => {
  expect(parseRunEvent(sample('version-1-ok.json'))?.trend).toEqual([]);
  expect(parseRunEvent(sample('version-2-ok.json'))?.trend).toMatchObject([
    { id: 'a', beganAt: Date.UTC(2026, 10, 22, 2, 30), active: 2902, deregistered: 300, waiting: 2600 },
    { id: 'b', active: 2602 },
    { active: 2302 },
  ]);
});

test('an event of a later version is read as far as this version knows it', () => {
  const later = anEvent({
    change: (event) => ({
      ...event,
      version: 7,
      outcome: 'DEFERRED',
      run: { ...event.run, approvedBy: 'someone' },
      counts: { ...event.counts, archived: 3 },
      regions: ['a'],
    }),
  });
  expect(parseRunEvent(later)).toMatchObject({ version: 7, outcome: 'DEFERRED', counts: { deregistered: 190 } });
});

test('what this version sends is what this version reads', () => {
  const sent = runEvent.parse(anEvent());
  expect(parseRunEvent(sent)).toMatchObject({
    version: 2,
    run: { id: sent.run.id, began: NIGHT, dryRun: false },
    outcome: 'OK',
    needsAction: false,
  });
});

describe('an event is ignored', () => {
  const change = (more: object) => ({ change: (event: object) => ({ ...event, ...more }) });
  test.each<{ what: string; given: GivenEvent; reason: string; claims?: string }>([
    {
      what: 'that names another account than the one that sent it',
      given: { account: accountOf(5), envelope: { account: accountOf(6) } },
      reason: 'wrong account',
      claims: '000000000005/eu-west-1',
    },
    {
      what: 'whose run began in an hour',
      given: change({ run: { id: 'x', began: '2026-11-24T04:35:00.000Z', seconds: 1, dryRun: false } }),
      reason: 'clock ahead',
      claims: '000000000001/eu-west-1',
    },
    { what: 'of another source', given: { envelope: { source: 'aws.ecs' } }, reason: 'malformed' },
    { what: 'of another type', given: { envelope: { 'detail-type': 'Run began' } }, reason: 'malformed' },
    { what: 'without a detail', given: { envelope: { detail: null } }, reason: 'malformed' },
    { what: 'without a version', given: change({ version: undefined }), reason: 'malformed' },
    { what: 'of version 0', given: change({ version: 0 }), reason: 'malformed' },
    {
      what: 'of an account of three digits',
      given: change({ target: { account: '123', region: 'eu-west-1', partition: 'aws' } }),
      reason: 'malformed',
    },
    {
      what: 'of a Region that is a path',
      given: change({ target: { account: accountOf(1), region: '../../hub', partition: 'aws' } }),
      reason: 'malformed',
    },
    { what: 'without a target', given: change({ target: null }), reason: 'malformed' },
    {
      what: 'with a negative count',
      given: change({ counts: { active: -1, planned: 0, deregistered: 0, failed: 0 } }),
      reason: 'malformed',
    },
    {
      what: 'with a count that spoils every sum',
      given: change({ counts: { active: 1e15, planned: 0, deregistered: 0, failed: 0 } }),
      reason: 'malformed',
    },
    { what: 'with an outcome that is markup', given: change({ outcome: '<b>OK</b>' }), reason: 'malformed' },
    {
      what: 'that began on no date',
      given: change({ run: { id: 'x', began: 'yesterday', seconds: 1, dryRun: false } }),
      reason: 'malformed',
    },
  ])('$what', ({ given, reason, claims }) => {
    const sender = given.envelope?.['account'] ?? accountOf(1);
    expect(received(given)).toEqual({ account: sender, reason, claims, receivedAt: NIGHT + 300_000 });
  });

  test.each([
    { what: 'that is not JSON', body: 'Run ended' },
    { what: 'that is nested a million levels deep', body: '['.repeat(1_000_000) },
    { what: 'of a megabyte and more', body: `"${'x'.repeat(2_000_000)}"` },
    { what: 'that is a list', body: '[]' },
    { what: 'of an account that is a number', body: '{"account":123456789012}' },
  ])('$what', ({ body }) => {
    expect(receive(body, NIGHT)).toEqual({
      account: undefined,
      reason: 'malformed',
      claims: undefined,
      receivedAt: NIGHT,
    });
  });
});

test('a run that began five minutes after its event was received is a difference of clocks', () => {
  const began = NIGHT;
  expect(received({ began }, began - 5 * 60_000)).toHaveProperty('end');
  expect(received({ began }, began - 5 * 60_000 - 1)).toMatchObject({ reason: 'clock ahead' });
});

test('no text makes the hub throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.string().map((text) => `{"detail":${text}`),
      ),
      (body) => {
        expect(receive(body, NIGHT)).toHaveProperty('receivedAt', NIGHT);
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});
