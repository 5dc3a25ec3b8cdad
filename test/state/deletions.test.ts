// Which ledgers a night reads for what may be deleted, and what it keeps of how far it has come.
import { describe, expect, test } from 'vitest';
import { noResults } from '../../shared/domain/apply-results.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { openIn, type Progress, progressAfter, progressRecord } from '../../shared/state/deletions.ts';
import { Damaged, decode, encode } from '../../shared/state/codec.ts';
import { nameOfRun, saveRunRecord } from '../../shared/state/runs.ts';
import { MemoryState } from '../support/memory-state.ts';
import { sealedAs } from '../support/checksummed.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const day = 86_400_000;
const until = Date.parse('2026-08-01T00:00:00Z');
const web = (...numbers: number[]): Revision[] => numbers.map((number) => ({ family: 'web', number }));

/** Runs by the day on which they began, counted back from the boundary, and what each took. */
async function runs(
  took: readonly (readonly [daysBefore: number, revisions: readonly Revision[], hours?: number])[],
) {
  const state = new MemoryState();
  for (const [daysBefore, deregistered, hours = 0] of took) {
    const beganAt = until - daysBefore * day;
    const id = `run-${daysBefore}`;
    await saveRunRecord(
      state,
      nameOfRun(target, id, beganAt),
      {
        id,
        by: 'function',
        version: '1',
        settings: '',
        dryRun: false,
        beganAt,
        passes: 1,
        started: 1,
        planned: [],
        more: false,
        results: { ...noResults, deregistered },
        published: true,
        endedAt: beganAt + hours * 3_600_000,
      },
      undefined,
    );
  }
  return state;
}

const night = async (state: MemoryState, progress?: Progress, most = 100) => {
  const opens = await openIn(state, target, progress, { until, most });
  return { opens, names: opens.open.map(({ revision }) => nameOf(revision)) };
};
const none: Progress = { settled: new Map(), finished: [] };

describe('a night', () => {
  test('reads the runs that were over by then, oldest first', async () => {
    const state = await runs([
      [3, web(2)],
      [9, web(1)],
      [0, web(3)],
      [-1, web(4)],
    ]);
    expect((await night(state)).names).toEqual(['web:1', 'web:2', 'web:3']);
  });

  test('does not take what a long run may have taken after that', async () => {
    const state = await runs([[1, web(1), 25]]);
    expect((await night(state)).names).toEqual([]);
  });

  test('passes what is settled, and does not read what is finished', async () => {
    const state = await runs([
      [9, web(1, 2, 3)],
      [8, web(4)],
    ]);
    state.texts.set('123456789012/eu-west-1/runs/20260724T000000Z_run-8/ledger.json', {
      body: '?',
      tag: 'x',
    });
    const progress = {
      settled: new Map([['web', [{ from: 2, upto: 2 }]]]),
      finished: ['20260724T000000Z_run-8'],
    };
    const { opens, names } = await night(state, progress);
    expect(names).toEqual(['web:1', 'web:3']);
    expect(opens.damaged).toEqual([]);
  });

  test('goes on where the last one ended, and says where the next one does', async () => {
    const state = await runs([
      [9, web(1, 2, 3)],
      [8, web(4)],
      [7, web(5)],
    ]);
    const next = { run: '20260723T000000Z_run-9', at: 2 };
    const { opens, names } = await night(state, { ...none, next }, 2);
    expect(names).toEqual(['web:3', 'web:4']);
    expect(opens.next).toEqual({ run: '20260725T000000Z_run-7', at: 0 });
    expect((await night(state, { ...none, next: opens.next })).names).toEqual(['web:5']);
  });

  test('reads a hundred ledgers at most', async () => {
    const state = await runs(Array.from({ length: 102 }, (_, at) => [102 - at, []] as const));
    const { opens } = await night(state);
    expect(opens.read.size).toBe(100);
    expect(opens.next?.run).toMatch(/_run-2$/);
  });

  test('tells of a ledger that is damaged, and goes on with the others', async () => {
    const state = await runs([
      [9, web(1)],
      [8, web(2)],
    ]);
    state.texts.set('123456789012/eu-west-1/runs/20260723T000000Z_run-9/ledger.json', {
      body: '{}',
      tag: 'x',
    });
    const { opens, names } = await night(state);
    expect(names).toEqual(['web:2']);
    expect(opens.damaged.map(({ operation }) => operation)).toEqual([
      expect.stringContaining('run-9/ledger.json'),
    ]);
    expect(progressAfter(none, opens, web(2), undefined).finished).toEqual(['20260724T000000Z_run-8']);
  });
});

