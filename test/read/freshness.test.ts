// The guard `fresh`: how old evidence may be, counted from the beginning of its reading by whichever clock says more.
import { describe, expect, test } from 'vitest';
import { momentOf, msSince } from '../../shared/domain/clock.ts';
import type { Evidence, Reading } from '../../shared/domain/evidence.ts';
import { isFresh, isTooSlow, quickParts, slowParts, soonStaleParts, staleParts } from '../../shared/read/freshness.ts';
import { TestClock } from '../support/clock.ts';

const second = 1_000;

/** Evidence whose parts began so many seconds ago and took so many: `{ services: [70, 10] }`. */
function evidence(clock: TestClock, parts: Readonly<Record<string, readonly [ago: number, took: number]>>): Evidence {
  const now = momentOf(clock);
  const readings = Object.entries(parts).map(([part, [ago, took]]): Reading => {
    const began = { wall: now.wall - ago * second, monotonic: now.monotonic - ago * second };
    return {
      part,
      began,
      tookMs: took * second,
      calls: 1,
      throttled: 0,
      items: 0,
      findings: [],
      problems: [],
    };
  });
  return {
    asOf: now.wall,
    inventory: new Map(),
    tagged: new Map(),
    ages: new Map(),
    usage: undefined,
    readings,
  };
}

describe('services and tasks', () => {
  test.each([
    { read: 'in no time', services: [60, 0], tasks: [60, 0], fresh: true },
    { read: 'in no time', services: [60.001, 0], tasks: [60, 0], fresh: false },
    // They are one reading: it began with the first and ended with the last.
    { read: 'one after the other', services: [60, 10], tasks: [50, 10], fresh: true },
    { read: 'one after the other', services: [61, 10], tasks: [51, 10], fresh: false },
    { read: 'in 40 s', services: [80, 20], tasks: [60, 20], fresh: true },
    { read: 'in 40 s', services: [80.001, 20], tasks: [60.001, 20], fresh: false },
    { read: 'in 30 s', services: [60.001, 10], tasks: [40.001, 10], fresh: false },
    { read: 'in 149 s', services: [298, 100], tasks: [249, 100], fresh: true },
    { read: 'in 149 s', services: [299, 100], tasks: [250, 100], fresh: false },
    // Never above five minutes, however long they took.
    { read: 'in 200 s', services: [300, 100], tasks: [200, 100], fresh: true },
    { read: 'in 200 s', services: [300.001, 100], tasks: [200.001, 100], fresh: false },
    { read: 'in 400 s', services: [400, 200], tasks: [200, 200], fresh: false },
    { read: 'the tasks first', services: [50, 10], tasks: [61, 10], fresh: false },
    // The tasks began and ended while the services were read: 40 s in all.
    { read: 'in 40 s', services: [80, 40], tasks: [70, 10], fresh: true },
    { read: 'in 40 s', services: [80.001, 40], tasks: [70, 10], fresh: false },
  ] as const)('read $read and begun $services.0 and $tasks.0 s ago: fresh is $fresh', ({ services, tasks, fresh }) => {
    const clock = new TestClock();
    clock.advance(1_000 * second);
    expect(isFresh(evidence(clock, { services, tasks, inventory: [900, 9] }), clock)).toBe(fresh);
  });

  test('that took more than five minutes are too old as soon as they are known', () => {
    const clock = new TestClock();
    const took = (services: number, tasks: number) =>
      isTooSlow(evidence(clock, { services: [services + tasks, services], tasks: [tasks, tasks] }));
    expect(took(150, 150)).toBe(false);
    expect(took(150, 150.001)).toBe(true);
    expect(took(301, 0)).toBe(true);
    // The time between the end of one and the beginning of the other counts as well.
    expect(isTooSlow(evidence(clock, { services: [400, 10], tasks: [50, 50] }))).toBe(true);
  });

  test('without which there is no evidence', () => {
    const clock = new TestClock();
    expect(() => isTooSlow(evidence(clock, { inventory: [1, 1] }))).toThrow(
      'evidence has no reading of services and tasks',
    );
    expect(() => isFresh(evidence(clock, { inventory: [1, 1] }), clock)).toThrow(
      'evidence has no reading of services and tasks',
    );
  });
});

