// Reads histories of simulated nights, and of hand-written run records and journals where only a crash can make them.
import { describe, expect, test } from 'vitest';
import { noResults } from '../../shared/domain/apply-results.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { type Archive, listRuns, listOtherTargets, findRuns } from '../../shared/history/archive.ts';
import { readFamilyHistory, isKnownFamily } from '../../shared/history/family.ts';
import { readRunHistory, readRunsHistory } from '../../shared/history/runs.ts';
import { isRecorded } from '../../shared/report/history/model.ts';
import { type JournalEntry, openJournal } from '../../shared/state/journal.ts';
import { acquireLock } from '../../shared/state/lock.ts';
import { openRestoreRecords } from '../../shared/state/restore-records.ts';
import { type RunRecord, makeRunName, saveRunRecord } from '../../shared/state/run-records.ts';
import { StateError } from '../../shared/state/store.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { TestClock } from '../support/clock.ts';
import { MemoryState } from '../support/memory-state.ts';
import { aNight, connectTo, type Night } from '../support/night.ts';

const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
const MINUTE = 60_000;
const now = new TestClock().now();

const archiveIn = (state: MemoryState): Archive => ({ state, target, now });
const awsOf = ({ sandbox, clock }: Night) => connectTo(sandbox, clock, new Pacer(clock, 0.5, {}));
const revision = (name: string) => ({ family: name.split(':')[0] ?? '', number: Number(name.split(':')[1]) });

async function aRunRecord(
  state: MemoryState,
  id: string,
  beganAt: number,
  more: Partial<RunRecord> = {},
): Promise<void> {
  const ledger: RunRecord = {
    id,
    by: 'function',
    version: '0.1.0',
    settings: 'abc',
    dryRun: false,
    beganAt,
    passes: 1,
    started: 1,
    planned: [],
    more: false,
    results: noResults,
    published: true,
    endedAt: beganAt + MINUTE,
    outcome: 'OK',
    ...more,
  };
  await saveRunRecord(state, makeRunName(target, id, beganAt), ledger, undefined);
}

async function anEntry(state: MemoryState, name: string, run: string): Promise<void> {
  const entry: JournalEntry = {
    revision: revision(name),
    run,
    at: now,
    definition: { family: revision(name).family },
    tags: [],
    evidence: { asOf: now, settings: 'abc', newest: 9, readings: [] },
  };
  await openJournal(state, target).write(entry);
}

const took = (...names: string[]) => ({ results: { ...noResults, deregistered: names.map(revision) } });

async function runs(state: MemoryState, limit = 20) {
  const archive = archiveIn(state);
  return readRunsHistory(archive, await listRuns(archive), limit);
}

