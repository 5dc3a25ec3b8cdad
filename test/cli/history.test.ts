// history as a person calls it: against a state that a run has left, one that is not there, and one that is not ours.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { noResults } from '../../shared/domain/apply-results.ts';
import { openFolderStore } from '../../shared/state/folder.ts';
import { makeRunName, saveRunRecord } from '../../shared/state/run-records.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { document, pruner, confirmed } from '../support/pruner.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
const beganAt = Date.parse('2026-11-01T02:30:00Z');

/** A run of long ago, in a folder of its own. */
async function left(place: string, ids: readonly string[]): Promise<string> {
  const state = openFolderStore(path.join(folder, place));
  for (const [index, id] of ids.entries())
    await saveRunRecord(
      state,
      makeRunName(target, id, beganAt + index * 60_000),
      {
        id,
        by: 'function',
        version: '0.1.0',
        settings: 'abc',
        dryRun: false,
        beganAt: beganAt + index * 60_000,
        passes: 1,
        started: 1,
        planned: [],
        more: false,
        results: { ...noResults, deregistered: [{ family: 'web', number: 1 }] },
        published: true,
        endedAt: beganAt + 720_000,
        outcome: 'OK',
      },
      undefined,
    );
  return state.where;
}

const account = anAccount().family('web', '2-8').family('web', '1', { status: 'INACTIVE' }).cluster('prod');

describe('history', () => {
  test('shows the runs, the run and the family of a prune, and writes nothing', async () => {
    const where = path.join(folder, 'live');
    const pruned = await pruner(`prune --json --keep-latest 5 --no-wait ${confirmed} --state ${where}`, {
      account,
    });
    expect(pruned.code).toBe(exitCodes.done);
    const { run } = document(pruned);
    const id = run !== null && typeof run === 'object' && 'id' in run ? String(run.id) : '';

    const runs = document(await pruner(`history --json --state ${where}`, { account }));
    expect(runs).toMatchObject({
      about: 'runs',
      state: where,
      runs: [{ id, by: 'command line', outcome: 'OK' }],
    });
    const one = await pruner(`history ${id.slice(0, 8)} --json --state ${where}`, { account });
    expect(document(one)).toMatchObject({ about: 'run', deregistered: [{ family: 'web', ranges: ['2-3'] }] });
    const after = anAccount().family('web', '4-8').family('web', '1-3', { status: 'INACTIVE' });
    const family = await pruner(`history web --state ${where}`, { account: after });
    expect(family.code).toBe(exitCodes.done);
    expect(family.out).toContain(
      `web: 2 revisions deregistered by 1 run, in account ${ACCOUNT}, eu-west-1,\naccording to ${where}.\n`,
    );
    expect(family.out).toContain(`  ./pruner restore web:3 --region eu-west-1`);
    expect(family.sandbox.calls.count('PutObject')).toBe(0);
  });

  test('without a state store is refused with the option and the setting', async () => {
    const run = await pruner('history');
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toMatch(/^error: history: no state store is given: --state, or `state` in the settings/);
    expect(run.sandbox.calls.count()).toBe(0);
  });

  test('of an empty state store is refused, since a wrong one looks the same', async () => {
    const run = await pruner(`history --state ${folder}/nothing`);
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe(
      `error: history: ${folder}/nothing has no runs of account ${ACCOUNT}, eu-west-1. Check --state, or \`state\` in the settings.\n`,
    );
  });

  test('of another Region is refused, with the Regions in the state store', async () => {
    const where = await left('regions', ['run-1']);
    const run = await pruner(`history --region us-east-1 --state ${where}`);
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toContain(`It has runs of ${ACCOUNT}/eu-west-1: give --region or --profile.`);
  });

  test('of a missing or denied bucket is refused with a remedy', async () => {
    const missing = await pruner('history --state s3://nobodys');
    expect(missing.code).toBe(exitCodes.held);
    expect(missing.err).toContain('There is no such bucket');
    const denied = await pruner('history --state s3://kept', {
      account: anAccount().bucket('kept'),
      prepare: (sandbox) => sandbox.faults.add({ kind: 'deny', operation: 'ListObjectsV2' }),
    });
    expect(denied.code).toBe(exitCodes.held);
    expect(denied.err).toContain('Allow s3:ListBucket on the bucket');
  });

  test('with a damaged record shows the others and exits with 3', async () => {
    const where = await left('damaged', ['run-1', 'run-2']);
    const state = openFolderStore(where);
    const key = `${makeRunName(target, 'run-2', beganAt + 60_000).folder}/ledger.json`;
    const kept = await state.get(key);
    await state.put(key, 'not mine', kept ?? 'absent');
    const run = await pruner(`history --state ${where}`);
    expect(run.code).toBe(exitCodes.held);
    expect(run.out).toMatch(/run-2 +UNREADABLE/);
    expect(run.out).toMatch(/run-1 +function +OK +1 +0 +12 min/);
    expect(run.out.replaceAll('\n', ' ')).toContain('failed: it is damaged: it is not JSON.');
  });
});

describe('a word that is a family and the beginning of a run', () => {
  test('means the family, which mentions the run; --run means the run', async () => {
    const where = await left('both', ['web-1', 'other']);
    const family = await pruner(`history web --state ${where}`, { account });
    expect(family.out).toContain('The id of a run begins like this name, too:\n  ./pruner history --run web-1 ');
    expect(family.out).toContain('\n  1: INACTIVE; not in the journal, so it cannot be registered again from there\n');
    const run = await pruner(`history --run web --json --state ${where}`, { account });
    expect(document(run)).toMatchObject({ about: 'run', id: 'web-1' });
  });

  test('or of no run or several runs, is refused with the known ones', async () => {
    const where = await left('several', ['run-1', 'run-2']);
    const none = await pruner(`history nope --state ${where}`, { account });
    expect(none.code).toBe(exitCodes.usage);
    expect(none.err).toContain('no family nope is known, and no run whose id begins with nope');
    const several = await pruner(`history --run run --state ${where}`, { account });
    expect(several.code).toBe(exitCodes.usage);
    expect(several.err).toContain('2 runs have ids that begin with run: run-2, run-1. Give more of it.');
  });
});
