// Deletion at the edges of a run: its beginning, its end, and errors of the state store.
import { describe, expect, test } from 'vitest';
import type { Report } from '../../shared/report/model/report.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { StateError } from '../../shared/state/store.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import {
  aNight,
  duringDeregistration,
  deregisteredNames,
  type Night,
  keepNewestThree,
  sevenOld,
} from '../support/night.ts';

const DAY_MS = 86_400_000;
const after30 = { ...keepNewestThree, deleteAfterDays: 30 };
const seven = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7'];
const many = () => anAccount().family('web', '1-40').cluster('prod');
const stateOf = ({ state }: Night) => ({ stateAccess: { state, writes: false, version: '0.0.0' } });
const deleted = ({ deletions }: Report) => deletions?.deleted.map(nameOf);
const kept = ({ deletions }: Report) => deletions?.kept.map(({ revision }) => nameOf(revision));
const calls = ({ sandbox }: Night) => sandbox.calls.count('DeleteTaskDefinitions');
const broken = (operation: string) => new StateError('denied', { operation, reason: 'no', remedy: 'Allow it.' });

/** A run deregistered web:1 to web:7 more than a month ago. */
async function aMonthLater(account = sevenOld()): Promise<Night> {
  const night = await aNight(account);
  await night.prune(keepNewestThree);
  night.clock.advance(31 * DAY_MS);
  return night;
}

/** Revisions that others deregistered a hundred days ago. */
async function othersDid(account = anAccount()): Promise<Night> {
  const night = await aNight(account.cluster('prod'));
  for (const one of night.sandbox.account.revisions.all())
    if (one.status === 'INACTIVE') one.deregisteredAt = new Date(night.clock.now() - 100 * DAY_MS);
  return night;
}

describe('after a run that stopped', () => {
  /** This run plans to deregister web:8 to web:11. */
  async function withMore(): Promise<Night> {
    const night = await aMonthLater();
    for (let more = 0; more < 4; more++) night.sandbox.account.registerTaskDefinition('web');
    night.clock.advance(31 * DAY_MS);
    return night;
  }

  test('because its minutes were over, revisions of earlier runs are deleted', async () => {
    const night = await withMore();
    duringDeregistration(night, 1, () => night.clock.advance(11 * 60_000));
    const report = await night.prune({ ...after30, runMinutes: 10 });
    expect(report.results.stop?.by).toBe('time');
    expect(deregisteredNames(report)).toEqual(['web:8']);
    expect(deleted(report)).toEqual(seven);
  });

  test('because AWS throttled it, nothing is deleted', async () => {
    const night = await withMore();
    night.sandbox.faults.add({ operation: 'DeregisterTaskDefinition', kind: 'throttle' });
    const report = await night.prune(after30);
    expect(report.results.stop?.by).toBe('throttled');
    expect(report.deletions).toBeUndefined();
    expect(calls(night)).toBe(0);
  });
});

describe('nothing is deleted', () => {
  test('when the lock is lost after the passes', async () => {
    const night = await aMonthLater();
    const put = night.state.put.bind(night.state);
    night.state.put = async (key, body, over) => {
      const written = await put(key, body, over);
      if (body.includes('"passes":1')) {
        night.state.put = put;
        night.state.texts.set(`${ACCOUNT}/${REGION}/lock.json`, { body: '{}', tag: 'theirs' });
        night.clock.advance(6 * 60_000);
      }
      return written;
    };
    const report = await night.prune(after30);
    expect(report.deletions).toMatchObject({
      deleted: [],
      stop: { reason: 'another run has taken the lock' },
      waiting: 0,
      atLeast: false,
      problems: [],
    });
    expect(calls(night)).toBe(0);
  });

  test.each(['deletions.json', '/journal/'])('when reading %s fails with an unexpected error', async (part) => {
    const night = await aMonthLater();
    const get = night.state.get.bind(night.state);
    night.state.get = (key) => {
      if (key.includes(part)) throw new TypeError('no disk');
      return get(key);
    };
    await expect(night.prune(after30)).rejects.toThrow('no disk');
    expect(calls(night)).toBe(0);
  });

  test('after expired evidence, when a revision is in use by now', async () => {
    const night = await aMonthLater(many());
    const remove = night.sandbox.before(({ operation }) => {
      if (operation !== 'DeleteTaskDefinitions') return;
      remove();
      night.clock.advance(61_000);
      const [task] = night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:40' });
      const found = night.sandbox.account.tasks.find(task?.taskArn ?? '');
      if (found !== undefined) found.taskDefinitionArn = String(found.taskDefinitionArn).replace('web:40', 'web:15');
    });
    const report = await night.prune(after30);
    expect(kept(report)).toEqual(['web:15']);
    expect(deleted(report)).toHaveLength(36);
  });

  test('after the first ten when the account cannot be read again', async () => {
    const night = await aMonthLater(many());
    const remove = night.sandbox.before(({ operation }) => {
      if (operation !== 'DeleteTaskDefinitions') return;
      remove();
      night.clock.advance(61_000);
      night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' });
    });
    const report = await night.prune(after30);
    expect(deleted(report)).toHaveLength(10);
    expect(report.deletions?.stop).toMatchObject({
      by: 'hold',
      reason: expect.stringMatching(/^reading tasks: ListTasks/) as unknown,
    });
  });
});

