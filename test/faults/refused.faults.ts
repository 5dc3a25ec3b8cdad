// Failed calls of each part: nothing is deregistered, and the report shows the call, the permission and the
// settings line.
import { describe, expect, test } from 'vitest';
import { sources } from '../../shared/sources/readers.ts';
import { parts } from './accounts.ts';
import { namedAndGone, wrongWithHold, wrongWithRun } from './expected.ts';
import { aNightFor, at, made, nightWith, positions, settingsFor } from './matrix.ts';

test('every part makes calls in its own account', () => {
  expect(parts.filter((name) => !made.some(({ part }) => part === name))).toEqual([]);
});

test('a part makes no call that it does not declare', () => {
  const declared = new Map<string, readonly string[]>(sources.map(({ name, permissions }) => [name, permissions]));
  const undeclared = made.filter(({ part, permission }) => declared.get(part)?.includes(permission) === false);
  expect(undeclared.map(({ part, permission }) => `${part}: ${permission}`)).toEqual([]);
});

test.each(made.filter(({ part }, index) => made.findIndex((other) => other.part === part) === index))(
  '$part: a run without a fault deregisters every unreferenced revision',
  async (call) => {
    const night = await aNightFor(call);
    expect(wrongWithRun(night, await night.prune(settingsFor(call)), call)).toEqual([]);
  },
);

const refusals = [
  { fault: 'throttled for good', strike: { kind: 'throttle' } },
  { fault: 'a server error', strike: { kind: 'error', code: 'ServerException', status: 500 } },
  {
    fault: 'a gateway without a body of its own',
    strike: { kind: 'error', code: 'BadGateway', status: 502, message: '' },
  },
  { fault: 'an error of tomorrow', strike: { kind: 'error', code: 'TeapotException', status: 418 } },
  { fault: 'a request that is refused', strike: { kind: 'error', code: 'ValidationException', status: 400 } },
  { fault: 'a connection that is reset', strike: { kind: 'reset', effect: 'before' } },
  { fault: 'a connection that is reset after the effect', strike: { kind: 'reset', effect: 'after' } },
  { fault: 'an answer that is cut short', strike: { kind: 'truncate' } },
] as const;

describe.each(positions)('at $position', ({ skip }) => {
  describe.each(at(skip))('$part: $operation', (call) => {
    test.each(refusals)('$fault', async ({ strike }) => {
      const { night, report } = await nightWith(call, skip, strike);
      expect(wrongWithHold(night, report, call)).toEqual([]);
    });

    test('a denied call is reported with the missing permission', async () => {
      const { night, report } = await nightWith(call, skip, { kind: 'deny' });
      expect(wrongWithHold(night, report, call)).toEqual([]);
      expect(report.plan?.hold?.problems[0].remedy).toContain(`Allow ${call.permission} `);
    });

    test('expired credentials hold or fail the run', async () => {
      const { night, report } = await nightWith(call, skip, {
        kind: 'error',
        code: 'ExpiredTokenException',
        status: 400,
      });
      // Before any reading this is not an unreadable source but an unreadable account.
      const isFirst = call.part === 'inventory' && skip === 0;
      expect(report.outcome).toBe(isFirst ? 'FAILED' : 'HELD');
      expect(isFirst ? namedAndGone(night, call) : wrongWithHold(night, report, call)).toEqual([]);
    });

    test('a call without any answer holds the run', async () => {
      // Long enough that no other call runs into it on a busy machine, where every attempt would have to.
      const night = await aNightFor(call, 150);
      night.sandbox.faults.add({ operation: call.operation, skip: call.before + skip, kind: 'hang' });
      expect(wrongWithHold(night, await night.prune(settingsFor(call)), call)).toEqual([]);
    });

    test('an error that ends within the attempts changes nothing', async () => {
      const night = await aNightFor(call);
      const { operation } = call;
      night.sandbox.faults.add({ operation, skip: call.before + skip, kind: 'throttle', times: 1 });
      night.sandbox.faults.add({
        operation,
        skip: call.before + skip,
        kind: 'error',
        code: 'ServerException',
        status: 500,
        times: 2,
      });
      night.sandbox.faults.add({
        operation,
        skip: call.before + skip,
        kind: 'reset',
        effect: 'after',
        times: 1,
      });
      expect(wrongWithRun(night, await night.prune(settingsFor(call)), call)).toEqual([]);
      expect(namedAndGone(night, call)).toEqual([]);
    });

    test('an answer that takes a second changes nothing', async () => {
      const { night, report } = await nightWith(call, skip, { kind: 'slow', ms: 1_000 });
      expect(wrongWithRun(night, report, call)).toEqual([]);
      expect(namedAndGone(night, call)).toEqual([]);
    });
  });
});
