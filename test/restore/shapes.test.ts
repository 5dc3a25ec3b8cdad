// Ten shapes here; three hundred, with other seeds, in the slow matrix.
import { expect, test } from 'vitest';
import { restoreShapes } from './round-trip.ts';

test('restores definitions of every valid shape unchanged', async () => {
  expect(await restoreShapes(10, 1)).toBe(10);
});
