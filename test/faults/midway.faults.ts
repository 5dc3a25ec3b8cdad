// Faults that begin once revisions go: whatever is read again then and fails, stops the run where it is.
import { describe, expect, test } from 'vitest';
import { duringDeregistration } from '../support/night.ts';
import { namedAndGone } from './expected.ts';
import { aNightFor, made, settingsFor } from './matrix.ts';

/** Older than any reading may be when a revision goes. */
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
      // What does not change is not read again: then there is nothing that the fault could strike.
      if (night.sandbox.calls.count(operation) <= skip) return;
      // Where only the last look met it, all is gone that was to go, and the report says that nobody has seen to it.
      const stop = report.done.stop ?? report.done.unverified;
      expect(stop?.by).toBe('hold');
      expect(stop?.says).toContain(operation === 'DescribeTaskDefinition' ? 'looking at' : operation);
      expect(report.outcome).toBe(report.done.stop === undefined ? 'ACTION' : 'HELD');
    });
  });
});