test('the evidence for the first ten revisions serves the next ten while it is fresh', async () => {
  const night = await aMonthLater(many());
  const readings: number[] = [];
  night.sandbox.before(({ operation }) => {
    if (operation === 'DeleteTaskDefinitions') readings.push(night.sandbox.calls.count('ListTasks'));
  });
  await night.prune(after30);
  expect(readings).toHaveLength(4);
  expect(new Set(readings).size).toBe(1);
});

test('a run without candidates reads nothing and keeps its progress', async () => {
  const night = await aNight(anAccount().family('web', '1-3').cluster('prod'));
  await night.prune(keepNewestThree);
  const before = night.sandbox.calls.count('ListServices');
  const report = await night.prune(after30);
  expect(night.sandbox.calls.count('ListServices')).toBe(2 * before);
  expect(report.deletions).toMatchObject({ deleted: [], kept: [], waiting: 0 });
  expect([...night.state.texts.keys()]).toContain(`${ACCOUNT}/${REGION}/deletions.json`);
});

test('a run fails and reports its deletions when it cannot keep its progress', async () => {
  const night = await aMonthLater();
  const put = night.state.put.bind(night.state);
  night.state.put = (key, body, over) => {
    if (key.endsWith('deletions.json')) throw broken('writing deletions.json');
    return put(key, body, over);
  };
  const report = await night.prune(after30);
  expect(report.outcome).toBe('FAILED');
  expect(report.failure).toMatchObject({
    operation: 'writing deletions.json',
    reason: 'no',
    remedy: 'Allow it.',
  });
  expect(deleted(report)).toEqual(seven);
});

test('a revision that another caller deleted meanwhile is not reported as deleted by this run', async () => {
  const night = await aMonthLater(many());
  const { revisions } = night.sandbox.account;
  const fifteen = revisions.find('web:15');
  if (fifteen !== undefined) revisions.move(fifteen, 'DELETE_IN_PROGRESS');
  const plan = await night.plan(after30, stateOf(night));
  expect(plan.deletions?.alreadyDeleted.map(nameOf)).toEqual(['web:15']);
  const report = await night.prune(after30);
  expect(report.deletions?.alreadyDeleted.map(nameOf)).toEqual(['web:15']);
  expect(deleted(report)).toHaveLength(36);
});

