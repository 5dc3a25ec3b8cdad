// The function in the memory that it has in AWS: it completes a large account over several passes.
import { expect, test } from 'vitest';
import { SkippingClock } from '../../sandbox/clock.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { scaleAccount } from '../bench/scale-account.ts';
import { LARGEST_FUNCTION_MEGABYTES, limitedNight, stateBucket } from '../support/limited-night.ts';

const quotas = Object.fromEntries(bucketNames.map((name) => [name, { burst: 1_000_000, perSecond: 1_000_000 }]));
const settings = { quotas, share: 1, writeShare: 1, maxDeregistrations: 1_200 };

async function account() {
  const clock = new SkippingClock();
  const file = scaleAccount({ families: 200, revisions: 500 }, clock.now());
  const sandbox = await startSandbox({ account: file, quotas: 'none', clock });
  sandbox.account.storage.add(stateBucket(clock.now()));
  return { sandbox, clock };
}

test('prunes an account of 100,000 revisions in two passes', { timeout: 180_000 }, async () => {
  const { sandbox, clock } = await account();
  try {
    const { answer, peakMegabytes } = await limitedNight({ sandbox, clock, settings });
    expect(answer).toMatchObject({ answer: { outcome: 'OK', deregistered: 1_200 } });
    expect(sandbox.account.published.map(({ Message }) => /"passes\W+(\d+)/.exec(Message)?.[1])).toEqual(['2']);
    expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(1_200);
    expect(sandbox.problems).toEqual([]);
    expect(peakMegabytes).toBeLessThanOrEqual(LARGEST_FUNCTION_MEGABYTES);
  } finally {
    await sandbox.close();
  }
});

test('a function that exceeds its memory is killed', { timeout: 60_000 }, async () => {
  const { sandbox, clock } = await account();
  try {
    await expect(limitedNight({ sandbox, clock, settings, memoryMegabytes: 64 })).rejects.toThrow('the limit is 64');
  } finally {
    await sandbox.close();
  }
});
