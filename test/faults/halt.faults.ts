// The pause parameter is set before each of twelve calls.
import { expect, test } from 'vitest';
import { wrongWithPauseBefore } from '../support/pausing.ts';

test.each([3, 4, 5, 6, 7, 8, 9, 10, 11])(
  'set before call %i, no call follows that is later than 30 seconds',
  async (n) => {
    expect(await wrongWithPauseBefore(n)).toEqual([]);
  },
);