describe('the runs', () => {
  test('come newest first, up to the limit, with short ids that no other run shares', async () => {
    const state = new MemoryState();
    for (const [index, id] of ['aaaaaaaa-1', 'aaaaaaaa-2', 'bbbbbbbb-1'].entries())
      await aRunRecord(state, id, now + index * MINUTE);
    expect(await runs(state)).toMatchObject({
      runs: [{ short: 'bbbbbbbb' }, { short: 'aaaaaaaa-2' }, { short: 'aaaaaaaa-1' }],
      more: 0,
    });
    expect(await runs(state, 2)).toMatchObject({
      runs: [{ short: 'bbbbbbbb' }, { short: 'aaaaaaaa-2' }],
      more: 1,
    });
  });

  test('have their outcome and late references', async () => {
    const night = await aNight(anAccount().family('web', '1-8').cluster('prod'));
    await night.prune({ keepLatest: 3 });
    await night.prune({ keepLatest: 3 });
    const history = await runs(night.state);
    expect(history.runs).toMatchObject([
      { id: 'run-2', state: 'ended', outcome: 'OK', results: { deregistered: [] } },
      { id: 'run-1', state: 'ended', outcome: 'OK', published: true },
    ]);
    const [, first] = history.runs;
    expect(first !== undefined && isRecorded(first) ? first.results.deregistered : []).toHaveLength(5);
  });

  test('include a run with a damaged or missing record, with its problem', async () => {
    const state = new MemoryState();
    await aRunRecord(state, 'whole', now);
    await aRunRecord(state, 'broken', now + MINUTE);
    const broken = [...state.texts.keys()].find((key) => key.includes('broken')) ?? '';
    state.texts.set(broken, { body: '{"format":1,"sha256":"0"', tag: '"x"' });
    state.texts.set(`${makeRunName(target, 'empty', now + 2 * MINUTE).folder}/found.json`, {
      body: '{}',
      tag: '"x"',
    });
    const history = await runs(state);
    expect(history.runs).toMatchObject([
      { id: 'empty', problem: { reason: 'it does not exist' } },
      { id: 'broken', problem: { reason: 'it is damaged: it is not JSON' } },
      { id: 'whole', outcome: 'OK' },
    ]);
  });

  test('objects that no run has written are counted and ignored', async () => {
    const state = new MemoryState();
    await aRunRecord(state, 'ours', now);
    const prefix = `${ACCOUNT}/${REGION}/runs`;
    for (const key of ['notes.txt', '2026/summary.json', 'x_y/ledger.json'])
      state.texts.set(`${prefix}/${key}`, { body: 'mine', tag: '"x"' });
    const history = await runs(state);
    expect(history).toMatchObject({ runs: [{ id: 'ours' }], foreign: 3 });
  });

  test.each([
    { case: 'holds the lock', owner: 'open', at: now, expected: 'running' },
    { case: 'lost the lock to another', owner: 'another', at: now, expected: 'unfinished' },
    { case: 'let its lock run out', owner: 'open', at: now + 41 * MINUTE, expected: 'unfinished' },
    { case: 'has no lock', owner: undefined, at: now, expected: 'unfinished' },
  ])('a run without an end that $case is $expected', async ({ owner, at, expected }) => {
    const state = new MemoryState();
    await aRunRecord(state, 'open', now, { endedAt: undefined, outcome: undefined, published: false });
    const clock = new TestClock();
    if (owner !== undefined)
      await acquireLock({ state, target, owner: { id: owner, by: 'function' }, clock, now: () => now });
    const archive = { state, target, now: at };
    expect((await readRunsHistory(archive, await listRuns(archive), 9)).runs).toMatchObject([{ state: expected }]);
  });

  test('a run that the next run closed is unfinished', async () => {
    const state = new MemoryState();
    await aRunRecord(state, 'killed', now, { outcome: 'UNFINISHED', ...took('web:1') });
    expect((await runs(state)).runs).toMatchObject([{ state: 'unfinished' }]);
  });

  test('a damaged lock hides no run', async () => {
    const state = new MemoryState();
    await aRunRecord(state, 'ours', now);
    state.texts.set(`${ACCOUNT}/${REGION}/lock.json`, { body: '{', tag: '"x"' });
    expect((await runs(state)).runs).toMatchObject([{ id: 'ours', state: 'ended' }]);
  });

  test('a state store that cannot be listed is an error, never an empty list', async () => {
    const state = new MemoryState();
    state.list = () =>
      Promise.reject(new StateError('denied', { operation: 'listing', reason: 'denied', remedy: 'allow' }));
    await expect(runs(state)).rejects.toThrow('listing: denied');
  });
});

describe('one run', () => {
  test('is found by the beginning of its id; the whole id is always one run', async () => {
    const state = new MemoryState();
    for (const [index, id] of ['run-1', 'run-12', 'other'].entries()) await aRunRecord(state, id, now + index * MINUTE);
    const names = await listRuns(archiveIn(state));
    const found = (word: string) => findRuns(names, word).map(({ name }) => name.id);
    expect(found('o')).toEqual(['other']);
    expect(found('run-')).toEqual(['run-12', 'run-1']);
    expect(found('run-1')).toEqual(['run-1']);
    expect(found('')).toEqual([]);
    expect(found('Run')).toEqual([]);
  });

  test('with a damaged record is an error with its place', async () => {
    const state = new MemoryState();
    const name = makeRunName(target, 'lost', now);
    state.texts.set(`${name.folder}/ledger.json`, { body: '{}', tag: '"x"' });
    const archive = archiveIn(state);
    await expect(readRunHistory(archive, await listRuns(archive), name)).rejects.toMatchObject({
      operation: `reading s3://state/${name.folder}/ledger.json`,
    });
  });
});

