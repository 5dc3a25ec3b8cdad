// Faults that begin after the first deregistration: a failed second reading stops the run.
import { describe, expect, test } from 'vitest';
import { duringDeregistration } from '../support/night.ts';
import { namedAndGone } from './expected.ts';
import { aNightFor, made, settingsFor } from './matrix.ts';

/** Longer than the evidence for a deregistration may age. */
const ALL_STALE_MS = 301_000;

const faults = [
  { fault: 'denied', strike: { kind: 'deny' } },
  { fault: 'throttled for good', strike: { kind: 'throttle' } },
  { fault: 'a server error', strike: { kind: 'error', code: 'ServerException', status: 500 } },
  { fault: 'cut short', strike: { kind: 'truncate' } },
  { fault: 'expired credentials', strike: { kind: 'error', code: 'ExpiredTokenException', status: 400 } },
] as const;

describe.each([0, 1])('from the re-reading’s call %i on', (skip) => {
  describe.each(made.filter(({ part }) => part !== 'inventory'))('$part: $operation', (call) => {
    test.each(faults)('$fault', async ({ strike }) => {
      const { operation } = call;
      const night = await aNightFor(call);
      duringDeregistration(night, 1, () => {
        night.sandbox.calls.clear();
        night.clock.advance(ALL_STALE_MS);
        night.sandbox.faults.add({ operation, skip, ...strike });
      });
      const report = await night.prune(settingsFor(call));
      expect(namedAndGone(night, call)).toEqual([]);
      // A source without changes is not read again, so the fault has no effect.
      if (night.sandbox.calls.count(operation) <= skip) return;
      // When only the last reading met it, every planned revision is deregistered, and the report asks for a check.
      const stop = report.results.stop ?? report.results.unverified;
      expect(stop?.by).toBe('hold');
      expect(stop?.reason).toContain(operation === 'DescribeTaskDefinition' ? 'once more' : operation);
      expect(report.outcome).toBe(report.results.stop === undefined ? 'ACTION' : 'HELD');
    });
  });
});
