// Which run records a night reads for revisions to delete, and how it records its progress.
import { describe, expect, test } from 'vitest';
import { noResults } from '../../shared/domain/apply-results.ts';
import { nameOf, type Revision } from '../../shared/domain/revision.ts';
import { DAY_MS } from '../../shared/domain/time.ts';
import {
  readPendingDeletions,
  type DeletionProgress,
  updateProgress,
  deletionProgressRecord,
} from '../../shared/state/deletion-progress.ts';
import { DamagedRecord, decode, encode } from '../../shared/state/codec.ts';
import { makeRunName, saveRunRecord } from '../../shared/state/run-records.ts';
import { MemoryState } from '../support/memory-state.ts';
import { checksummed } from '../support/checksummed.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const until = Date.parse('2026-08-01T00:00:00Z');
const web = (...numbers: number[]): Revision[] => numbers.map((number) => ({ family: 'web', number }));

/** Saves runs that began so many days before the boundary, with the revisions that each deregistered. */
async function saveRuns(
  deregistered: readonly (readonly [daysBefore: number, revisions: readonly Revision[], hours?: number])[],
) {
  const state = new MemoryState();
  for (const [daysBefore, revisions, hours = 0] of deregistered) {
    const beganAt = until - daysBefore * DAY_MS;
    const id = `run-${daysBefore}`;
    await saveRunRecord(
      state,
      makeRunName(target, id, beganAt),
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
        results: { ...noResults, deregistered: revisions },
        published: true,
        endedAt: beganAt + hours * 3_600_000,
      },
      undefined,
    );
  }
  return state;
}

const readNight = async (state: MemoryState, progress?: DeletionProgress, most = 100) => {
  const deletions = await readPendingDeletions(state, target, progress, { until, most });
  return { deletions, names: deletions.pending.map(({ revision }) => nameOf(revision)) };
};
const none: DeletionProgress = { settled: new Map(), finished: [] };

describe('a night', () => {
  test('reads the runs that had ended by the boundary, oldest first', async () => {
    const state = await saveRuns([
      [3, web(2)],
      [9, web(1)],
      [0, web(3)],
      [-1, web(4)],
    ]);
    expect((await readNight(state)).names).toEqual(['web:1', 'web:2', 'web:3']);
  });

  test('ignores a long run that ended after the boundary', async () => {
    const state = await saveRuns([[1, web(1), 25]]);
    expect((await readNight(state)).names).toEqual([]);
  });

  test('skips settled revisions, and does not read finished runs', async () => {
    const state = await saveRuns([
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
    const { deletions, names } = await readNight(state, progress);
    expect(names).toEqual(['web:1', 'web:3']);
    expect(deletions.damaged).toEqual([]);
  });

  test('continues where the last night stopped, and returns where the next one continues', async () => {
    const state = await saveRuns([
      [9, web(1, 2, 3)],
      [8, web(4)],
      [7, web(5)],
    ]);
    const next = { run: '20260723T000000Z_run-9', at: 2 };
    const { deletions, names } = await readNight(state, { ...none, next }, 2);
    expect(names).toEqual(['web:3', 'web:4']);
    expect(deletions.next).toEqual({ run: '20260725T000000Z_run-7', at: 0 });
    expect((await readNight(state, { ...none, next: deletions.next })).names).toEqual(['web:5']);
  });

  test('reads at most a hundred run records', async () => {
    const state = await saveRuns(Array.from({ length: 102 }, (_, at) => [102 - at, []] as const));
    const { deletions } = await readNight(state);
    expect(deletions.readRuns.size).toBe(100);
    expect(deletions.next?.run).toMatch(/_run-2$/);
  });

  test('reports a damaged run record, and continues with the others', async () => {
    const state = await saveRuns([
      [9, web(1)],
      [8, web(2)],
    ]);
    state.texts.set('123456789012/eu-west-1/runs/20260723T000000Z_run-9/ledger.json', {
      body: '{}',
      tag: 'x',
    });
    const { deletions, names } = await readNight(state);
    expect(names).toEqual(['web:2']);
    expect(deletions.damaged.map(({ operation }) => operation)).toEqual([expect.stringContaining('run-9/ledger.json')]);
    expect(updateProgress(none, deletions, web(2), undefined).finished).toEqual(['20260724T000000Z_run-8']);
  });
});

describe('the record of deletions', () => {
  test('contains settled ranges and finished runs, without runs that no longer exist', async () => {
    const state = await saveRuns([
      [9, web(1, 2)],
      [8, web(3, 5)],
    ]);
    const { deletions } = await readNight(state);
    const before = {
      settled: new Map([['web', [{ from: 3, upto: 3 }]]]),
      finished: ['20200101T000000Z_removed'],
    };
    const after = updateProgress(before, deletions, web(1, 2), undefined);
    expect(after).toEqual({
      settled: new Map([['web', [{ from: 1, upto: 3 }]]]),
      finished: ['20260723T000000Z_run-9'],
      next: undefined,
    });
    const record = deletionProgressRecord(target);
    expect(decode(record, encode(record, after))).toEqual(after);
  });

  test('counts a run without a run record as finished', async () => {
    const state = new MemoryState();
    state.texts.set('123456789012/eu-west-1/runs/20260723T000000Z_run-9/found.json', {
      body: '{}',
      tag: 'x',
    });
    const { deletions } = await readNight(state);
    expect(updateProgress(none, deletions, [], undefined).finished).toEqual(['20260723T000000Z_run-9']);
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
    ['a family that ECS would refuse', { settled: [['web shop', ['1']]], finished: [] }],
    ['an unknown member', { settled: [], finished: [], more: 1 }],
    ['a position before the first', { settled: [], finished: [], next: { run: 'x', at: -1 } }],
  ])('refuses %s, although the checksum matches', (_, value) => {
    expect(() =>
      decode(deletionProgressRecord(target), checksummed(2, value, deletionProgressRecord(target).key)),
    ).toThrow(DamagedRecord);
  });

  test('refuses a record of an earlier version, which has no checksum', () => {
    expect(() => decode(deletionProgressRecord(target), '{"format":1,"settled":{},"finished":[]}')).toThrow(
      DamagedRecord,
    );
  });

  test('merges a range of all numbers without iterating over it', () => {
    const all = { from: 1, upto: 999_999_999_999_999 };
    const one = { settled: new Map([['web', [all]]]), finished: [] };
    const other = { settled: new Map([['web', [{ from: 7, upto: 7 }]]]), finished: [] };
    expect(deletionProgressRecord(target).merge(one, other).settled.get('web')).toEqual([all]);
  });

  test('merges the progress of two concurrent runs', () => {
    const one = { settled: new Map([['web', [{ from: 1, upto: 2 }]]]), finished: ['a'] };
    const other = {
      settled: new Map([
        ['web', [{ from: 3, upto: 3 }]],
        ['api', [{ from: 1, upto: 1 }]],
      ]),
      finished: ['b'],
    };
    expect(deletionProgressRecord(target).merge(one, other)).toEqual({
      settled: new Map([
        ['web', [{ from: 1, upto: 3 }]],
        ['api', [{ from: 1, upto: 1 }]],
      ]),
      finished: ['b', 'a'],
    });
  });
});
