// A run with the default settings throttles no deployer who registers on the same quota: `npm run bench` shows the numbers.
import { expect, test } from 'vitest';
import { beside, deployers } from '../bench/deployer.ts';

test.each(deployers)('a deployer who registers $name is not throttled by a run', async (deployer) => {
  const { throttled, registrations, deregistered } = await beside(deployer);
  expect({ throttled, deregistered }).toEqual({ throttled: 0, deregistered: 60 });
  expect(registrations).toBeGreaterThan(50);
});
