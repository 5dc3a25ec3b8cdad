// Restores over HTTP, from the request to the account that results, with the journal of a real run.
import { describe, expect, test } from 'vitest';
import { listRestores } from '../../shared/state/restore-records.ts';
import { anAccount } from '../support/account.ts';
import { aNight, deregisteredNames, keepNewestThree, sevenOld } from '../support/night.ts';
import {
  afterANight,
  countRegistrations,
  deregisterJournaled,
  describeNow,
  isActive,
  linesOf,
  prune,
  runRestore,
  target,
} from './run-restore.ts';

describe('a restore', () => {
  test('registers the definition and its tags under the next number', async () => {
    const night = await aNight(
      anAccount()
        .family('web', '1-9', { tags: { team: 'shop' } })
        .family('web', '10')
        .cluster('prod'),
    );
    const before = await describeNow(night, 'web:4');
    await deregisterJournaled(night, 'web:4');
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    const after = await describeNow(night, 'web:11');
    expect(after.taskDefinition?.status).toBe('ACTIVE');
    expect(after.taskDefinition?.containerDefinitions).toEqual(before.taskDefinition?.containerDefinitions);
    expect(after.tags).toEqual([{ key: 'team', value: 'shop' }]);
  });

  test('registers several revisions oldest first, in any order of the request', async () => {
    const night = await afterANight(sevenOld().family('api', '1-4'));
    await deregisterJournaled(night, 'api:1');
    expect(linesOf(await runRestore(night, 'web:5 web:2 web:5 api:1 web:3'))).toEqual([
      'api:1 restored as 5',
      'web:2 restored as 11',
      'web:3 restored as 12',
      'web:5 restored as 13',
    ]);
  });

  test('restores a whole run by the beginning of its ID', async () => {
    const night = await aNight(sevenOld().family('api', '1-4'));
    const report = await prune(night, keepNewestThree, { id: 'a1b2-c3' });
    expect(deregisteredNames(report)).toHaveLength(8);
    const outcome = await runRestore(night, '--run a1b');
    expect(linesOf(outcome)).toHaveLength(8);
    expect(linesOf(outcome).every((line) => line.includes('restored as'))).toBe(true);
  });

  test('accepts the run ID that a report shows, even where the key is spelt differently', async () => {
    const night = await aNight(sevenOld());
    await prune(night, keepNewestThree, { id: 'prod:nightly/1' });
    expect(linesOf(await runRestore(night, '--run prod:nightly/1'))).toHaveLength(7);
  });

  test('restores the revisions that the journal shows for an interrupted run', async () => {
    const night = await aNight(sevenOld());
    await prune(night, { ...keepNewestThree, maxDeregistrations: 2 }, { id: 'first' });
    const record = [...night.state.texts.keys()].find((key) => key.endsWith('ledger.json')) ?? '';
    expect(record).not.toBe('');
    await runRestore(night, '--run first');
    expect(isActive(night, 'web:11')).toBe(true);
    expect(isActive(night, 'web:12')).toBe(true);
  });

  test('restores only the families given with --families', async () => {
    const night = await aNight(sevenOld().family('api', '1-4'));
    await prune(night, keepNewestThree, { id: 'both' });
    const { parseSettings } = await import('../../shared/settings/parse.ts');
    const { narrow } = await import('../../shared/settings/narrow.ts');
    const settings = narrow(parseSettings({}, 'test'), { families: ['ap*'] });
    expect(linesOf(await runRestore(night, '--run both', { settings }))).toEqual(['api:1 restored as 5']);
    await expect(runRestore(night, 'web:1', { settings })).rejects.toThrow(
      '--families: none of the requested revisions',
    );
  });

  test('restores a revision from the journal that AWS no longer shows', async () => {
    const night = await afterANight();
    const { revisions } = night.sandbox.account;
    const web4 = revisions.find('web:4');
    if (web4 !== undefined) revisions.forget(web4);
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 11']);
  });

  test('restores a revision from AWS that was never journaled, and says so', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.account.deregister('web:4');
    const outcome = await runRestore(night, 'web:4');
    expect(linesOf(outcome)).toEqual(['web:4 restored as 11']);
    expect(outcome.preview.items).toMatchObject([{ state: 'restorable', from: 'AWS' }]);
  });

  test('restores a revision that is being deleted', async () => {
    const night = await aNight(anAccount().family('web', '4', { status: 'DELETE_IN_PROGRESS' }).family('web', '5'));
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 6']);
  });

  test('omits and reports tags that only AWS may set', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.account.tagTaskDefinition('web:4', { 'aws:cloudformation:stack-name': 'shop', team: 'x' });
    await deregisterJournaled(night, 'web:4');
    const outcome = await runRestore(night, 'web:4');
    expect(linesOf(outcome)).toEqual(['web:4 restored as 11']);
    expect(outcome.preview.items).toMatchObject([{ reserved: ['aws:cloudformation:stack-name'] }]);
    expect((await describeNow(night, 'web:11')).tags).toEqual([{ key: 'team', value: 'x' }]);
  });

  test('reports a difference by its path', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: ({ input }) => input['taskDefinition'] === 'web:11',
      change: (output) => void Object.assign(output['taskDefinition'] ?? {}, { networkMode: 'host', pidMode: 'task' }),
    });
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual([
      'web:4 restored as 11; added networkMode; added pidMode',
    ]);
  });

  test('registers once in four seconds, and leaves the burst to deployments', async () => {
    const night = await aNight(anAccount().family('web', '1-23').cluster('prod'));
    const all = Array.from({ length: 20 }, (_, index) => `web:${index + 1}`);
    await deregisterJournaled(night, ...all);
    const began = night.clock.now();
    night.clock.advance(60_000);
    await runRestore(night, all.join(' '));
    expect(countRegistrations(night)).toBe(20);
    expect(night.clock.now() - began - 60_000).toBeGreaterThanOrEqual(19 * 4_000);
  });
});

