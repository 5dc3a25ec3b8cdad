// Ten shapes here; three hundred, with other seeds, in the slow matrix.
import { expect, test } from 'vitest';
import { thereAndBack } from './round-trip.ts';

test('definitions of every shape that can be registered come back exactly as they were', async () => {
  expect(await thereAndBack(10, 1)).toBe(10);
});
