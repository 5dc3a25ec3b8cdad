// Three hundred definitions of every shape that RegisterTaskDefinition has, and none comes back as another.
import { expect, test } from 'vitest';
import { restoreShapes } from '../restore/round-trip.ts';

test.each([2, 3])(
  'three hundred shapes, drawn by seed %i, come back exactly as they were',
  async (seed) => {
    expect(await restoreShapes(300, seed)).toBe(300);
  },
  300_000,
);