describe('a restore with nothing to do', () => {
  test('leaves an ACTIVE revision alone', async () => {
    const night = await afterANight();
    expect(linesOf(await runRestore(night, 'web:9'))).toEqual(['web:9 ACTIVE']);
    expect(countRegistrations(night)).toBe(0);
  });

  test('registers a restored revision once more only with --again', async () => {
    const night = await afterANight();
    await runRestore(night, 'web:4');
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored before as 11']);
    expect(countRegistrations(night)).toBe(1);
    expect(linesOf(await runRestore(night, 'web:4', { again: true }))).toEqual(['web:4 restored as 12']);
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored before as 12']);
  });

  test('registers a revision again whose copy was deregistered', async () => {
    const night = await afterANight();
    await runRestore(night, 'web:4');
    night.sandbox.account.deregister('web:11');
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 12']);
  });

  test('records its registrations by family', async () => {
    const night = await afterANight();
    await runRestore(night, 'web:4 web:2', { id: 'one', onTop: true });
    const records = await listRestores(night.state, target, 'web');
    expect(records.map(({ revision, as, onTop, id, former }) => [revision.number, as, onTop, id, former])).toEqual([
      [2, 11, false, 'one', 10],
      [4, 12, false, 'one', 10],
      [10, 13, true, 'one', 10],
    ]);
    expect(await listRestores(night.state, target, 'we')).toEqual([]);
  });
});

describe('restoring a run fails', () => {
  test.each<{ id: string; message: string }>([
    {
      id: 'zzz',
      message: '--run: no run in s3://state/123456789012/eu-west-1 begins with zzz. The latest: run-1, run-2.',
    },
    {
      id: 'run-',
      message: '--run: 2 runs in s3://state/123456789012/eu-west-1 begin with run-, allowed: one.',
    },
    { id: 'run-2', message: '--run: run-2 deregistered nothing.' },
  ])('$id: $message', async ({ id, message }) => {
    const night = await aNight(sevenOld());
    await prune(night);
    await prune(night);
    await expect(runRestore(night, `--run ${id}`)).rejects.toThrow(message);
  });

  test('where there are no runs', async () => {
    const night = await aNight(sevenOld());
    await expect(runRestore(night, '--run x')).rejects.toThrow('There are no runs.');
  });
});
