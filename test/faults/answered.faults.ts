// Wrong answers at each call of each part: lost, repeated, empty and endless pages, missing members, unknown values and
// shapes. A complete answer changes nothing; any other answer holds the run.
import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../sandbox/faults.ts';
import { revisionArn } from '../support/account.ts';
import { deregisteredNames } from '../support/night.ts';
import { HEARD, otherParts } from './accounts.ts';
import { namedAndGone, wrongWithHold, wrongWithRun } from './expected.ts';
import { at, made, nightWith, positions } from './matrix.ts';

type Output = Record<string, unknown>;

describe.each(made.filter(({ pages }) => pages))('pages: $part: $operation', (call) => {
  test('a lost page holds the run', async () => {
    const { night, report } = await nightWith(call, 0, { kind: 'lose-page' });
    expect(wrongWithHold(night, report, call)).toEqual([]);
  });

  test('a page with its own token holds the run', async () => {
    const { night, report } = await nightWith({ ...call, before: 0 }, 0, { kind: 'repeat-token' });
    expect(deregisteredNames(report)).toEqual([]);
    expect(report.outcome).toBe('HELD');
    expect(namedAndGone(night, call)).toEqual([]);
  });

  test.each(['repeat-page', 'empty-page'] as const)('%s changes nothing', async (kind) => {
    const { night, report } = await nightWith(call, 0, { kind, times: 2 });
    expect(wrongWithRun(night, report, call)).toEqual([]);
    expect(namedAndGone(night, call)).toEqual([]);
  });
});

/** Changes every answer of the call from there on. */
const changing = (change: (output: Output) => void): FaultKind => ({ kind: 'answer', change });

const lacking: readonly { answer: string; change: (output: Output) => void }[] = [
  {
    answer: 'without any member',
    change: (output) => {
      for (const name of Object.keys(output)) delete output[name];
    },
  },
  {
    answer: 'without its list',
    change: (output) => {
      for (const [name, value] of Object.entries(output)) if (Array.isArray(value)) delete output[name];
    },
  },
];

const strange: readonly { answer: string; change: (output: Output) => void }[] = [
  {
    answer: 'whose states, types and modes are of tomorrow',
    change: (output) => {
      walk(output, (name, value) =>
        /(status|state|type|mode|strategy|stage|controller)$/i.test(name) && typeof value === 'string'
          ? 'BRAND_NEW'
          : value,
      );
    },
  },
  {
    answer: 'whose times are none',
    change: (output) => {
      walk(output, (name, value) => (/(at|date|time)$/i.test(name) && typeof value === 'number' ? -1e15 : value));
    },
  },
];

describe.each(positions)('at $position', ({ skip }) => {
  describe.each(at(skip))('$part: $operation', (call) => {
    // Only a list is required; a description may have no tags.
    test.each(lacking.slice(0, call.pages || call.batch ? 2 : 1))('an answer $answer', async ({ change }) => {
      const { night, report } = await nightWith(call, skip, changing(change));
      expect(deregisteredNames(report)).toEqual([]);
      expect(report.outcome).toBe('HELD');
      expect(namedAndGone(night, call)).toEqual([]);
    });

    test.each(strange)('an answer $answer deregisters no referenced revision', async ({ change }) => {
      const { night } = await nightWith(call, skip, changing(change));
      expect(namedAndGone(night, call)).toEqual([]);
    });
  });
});

describe.each(positions)('at $position', ({ skip }) => {
  describe.each(at(skip).filter(({ extensible }) => extensible))('$part: $operation', (call) => {
    test('an unknown member that references a revision keeps it', async () => {
      const { night, report } = await nightWith(
        call,
        skip,
        changing((output) => {
          output['memberOfTomorrow'] = { inside: [revisionArn(HEARD)] };
        }),
      );
      expect(namedAndGone(night, call)).toEqual([]);
      // Parts other than sources list revisions, and a listed revision is not in use.
      const isSource = !otherParts.some((part) => part === call.part);
      expect(deregisteredNames(report).includes(HEARD)).toBe(!isSource);
    });
  });
});

describe.each(made.filter(({ batch }) => batch))('batches: $part: $operation', (call) => {
  test.each(['ACCESS_DENIED', 'SOMETHING_NEW'])('a member under failures with the reason %s', async (reason) => {
    const { night, report } = await nightWith(call, 0, { kind: 'failures', reason });
    expect(wrongWithHold(night, report, call)).toEqual([]);
    expect(report.plan?.hold?.problems[0].reason).toContain(reason);
  });
});

function walk(value: unknown, change: (name: string, value: unknown) => unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    Reflect.set(value, name, change(name, inner));
    walk(inner, change);
  }
}
