// The records of an execution at Lambda stay small for any account: each checkpoint, their sum, and the number of
// operations. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
import { expect, test } from 'vitest';
import { accountOf } from '../bench/account.ts';
import { openNight } from './durable/night.ts';
import { BUCKET } from './durable/witness.ts';

const MOST_BYTES = 4_096;
const MOST_BYTES_IN_ALL = 262_144;
const MOST_OPERATIONS = 3_000;

test('an execution keeps small checkpoints at 100,000 revisions and several passes', { timeout: 600_000 }, async () => {
  const { file } = accountOf({ families: 1_000, revisions: 100 });
  const night = await openNight({ ...file, buckets: [{ Name: BUCKET }] });
  try {
    const ended = await night.durable({ settings: { maxDeregistrations: 60 }, actsALife: 20 });
    expect(ended.status).toBe('SUCCEEDED');
    expect(night.witness.gone()).toHaveLength(60);
    const { bytes, counted, operations } = ended.recorded;
    const passes = operations.filter(({ Name }) => /^pass \d+$/.test(Name ?? '')).length;
    expect(passes).toBe(3);
    // Open, the passes, the waits between them, the window and the report.
    expect(counted).toBe(1 + passes + (passes - 1) + 1 + 1);
    expect(Math.max(...bytes)).toBeLessThan(MOST_BYTES);
    expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(MOST_BYTES_IN_ALL);
  } finally {
    await night.close();
  }
});

test('an execution with the most passes and interruptions stays below the limit of operations', () => {
  const [passes, triesAStep] = [200, 5];
  const steps = 1 + passes + 1;
  const waits = passes - 1 + 1;
  expect(steps * triesAStep + waits).toBe(1_210);
  expect(steps * triesAStep + waits).toBeLessThan(MOST_OPERATIONS);
});
