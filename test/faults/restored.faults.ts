// Restores three hundred random definitions of every shape that RegisterTaskDefinition accepts.
import { expect, test } from 'vitest';
import { restoreShapes } from '../restore/round-trip.ts';

test.each([2, 3])(
  'restores three hundred shapes of seed %i without a difference',
  async (seed) => {
    expect(await restoreShapes(300, seed)).toBe(300);
  },
  300_000,
);