describe('a family', () => {
  const asked = async (night: Night, family: string, limit = 20) => {
    const archive = { state: night.state, target, now: night.clock.now() };
    const aws = awsOf(night);
    const names = await listRuns(archive);
    const history = await readFamilyHistory(archive, aws, { family, names, limit, ambiguousRuns: [] });
    aws.close();
    return history;
  };

  test('has each revision with its run, its present status and its copies', async () => {
    const night = await aNight(anAccount().family('web', '1-8').cluster('prod'));
    await night.prune({ keepLatest: 6 });
    await night.prune({ keepLatest: 4 });
    await aRestore(night.state, 'web:2', 9);
    expect(await asked(night, 'web')).toMatchObject({
      runs: [
        {
          id: 'run-2',
          deregistered: [
            { number: 4, now: 'INACTIVE', journaled: true },
            { number: 3, now: 'INACTIVE', journaled: true },
          ],
        },
        {
          id: 'run-1',
          deregistered: [
            { number: 2, restored: [{ as: 9, at: now }] },
            { number: 1, restored: [] },
          ],
        },
      ],
      unclaimed: [],
      more: 0,
      problems: [],
    });
  });

  const inAll = () =>
    anAccount()
      .family('web', '5-9')
      .family('web', '3-4', { status: 'INACTIVE' })
      .family('web', '2', { status: 'DELETE_IN_PROGRESS' });

  test('distinguishes revisions being deleted from missing ones, in three listings', async () => {
    const night = await aNight(inAll());
    await aRunRecord(night.state, 'run-1', now, took('web:1', 'web:2', 'web:3'));
    const { runs } = await asked(night, 'web');
    expect(runs).toMatchObject([
      {
        deregistered: [
          { number: 3, now: 'INACTIVE', journaled: false },
          { number: 2, now: 'DELETE_IN_PROGRESS' },
          { number: 1, now: 'missing' },
        ],
      },
    ]);
    expect(night.sandbox.calls.count('ListTaskDefinitions')).toBe(3);
    expect(night.sandbox.calls.count('DescribeTaskDefinition')).toBe(0);
  });

  test('lists the planned revisions of an unfinished run from the journal', async () => {
    const night = await aNight(inAll());
    await aRunRecord(night.state, 'cut-off', now, { planned: [revision('web:4'), revision('web:5')] });
    await anEntry(night.state, 'web:4', 'cut-off');
    await anEntry(night.state, 'web:5', 'cut-off');
    expect(await asked(night, 'web')).toMatchObject({
      runs: [],
      unclaimed: [
        { number: 5, now: 'ACTIVE', run: 'cut-off', at: now },
        { number: 4, now: 'INACTIVE', run: 'cut-off', at: now },
      ],
    });
  });

  test('shows the requested runs and counts the others', async () => {
    const night = await aNight(inAll());
    for (const number of [1, 2, 3]) {
      await aRunRecord(night.state, `run-${number}`, now + number * MINUTE, took(`web:${number}`));
      await anEntry(night.state, `web:${number}`, `run-${number}`);
    }
    expect(await asked(night, 'web', 2)).toMatchObject({
      runs: [{ id: 'run-3' }, { id: 'run-2' }],
      unclaimed: [],
      more: 1,
    });
  });

  test('continues after a damaged run record, journal entry or restore record', async () => {
    const night = await aNight(inAll());
    await aRunRecord(night.state, 'run-1', now, took('web:3'));
    await aRunRecord(night.state, 'run-2', now + MINUTE);
    await anEntry(night.state, 'web:4', 'gone');
    await aRestore(night.state, 'web:3', 9);
    for (const [key, { body }] of night.state.texts)
      if (/run-2|\/4\.json|restores/.test(key)) night.state.texts.set(key, { body: body.slice(0, -9), tag: '"x"' });
    const { runs, problems } = await asked(night, 'web');
    expect(runs).toMatchObject([{ id: 'run-1', deregistered: [{ number: 3, restored: [] }] }]);
    expect(problems.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => 'it is damaged: it is not JSON'),
    );
  });

  test('has unknown statuses, not missing ones, where AWS denies the listing', async () => {
    const night = await aNight(inAll());
    await aRunRecord(night.state, 'run-1', now, took('web:3'));
    night.sandbox.faults.add({ kind: 'deny', operation: 'ListTaskDefinitions' });
    const { runs, problems } = await asked(night, 'web');
    expect(runs).toMatchObject([{ deregistered: [{ number: 3, now: 'unknown' }] }]);
    expect(problems).toMatchObject([
      { remedy: 'Allow ecs:ListTaskDefinitions, and repeat the command to see the present statuses.' },
    ]);
  });

  test.each([
    ['web', true],
    // Only AWS knows it.
    ['api', true],
    // Only the journal knows it.
    ['past', true],
    ['nobody', false],
    ['We', false],
  ])('%s is known to be one: %s', async (family, known) => {
    const night = await aNight(inAll().family('api', '1', { status: 'INACTIVE' }));
    await anEntry(night.state, 'past:3', 'run-1');
    const aws = awsOf(night);
    expect(await isKnownFamily({ state: night.state, target, now }, aws, family)).toBe(known);
    aws.close();
  });
});

test('other Regions and accounts in the state store are listed', async () => {
  const state = new MemoryState();
  const keys = [
    '123456789012/us-east-1/runs/x',
    '999999999999/eu-west-1/journal/y',
    'notes/readme',
    `${ACCOUNT}/${REGION}/usage.json`,
  ];
  for (const key of keys) state.texts.set(key, { body: '', tag: '"x"' });
  expect(await listOtherTargets(archiveIn(state))).toEqual(['123456789012/us-east-1', '999999999999/eu-west-1']);
});

const aRestore = (state: MemoryState, name: string, as: number) =>
  openRestoreRecords(state, target).write({
    revision: revision(name),
    id: 'restore-1',
    at: now,
    above: as - 1,
    former: as - 1,
    onTop: false,
    as,
  });
