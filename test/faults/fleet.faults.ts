// An organization of two hundred accounts for three nights, with something wrong in six of them.
import { expect, test } from 'vitest';
import { threeNights } from '../scenarios/fleet.ts';

test('two hundred accounts for three nights', { timeout: 600_000 }, async () => {
  const { mails, active } = await threeNights(200);
  expect(mails.map(({ subject }) => subject)).toEqual([
    '[fleet] ACTION: 1 of 200 targets needs action',
    '[fleet] ACTION: 2 of 200 targets need action, events ignored',
    '[fleet] ACTION: 1 of 199 targets needs action, 2 silent, events ignored',
  ]);
  for (const { body } of mails) expect(body.trimEnd().split('\n').length).toBeLessThan(120);
  expect(active).toEqual([8, ...Array.from({ length: 199 }, () => 3)]);
});