describe('what is kept', () => {
  test('ranges of what is settled, and runs of which nothing is left; those that lie there no more are forgotten', async () => {
    const state = await runs([
      [9, web(1, 2)],
      [8, web(3, 5)],
    ]);
    const { opens } = await night(state);
    const before = {
      settled: new Map([['web', [{ from: 3, upto: 3 }]]]),
      finished: ['20200101T000000Z_gone'],
    };
    const after = progressAfter(before, opens, web(1, 2), undefined);
    expect(after).toEqual({
      settled: new Map([['web', [{ from: 1, upto: 3 }]]]),
      finished: ['20260723T000000Z_run-9'],
      next: undefined,
    });
    const record = progressRecord(target);
    expect(decode(record, encode(record, after))).toEqual(after);
  });

  test('a run that has not become anything has nothing left', async () => {
    const state = new MemoryState();
    state.texts.set('123456789012/eu-west-1/runs/20260723T000000Z_run-9/found.json', {
      body: '{}',
      tag: 'x',
    });
    const { opens } = await night(state);
    expect(progressAfter(none, opens, [], undefined).finished).toEqual(['20260723T000000Z_run-9']);
  });

  test.each([
    ['a range that runs backwards', { settled: [['web', ['7-1']]], finished: [] }],
    ['a revision 0', { settled: [['web', ['0']]], finished: [] }],
    [
      'a family twice',
      {
        settled: [
          ['web', ['1']],
          ['web', ['2']],
        ],
        finished: [],
      },
    ],
    ['a family that ECS would not take', { settled: [['web shop', ['1']]], finished: [] }],
    ['an unknown member', { settled: [], finished: [], more: 1 }],
    ['a place before the first', { settled: [], finished: [], next: { run: 'x', at: -1 } }],
  ])('refuses %s, with a checksum that fits', (_, value) => {
    expect(() => decode(progressRecord(target), sealedAs(2, value, progressRecord(target).key))).toThrow(
      Damaged,
    );
  });

  test('refuses the record of an earlier version, which has no checksum', () => {
    expect(() => decode(progressRecord(target), '{"format":1,"settled":{},"finished":[]}')).toThrow(Damaged);
  });

  test('joins a range of all numbers without counting through it', () => {
    const all = { from: 1, upto: 999_999_999_999_999 };
    const one = { settled: new Map([['web', [all]]]), finished: [] };
    const other = { settled: new Map([['web', [{ from: 7, upto: 7 }]]]), finished: [] };
    expect(progressRecord(target).join(one, other).settled.get('web')).toEqual([all]);
  });

  test('two that wrote at once have both settled theirs', () => {
    const one = { settled: new Map([['web', [{ from: 1, upto: 2 }]]]), finished: ['a'] };
    const other = {
      settled: new Map([
        ['web', [{ from: 3, upto: 3 }]],
        ['api', [{ from: 1, upto: 1 }]],
      ]),
      finished: ['b'],
    };
    expect(progressRecord(target).join(one, other)).toEqual({
      settled: new Map([
        ['web', [{ from: 1, upto: 3 }]],
        ['api', [{ from: 1, upto: 1 }]],
      ]),
      finished: ['b', 'a'],
    });
  });
});
