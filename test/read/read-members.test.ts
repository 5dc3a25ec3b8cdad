// Tests the base of all sources with members: bounded concurrency, and a memory that reads recent changes again.
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/domain/evidence.ts';
import { digestOf } from '../../shared/domain/mentions.ts';
import { concurrently } from '../../shared/sources/common/concurrently.ts';
import { Memory } from '../../shared/sources/common/memory.ts';
import { rangesOf } from '../../shared/domain/revision.ts';

describe('side by side', () => {
  const count = (length: number) => Array.from({ length }, (_, index) => index);

  test('everything is done once, and never more than sixteen at a time', async () => {
    let [running, most] = [0, 0];
    const work = async (item: number) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      return item;
    };
    const done = await Array.fromAsync(concurrently(count(100), work));
    expect(done.toSorted((a, b) => a - b)).toEqual(count(100));
    expect(most).toBe(16);
  });

  test('the first error ends it, begins nothing more, and leaves nothing under way', async () => {
    const begun: number[] = [];
    let ended = 0;
    const work = async (item: number) => {
      begun.push(item);
      await Promise.resolve();
      ended++;
      if (item === 3) throw new Error('three');
    };
    await expect(Array.fromAsync(concurrently(count(100), work))).rejects.toThrow('three');
    expect(begun.length).toBeLessThan(25);
    expect(ended).toBe(begun.length);
  });

  test('who stops listening waits for what is under way', async () => {
    let ended = 0;
    for await (const _ of concurrently(count(50), async () => {
      await Promise.resolve();
      ended++;
    }))
      break;
    expect(ended).toBeGreaterThanOrEqual(16);
  });

  test('nothing to do is nothing', async () => {
    expect(await Array.fromAsync(concurrently([], async () => Promise.resolve(1)))).toEqual([]);
  });
});

describe('the memory', () => {
  const findings: readonly Finding[] = [];
  const at = Date.parse('2026-11-24T02:30:00Z');

  test.each([
    { what: 'the same date, long before the reading', changed: at - 60_000, now: at - 60_000, known: true },
    {
      what: 'a date just long enough before the reading',
      changed: at - 10_000,
      now: at - 10_000,
      known: true,
    },
    // Dates are to the second: it may have changed twice within it.
    { what: 'a date just before the reading', changed: at - 9_999, now: at - 9_999, known: false },
    { what: 'a date after the reading', changed: at + 1_000, now: at + 1_000, known: false },
    { what: 'another date', changed: at - 60_000, now: at - 59_000, known: false },
    { what: 'an earlier date', changed: at - 60_000, now: at - 61_000, known: false },
    { what: 'a listing that lost its date', changed: at - 60_000, now: undefined, known: false },
    { what: 'a member that never had a date', changed: undefined, now: undefined, known: false },
    { what: 'what never changes', changed: 'never' as const, now: 'never' as const, known: true },
    {
      what: 'what was immutable and has a date now',
      changed: 'never' as const,
      now: at - 60_000,
      known: false,
    },
  ])('$what: remembered is $known', ({ changed, now, known }) => {
    const memory = new Memory();
    memory.remember('pipes a', changed, at, findings);
    expect(memory.recall('pipes a', now)).toBe(known ? findings : undefined);
    expect(memory.recall('pipes b', now)).toBeUndefined();
  });

  test('what is read without a date replaces what was remembered with one', () => {
    const memory = new Memory();
    memory.remember('pipes a', at - 60_000, at, findings);
    memory.remember('pipes a', undefined, at, findings);
    expect(memory.carried().members).toEqual([]);
  });

  test('what another night has learnt is known', () => {
    const memory = new Memory([['pipes a', { changed: at - 60_000, readAt: at, findings }]]);
    expect(memory.recall('pipes a', at - 60_000)).toBe(findings);
  });

  describe('of a member that would mention a family', () => {
    const families = (...names: string[]) => new Map(names.map((name) => [name, rangesOf([1])]));
    const earlier = (missed: readonly number[]) =>
      new Memory([['definitions web:1', { changed: 'never', readAt: at, findings, missed }]]);

    test('is doubted once that family has an ACTIVE revision, until it is read again', () => {
      const memory = earlier([digestOf('job'), digestOf('redis')]);
      memory.inventory = families('web', 'jobs');
      expect(memory.recall('definitions web:1', 'never')).toBe(findings);
      memory.inventory = families('web', 'job');
      expect(memory.recall('definitions web:1', 'never')).toBeUndefined();
      memory.remember('definitions web:1', 'never', at, findings, [digestOf('job')]);
      expect(memory.recall('definitions web:1', 'never')).toBe(findings);
    });

    test('is carried to a later step of the run', () => {
      const memory = Memory.from(earlier([digestOf('job')]).carried());
      memory.inventory = families('job');
      expect(memory.recall('definitions web:1', 'never')).toBeUndefined();
    });

    test('is not kept for another night where these are more than a thousand', () => {
      const memory = new Memory();
      const digests = Array.from({ length: 1_001 }, (_, index) => index);
      memory.remember('a', 'never', at, findings, digests);
      memory.remember('b', 'never', at, findings, digests.slice(1));
      expect([...memory.immutable().keys()]).toEqual(['b']);
      expect(memory.recall('a', 'never')).toBe(findings);
    });
  });
});
