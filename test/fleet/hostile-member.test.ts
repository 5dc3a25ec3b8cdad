// A hostile account of the organization can lie about itself in the events that it sends, and do nothing else to the hub.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { receive } from '../../shared/fleet/received.ts';
import { addEvent, targetRecord } from '../../shared/fleet/target-record.ts';
import { keysOf } from '../../shared/domain/objects.ts';
import { encode } from '../../shared/state/codec.ts';
import { hostileTexts } from '../support/hostile.ts';
import { accountOf, NIGHT, queued, send } from '../support/fleet.ts';
import { MemoryState } from '../support/memory-state.ts';

const TARGET = '000000000001/eu-west-1';

const dates = fc.constantFrom(
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00Z',
  '2026-11-24T03:30:00.123456789Z',
  '2026-11-23T03:30:00Z',
  '2099-12-31T23:59:59Z',
  '2100-01-01T00:00:00.001Z',
  '9999-12-31T23:59:59Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00Z',
);
const numbers = fc.constantFrom(-1, -0, 0, 1, 0.5, 1e9, 1e9 + 1, 1e21, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, 1e-9);
const texts = fc.oneof(
  fc.constantFrom(...Object.values(hostileTexts)),
  fc.integer({ min: 0, max: 3_000 }).map((length) => '\u202E'.repeat(length)),
  fc.constant('\\"'.repeat(4_000)),
);
const changes = {
  run: fc.record({ id: texts, began: dates, seconds: numbers, dryRun: fc.boolean() }),
  target: fc.record({
    account: fc.constant(accountOf(1)),
    region: fc.constantFrom('eu-west-1', '../../hub', 'eu-west-1/../../hub', '__proto__', 'EU-WEST-1', ''),
    partition: fc.constantFrom('aws', 'aws-cn', '../x'),
  }),
  alias: fc.oneof(texts, fc.constant(null)),
  verdict: texts,
  needsAction: fc.boolean(),
  counts: fc.record({ active: numbers, planned: numbers, deregistered: numbers, failed: numbers }),
  attention: fc.array(fc.record({ problem: texts, remedy: texts }), { maxLength: 3 }),
  moreAttention: numbers,
  report: texts,
  trend: fc.array(
    fc.record({ id: texts, began: dates, active: numbers, deregistered: numbers, waiting: numbers, outcome: texts }),
    { maxLength: 1 },
  ),
};

const oneChange = fc
  .constantFrom(...keysOf(changes))
  .chain((name) => changes[name].map((value): object => ({ [name]: value })));

test('every event that is accepted can be stored, read and shown, whatever it says', () => {
  let accepted = 0;
  fc.assert(
    fc.property(oneChange, (more) => {
      const one = receive(queued({ change: (event) => ({ ...event, ...more }) }).body, NIGHT + 300_000);
      if (!('end' in one)) return;
      accepted++;
      expect(() => encode(targetRecord(TARGET), addEvent(undefined, one))).not.toThrow();
    }),
    { seed: 3, numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test('an alias that IAM does not allow is not believed, since it could name another target', () => {
  const alias = 'shop-prod (000000000002) eu-west-1: OK; and';
  const one = receive(queued({ alias }).body, NIGHT + 300_000);
  expect(one).toMatchObject({ end: { alias: null, target: { account: accountOf(1) } } });
});

test.each(['1969-12-31T23:59:59Z', '2100-01-02T00:00:00Z'])(
  'a night of %s makes an event malformed, since no record can hold it',
  async (began) => {
    const night = { id: 'x', began, active: 1, deregistered: 0, waiting: 0, outcome: 'OK' };
    const store = new MemoryState();
    const collected = await send(
      store,
      { change: (event) => ({ ...event, trend: [night] }) },
      { account: accountOf(2) },
    );
    expect(collected).toMatchObject({ stored: 1, refused: [{ account: accountOf(1), reason: 'malformed' }] });
  },
);