describe('everything else', () => {
  const live = { services: [1, 1], tasks: [1, 1] } as const;

  test.each([
    { part: 'tags', ago: 300, took: 1, stale: [] },
    { part: 'tags', ago: 300.001, took: 1, stale: ['tags'] },
    { part: 'tags', ago: 400, took: 200, stale: [] },
    { part: 'tags', ago: 400.001, took: 200, stale: ['tags'] },
    { part: 'schedules', ago: 301, took: 1, stale: ['schedules'] },
    // A revision newer than the inventory is never deregistered, and dates do not change.
    { part: 'inventory', ago: 100_000, took: 1, stale: [] },
    { part: 'ages', ago: 100_000, took: 1, stale: [] },
    // Usage is about the past, and only this tool writes the state.
    { part: 'usage', ago: 100_000, took: 120, stale: [] },
    { part: 'state', ago: 100_000, took: 1, stale: [] },
    { part: 'registrars', ago: 100_000, took: 1, stale: [] },
    { part: 'dangling', ago: 100_000, took: 1, stale: [] },
  ])('$part, begun $ago s ago and read in $took s: $stale to be read again', ({ part, ago, took, stale }) => {
    const clock = new TestClock();
    const known = evidence(clock, { ...live, [part]: [ago, took] });
    expect(staleParts(known, clock)).toEqual(stale);
    expect(isFresh(known, clock)).toBe(stale.length === 0);
  });

  test.each([
    // Services and tasks stay fresh for 60 s, so tags that would be too old by then are read together with them.
    { live: 1, ago: 240, soon: [] },
    { live: 1, ago: 240.001, soon: ['tags'] },
    // They took 50 s, and stay fresh for 100 s.
    { live: 50, ago: 200, soon: [] },
    { live: 50, ago: 200.001, soon: ['tags'] },
  ])('tags begun $ago s ago, where services and tasks took $live s: $soon will be too old soon', (given) => {
    const clock = new TestClock();
    const known = evidence(clock, {
      services: [given.live, given.live],
      tasks: [given.live, given.live],
      tags: [given.ago, 1],
    });
    expect(soonStaleParts(known, clock)).toEqual(given.soon);
    expect(staleParts(known, clock)).toEqual([]);
  });

  test('services and tasks have their own limit and are not in this list', () => {
    const clock = new TestClock();
    expect(staleParts(evidence(clock, { services: [900, 1], tasks: [900, 1] }), clock)).toEqual([]);
  });
});

describe('what is quickly read once more', () => {
  test.each([
    { part: 'rules', took: 45, quick: ['rules'] },
    { part: 'rules', took: 45.001, quick: [] },
    // Listed only, where nothing has changed.
    { part: 'schedules', took: 180, quick: ['schedules'] },
    { part: 'schedules', took: 180.001, quick: [] },
    { part: 'pipes', took: 900, quick: ['pipes'] },
    { part: 'stacks', took: 90, quick: ['stacks'] },
    { part: 'stacks', took: 91, quick: [] },
    // Read again before each one goes, or once a run.
    { part: 'tags', took: 1, quick: [] },
    { part: 'inventory', took: 1, quick: [] },
    { part: 'usage', took: 1, quick: [] },
    { part: 'ages', took: 1, quick: [] },
    { part: 'registrars', took: 1, quick: [] },
    { part: 'state', took: 1, quick: [] },
    { part: 'dangling', took: 1, quick: [] },
  ])('$part, read in $took s: $quick', ({ part, took, quick }) => {
    const clock = new TestClock();
    expect(quickParts(evidence(clock, { [part]: [took, took] }))).toEqual(quick);
  });
});

describe('the larger of two clocks counts', () => {
  const parts = { services: [0, 0], tasks: [0, 0] } as const;

  test('a machine that was suspended does not make evidence young', () => {
    const clock = new TestClock();
    const known = evidence(clock, parts);
    clock.jump(61 * second);
    expect(isFresh(known, clock)).toBe(false);
  });

  test('a clock that was set back does not make evidence young', () => {
    const clock = new TestClock();
    const known = evidence(clock, parts);
    clock.advance(61 * second);
    clock.jump(-3_600 * second);
    expect(isFresh(known, clock)).toBe(false);
  });

  test('a clock that was set back a little changes nothing while both say that it is young', () => {
    const clock = new TestClock();
    const known = evidence(clock, parts);
    clock.advance(59 * second);
    clock.jump(-10 * second);
    expect(isFresh(known, clock)).toBe(true);
  });

  test.each([
    { jump: 0, ms: 5_000 },
    { jump: 7_000, ms: 12_000 },
    { jump: -7_000, ms: 5_000 },
  ])('five seconds and a jump of $jump ms are $ms ms', ({ jump, ms }) => {
    const clock = new TestClock();
    const moment = momentOf(clock);
    clock.advance(5_000);
    clock.jump(jump);
    expect(msSince(moment, clock)).toBe(ms);
  });
});

test('a part that takes too long to be read twice is listed by name, and no other', () => {
  const clock = new TestClock();
  const parts = {
    inventory: 90,
    tags: 90,
    'state-machines': 46,
    rules: 45,
    services: 90,
    tasks: 90,
    usage: 90,
    ages: 90,
    registrars: 90,
    state: 90,
    dangling: 90,
    // Definitions are followed at the end of every reading.
    definitions: 90,
  };
  const read = Object.fromEntries(
    Object.entries(parts).map(([part, took]): [string, [number, number]] => [part, [took, took]]),
  );
  expect(slowParts(evidence(clock, read))).toEqual(['state-machines']);
});