describe('a plan', () => {
  test('lists no deletions when they are off or without a state store', async () => {
    const night = await aMonthLater();
    expect((await night.plan(keepNewestThree, stateOf(night))).deletions).toBeUndefined();
    expect((await night.plan(after30)).deletions).toBeUndefined();
    expect(night.sandbox.calls.list().filter(({ input }) => input['status'] === 'INACTIVE')).toEqual([]);
  });

  test('checks at most three revisions for each possible deletion', async () => {
    const night = await othersDid(
      anAccount()
        .family('kept', '1-9', { status: 'INACTIVE', tags: { stay: '' } })
        .family('web', '1'),
    );
    const settings = {
      deleteScope: 'all',
      deleteAfterDays: 90,
      maxDeletions: 2,
      protectTag: 'stay',
      without: ['tags'],
    };
    const report = await night.plan(settings, stateOf(night));
    expect(kept(report)).toHaveLength(6);
  });

  test('reports a damaged record of deletions', async () => {
    const night = await aMonthLater();
    night.state.texts.set(`${ACCOUNT}/${REGION}/deletions.json`, { body: '{"format":9}', tag: 'x' });
    const { deletions } = await night.plan(after30, stateOf(night));
    expect(deletions).toEqual({
      deleted: [],
      alreadyDeleted: [],
      kept: [],
      failed: [],
      waiting: 0,
      atLeast: false,
      problems: [],
      stop: {
        by: 'hold',
        reason: expect.stringContaining('this version does not know its format: 9') as unknown,
        remedy: expect.any(String) as unknown,
      },
    });
  });

  test('fails when the record cannot be read for an unexpected reason', async () => {
    const night = await aMonthLater();
    const get = night.state.get.bind(night.state);
    night.state.get = (key) => {
      if (key.endsWith('deletions.json')) throw new TypeError('no disk');
      return get(key);
    };
    await expect(night.plan(after30, stateOf(night))).rejects.toThrow('no disk');
  });
});

describe('the report shows', () => {
  test.each([
    { what: 'an entry of the journal', end: '/4.json', part: 'journal' },
    { what: 'the record of a run', end: '/ledger.json', part: 'run record' },
  ])('$what as damaged $part', async ({ end, part }) => {
    const night = await aMonthLater();
    for (const [key, text] of night.state.texts)
      if (key.endsWith(end)) night.state.texts.set(key, { ...text, body: text.body.replace('web', 'wob') });
    const { deletions } = await night.plan(after30, stateOf(night));
    expect(deletions?.problems.map((fault) => fault.part)).toEqual([part]);
  });

  test('no number of other deregistrations when the journal cannot be listed', async () => {
    const night = await othersDid(anAccount().family('old', '1-4', { status: 'INACTIVE' }).family('web', '1'));
    const list = night.state.list.bind(night.state);
    night.state.list = (prefix) => {
      if (prefix.endsWith('/journal/')) throw broken('listing the journal');
      return list(prefix);
    };
    const report = await night.prune(after30);
    expect(report.deletions?.inactive).toEqual({ revisions: 4, atLeast: false });
    night.state.list = (prefix) => {
      if (prefix.endsWith('/journal/')) throw new TypeError('no disk');
      return list(prefix);
    };
    night.clock.advance(DAY_MS);
    await expect(night.prune(after30)).rejects.toThrow('no disk');
  });
});

describe('revisions that other callers deregistered are checked in turn', () => {
  const all = { keepLatest: 3, deleteAfterDays: 90, deleteScope: 'all' };
  const staying = { ...all, protectTag: 'stay', without: ['tags'] };

  test('after the last that an earlier run deleted', async () => {
    const night = await othersDid(anAccount().family('old', '1-9', { status: 'INACTIVE' }).family('web', '1'));
    expect(deleted(await night.prune({ ...all, maxDeletions: 3 }))).toEqual(['old:1', 'old:2', 'old:3']);
    night.clock.advance(DAY_MS);
    expect(deleted(await night.prune({ ...all, maxDeletions: 3 }))).toEqual(['old:4', 'old:5', 'old:6']);
  });

  test('after the last that an earlier run kept, each once', async () => {
    const night = await othersDid(
      anAccount()
        .family('kept', '1-9', { status: 'INACTIVE', tags: { stay: '' } })
        .family('web', '1'),
    );
    expect(kept(await night.prune({ ...staying, maxDeletions: 1 }))).toEqual(['kept:1', 'kept:2', 'kept:3']);
    night.clock.advance(DAY_MS);
    expect(kept(await night.prune({ ...staying, maxDeletions: 1 }))).toEqual(['kept:4', 'kept:5', 'kept:6']);
    night.clock.advance(DAY_MS);
    expect(kept(await night.prune({ ...staying, maxDeletions: 100 }))).toEqual([
      'kept:7',
      'kept:8',
      'kept:9',
      'kept:1',
      'kept:2',
      'kept:3',
      'kept:4',
      'kept:5',
      'kept:6',
    ]);
  });
});
