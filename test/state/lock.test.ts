// The lock, with records that another run or program has written: which block a run, and which are damaged.
import { describe, expect, test } from 'vitest';
import { readLockHolder, Lock, acquireLock } from '../../shared/state/lock.ts';
import { StateError } from '../../shared/state/store.ts';
import { TestClock } from '../support/clock.ts';
import { MemoryState } from '../support/memory-state.ts';
import { checksummed } from '../support/checksummed.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const key = '123456789012/eu-west-1/lock.json';
const MINUTE = 60_000;

async function acquireOver(body: (now: number) => string) {
  const clock = new TestClock();
  const state = new MemoryState();
  state.texts.set(key, { body: body(clock.now()), tag: '"theirs"' });
  const owner = { id: 'ours', by: 'function' };
  const now = () => clock.now();
  const holder = await readLockHolder(state, target, now()).catch(() => undefined);
  const lock = await acquireLock({ state, target, owner, clock, now });
  return { lock, holder, text: state.texts.get(key)?.body ?? '' };
}

const held = (since: number, expires: number) =>
  checksummed(1, { owner: { id: 'theirs', by: 'function' }, since, expires, free: false });

test.each([
  { what: 'for a whole lease', since: 0, expires: 40 * MINUTE },
  { what: 'by a clock that is 15 minutes ahead', since: 15 * MINUTE, expires: 55 * MINUTE },
  { what: 'for the last millisecond', since: -39 * MINUTE, expires: 1 },
])('a lock that another run holds $what blocks this run', async ({ since, expires }) => {
  const { lock, holder } = await acquireOver((now) => held(now + since, now + expires));
  expect(lock).toMatchObject({ owner: { id: 'theirs' } });
  expect(lock).not.toBeInstanceOf(Lock);
  expect(holder?.id).toBe('theirs');
});

test.each([
  { what: 'leased a millisecond longer than by any run', since: 0, expires: 55 * MINUTE + 1 },
  { what: 'leased until the year 275760', since: 0, expires: 8.64e15 },
  { what: 'leased for longer than JavaScript has dates', since: 0, expires: 1e300 },
  { what: 'acquired in the future', since: 15 * MINUTE + 1, expires: 40 * MINUTE },
  { what: 'acquired before the epoch', since: -1e300, expires: 40 * MINUTE },
])('a lock that was $what is taken over, and the report says so', async ({ since, expires }) => {
  const { lock, holder, text } = await acquireOver((now) => held(now + since, now + expires));
  expect(holder).toBeUndefined();
  if (!(lock instanceof Lock)) throw new Error('blocked');
  expect(lock.takeover?.problem).toBe(
    `the lock s3://state/${key} had dates that no run writes, so this run took it over`,
  );
  expect(lock.takeover?.remedy).toContain('"theirs"');
  expect(text).toContain('"id":"ours"');
});

describe('a lock that cannot be read blocks every run, with a remedy', () => {
  test.each([
    { what: 'without a checksum', body: '{"format":1,"value":{}}' },
    { what: 'of another program', body: '{"locked":true}' },
    { what: 'with an owner of a megabyte', body: checksummed(1, { owner: { id: 'x'.repeat(1_000_000) } }) },
    { what: 'that is nested 200,000 deep', body: '{"value":'.repeat(200_000) },
    {
      what: 'with a date that is not a number',
      body: held(0, 0).replace('"expires":0', '"expires":"never"'),
    },
  ])('$what', async ({ body }) => {
    const error: unknown = await acquireOver(() => body).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({ remedy: 'If no run is active, remove it, and run again.' });
  });
});

test('acquires an expired or released lock without a report', async () => {
  const over = await acquireOver((now) => held(now - 60 * MINUTE, now));
  const owner = { id: 'theirs', by: 'function' };
  const free = await acquireOver(() => checksummed(1, { owner, since: 0, expires: 8.64e15, free: true }));
  for (const { lock } of [over, free]) {
    expect(lock).toBeInstanceOf(Lock);
    expect(lock).toMatchObject({ takeover: undefined });
  }
});
