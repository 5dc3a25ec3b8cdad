// Complete runs that delete revisions of earlier runs: found in the run records, checked with fresh evidence, reported in
// a separate part. test/deletion/delete.test.ts has the result of each kind of answer.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Stop } from '../../shared/domain/apply-results.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { summarize } from '../../shared/report/sections/headline.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { reportDocument } from '../../shared/report/json/report-schema.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { makeReadOnly } from '../../shared/state/open-store.ts';
import { journaledAmong } from '../../shared/run/journaled.ts';
import { deletionsOf } from '../../shared/deletion/candidates.ts';
import { anAccount, revisionArn } from '../support/account.ts';
import { referenceTo, target } from '../support/given.ts';
import { aNight, duringDeregistration, type Night, keepNewestThree, sevenOld } from '../support/night.ts';
import { rewriteChecksummed } from '../support/checksummed.ts';

const DAY_MS = 86_400_000;
const after30 = { ...keepNewestThree, deleteAfterDays: 30 };
const seven = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7'];

/** A run deregistered web:1 to web:7 more than a month ago. */
async function aMonthLater(account = sevenOld()): Promise<Night> {
  const night = await aNight(account);
  await night.prune(keepNewestThree);
  night.clock.advance(31 * DAY_MS);
  return night;
}

const asked = ({ sandbox }: Night) =>
  sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DeleteTaskDefinitions')
    .map(({ input }) => [input['taskDefinitions']].flat().map(String));
const deleted = ({ deletions }: Report) => deletions?.deleted.map(nameOf);
const kept = ({ deletions }: Report) => deletions?.kept.map(({ revision, reason }) => `${nameOf(revision)}: ${reason}`);
const without = (...names: string[]) => seven.filter((name) => !names.includes(name));
const statusOf = ({ sandbox }: Night, name: string) => sandbox.account.revisions.find(name)?.status;
const stateOf = ({ state }: Night) => ({ stateAccess: { state, writes: false, version: '0.0.0' } });

/** Changes the record whose key ends with this text. */
function rewrite({ state }: Night, end: string, change: (body: string) => string): void {
  const [key = '', kept] = [...state.texts].find(([one]) => one.endsWith(end)) ?? [];
  state.texts.set(key, { tag: 'other', body: change(kept?.body ?? '') });
}

describe('a run', () => {
  test('deletes old revisions of earlier runs and no other INACTIVE revision', async () => {
    const night = await aMonthLater(sevenOld().family('old', '1-4', { status: 'INACTIVE' }));
    const report = await night.prune(after30);
    expect(asked(night)).toEqual([seven]);
    expect(seven.map((name) => statusOf(night, name))).toEqual(Array(7).fill('DELETE_IN_PROGRESS'));
    expect(statusOf(night, 'old:1')).toBe('INACTIVE');
    expect(report).toMatchObject({
      outcome: 'OK',
      deletions: { kept: [], failed: [], waiting: 0, atLeast: false },
    });
    expect(deleted(report)).toEqual(seven);
    expect(printEmail(report).body).toContain('Deleted for good: 7 revisions of 1 family\n- web: 1-7\n');
    expect(summarize(report)).toContain('eu-west-1. 7 revisions were deleted for good. No action');
    expect(reportDocument.parse(toReportDocument(report)).deletions?.counts.deleted).toBe(7);

    // A settled revision and its run are not checked again.
    const described = night.sandbox.calls.count('DescribeTaskDefinition');
    const record: unknown = JSON.parse(night.state.texts.get('123456789012/eu-west-1/deletions.json')?.body ?? '');
    expect(record).toMatchObject({
      format: 2,
      value: { settled: [['web', ['1-7']]], finished: ['20261124T023000Z_run-1'] },
    });
    night.clock.advance(DAY_MS);
    expect((await night.prune(after30)).deletions).toMatchObject({
      deleted: [],
      alreadyDeleted: [],
      kept: [],
    });
    expect(night.sandbox.calls.count('DescribeTaskDefinition')).toBe(described);
  });

  test('deletes nothing by default and does not mention deletions', async () => {
    const night = await aMonthLater();
    const report = await night.prune(keepNewestThree);
    expect(report.deletions).toBeUndefined();
    expect(asked(night)).toEqual([]);
    expect([...night.state.texts.keys()].filter((key) => key.includes('deletion'))).toEqual([]);
    const screen = printTerminal(report, { width: 80, color: false });
    for (const text of [printEmail(report).body, JSON.stringify(toReportDocument(report)), screen])
      expect(text).not.toMatch(/delet/i);
  });

  test('deletes nothing a day too early', async () => {
    const night = await aNight(sevenOld());
    await night.prune(keepNewestThree);
    night.clock.advance(29 * DAY_MS);
    const report = await night.prune(after30);
    expect(report.deletions).toMatchObject({ deleted: [], kept: [], waiting: 0 });
    expect(asked(night)).toEqual([]);
    expect(printEmail(report).body).toContain('Deleted for good: nothing');
  });

  test('dry-run: deletes nothing and reports the planned deletions', async () => {
    const night = await aMonthLater();
    const report = await night.plan(after30, stateOf(night));
    expect(deleted(report)).toEqual(seven);
    expect(asked(night)).toEqual([]);
    expect(report.outcome).toBe('PREVIEW');
    expect(printEmail(report).body).toContain('Would be deleted for good: 7 revisions of 1 family\n- web: 1-7\n');
    expect(summarize(report)).toContain('7 revisions would have been deleted for good.');
  });

  test('reports in a preview that deletions are not checked', async () => {
    const night = await aMonthLater();
    const keeping = {
      state: makeReadOnly(night.state, false),
      writes: false,
      readsJournal: false,
      version: '0.0.0',
    };
    const report = await night.plan(after30, { stateAccess: keeping });
    expect(report.deletions).toBeUndefined();
    expect(report.notes).toContain(
      'A preview reads no journal, so it does not show deletions for good: `./pruner plan` does',
    );
    const reference = referenceTo('service/prod/web', 'web:3');
    const stranded = [{ reference, status: 'INACTIVE' as const, newest: 10 }];
    expect(await journaledAmong(stranded, keeping, target)).toEqual([]);
    expect(await journaledAmong(stranded, stateOf(night).stateAccess, target)).toEqual(['web:3']);
    const { state } = keeping;
    const key = [...night.state.texts.keys()].find((one) => one.includes('/journal/')) ?? '';
    await expect(state.get(key)).rejects.toThrow('must not be read by a run that reads no journal');
  });

  test('deletes no more than the cap, and the next run continues', async () => {
    const night = await aMonthLater(anAccount().family('web', '1-40').cluster('prod'));
    const settings = { ...after30, maxDeletions: 23 };
    const report = await night.prune(settings);
    expect(report.deletions).toMatchObject({ waiting: 14, atLeast: false });
    expect(printEmail(report).body).toContain('Waiting to be deleted: 14 revisions');
    const next = await night.prune(settings);
    expect(asked(night).map(({ length }) => length)).toEqual([10, 10, 3, 10, 4]);
    expect(new Set(asked(night).flat()).size).toBe(37);
    expect(next.deletions?.waiting).toBe(0);
  });

  test('deletes only the revisions that the operator confirmed', async () => {
    const night = await aMonthLater();
    const tag = 'ecs-revision-pruner:keep';
    night.sandbox.account.tagTaskDefinition('web:2', { [tag]: '' });
    let planned: unknown;
    const report = await night.prune(after30, {
      consent: (plan) => {
        planned = deleted(plan);
        // The operator has not confirmed this one.
        night.sandbox.account.tags.remove(revisionArn('web:2'), [tag]);
        return Promise.resolve();
      },
    });
    expect(planned).toEqual(without('web:2'));
    expect(deleted(report)).toEqual(without('web:2'));
    expect(kept(report)).toEqual([`web:2: tagged ${tag}`]);
    expect(statusOf(night, 'web:2')).toBe('INACTIVE');
  });
});

describe('a run keeps', () => {
  test('a revision that differs from its journal entry, and reports damaged entries', async () => {
    const night = await aMonthLater();
    rewrite(night, '/1.json', (body) => body.slice(0, -40));
    rewrite(night, '/2.json', (body) => body.replace('app:1', 'app:2'));
    rewrite(night, '/3.json', (body) => body.replace('"format":1', '"format":2'));
    rewrite(night, '/4.json', (body) => rewriteChecksummed(body, (text) => text.replace('app:1', 'app:2')));
    rewrite(night, '/5.json', (body) =>
      rewriteChecksummed(body, (text) =>
        text.replace('"containerDefinitions":', '"moons":[1],"containerDefinitions":'),
      ),
    );
    rewrite(night, '/6.json', () => [...night.state.texts].find(([key]) => key.endsWith('/7.json'))?.[1].body ?? '');
    const report = await night.prune(after30);
    expect(kept(report)).toEqual([
      'web:1: its journal entry could not be read',
      'web:2: its journal entry could not be read',
      'web:3: its journal entry could not be read',
      'web:4: its containerDefinitions[0].image differs from the journal',
      'web:5: the moons of its journal entry could not be registered',
      'web:6: its journal entry could not be read',
    ]);
    expect(asked(night)).toEqual([['web:7']]);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^reading s3:.*\/journal\/\w+\/1\.json failed, and 3 more like it: it is damaged/),
    ]);
  });

  test('a revision that only a forged run record and a forged journal contain', async () => {
    const night = await aMonthLater(sevenOld().family('old', '1-2', { status: 'INACTIVE' }));
    for (const one of night.sandbox.account.revisions.all())
      if (one.family === 'old') one.deregisteredAt = new Date(night.clock.now() - 100 * DAY_MS);
    rewrite(night, '/ledger.json', (body) =>
      rewriteChecksummed(body, (text) => text.replace('"web:1"', '"old:1","old:2","web:9","web:1"')),
    );
    const [key = '', entry] = [...night.state.texts].find(([one]) => one.endsWith('/7.json')) ?? [];
    const folder = createHash('sha256').update('old').digest('hex').slice(0, 32);
    const forged = rewriteChecksummed(entry?.body ?? '', (text) =>
      text
        .replaceAll('web', 'old')
        .replaceAll(/"number":7/g, '"number":2')
        .replace(/"revision":7(?=[,}])/, '"revision":2')
        .replaceAll('old:7', 'old:2'),
    );
    night.state.texts.set(key.replace(/[^/]+\/7\.json$/, `${folder}/2.json`), { body: forged, tag: 'x' });
    const report = await night.prune(after30);
    expect(kept(report)).toEqual([
      'old:1: the journal has no entry for it',
      'old:2: it was not deregistered at the time in the journal, so not by a run',
      'web:9: its status is ACTIVE',
    ]);
    expect(asked(night).flat().toSorted()).toEqual(seven);
  });

  test('a revision with a late reference inside the window', async () => {
    const night = await aNight(sevenOld().service('prod/web', 'web:9'));
    const service = { cluster: 'prod', service: 'web' };
    duringDeregistration(
      night,
      6,
      () => void night.sandbox.account.updateService({ ...service, taskDefinition: 'web:4' }),
    );
    await night.prune(keepNewestThree);
    night.clock.advance(31 * DAY_MS);
    const moving = await night.prune(after30);
    expect(kept(moving)).toContain('web:3: service prod/web is in a deployment of its family');
    expect(asked(night)).toEqual([]);
    night.sandbox.account.finishDeployment(service);
    const report = await night.prune(after30);
    expect(kept(report)).toEqual([expect.stringMatching(/^web:4: service prod\/web deploys it/)]);
    expect(asked(night)).toEqual([without('web:4')]);
  });

  test('a revision of a family that is protected or outside the allow-list by now', async () => {
    const night = await aMonthLater();
    expect(deleted(await night.prune({ ...after30, overrides: [{ families: 'w*', protect: true }] }))).toEqual([]);
    const report = await night.prune({ ...after30, families: ['api'] });
    expect(kept(report)).toHaveLength(7);
    expect(asked(night)).toEqual([]);
  });

  test('a revision that is referenced just before the call', async () => {
    const night = await aMonthLater(sevenOld().rule('nightly', 'web:9'));
    night.sandbox.faults.add({
      operation: 'ListTargetsByRule',
      kind: 'answer',
      // The plan and the evidence for the deletions were read before.
      skip: night.sandbox.calls.count('ListTargetsByRule') + 2 - night.sandbox.calls.count('ListTargetsByRule'),
      change: (output) => {
        output['Targets'] = JSON.parse(JSON.stringify(output['Targets']).replace('web:9', 'web:4'));
      },
    });
    expect(kept(await night.prune(after30))).toEqual(['web:4: rule nightly starts it']);
    expect(asked(night)).toEqual([without('web:4')]);
  });

  test('every revision when the record of deletions is damaged', async () => {
    const night = await aMonthLater();
    night.state.texts.set('123456789012/eu-west-1/deletions.json', { body: '{"format":9}', tag: 'x' });
    const report = await night.prune(after30);
    expect(asked(night)).toEqual([]);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems[0]?.problem).toContain('deletions.json: this version does not know its format: 9');
  });

  test('every revision when the run is held', async () => {
    const night = await aMonthLater();
    night.sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny' });
    const report = await night.prune(after30);
    expect(report.outcome).toBe('HELD');
    expect(report.deletions).toBeUndefined();
    expect(asked(night)).toEqual([]);
  });

  test('every revision when the evidence cannot be read', async () => {
    const night = await aMonthLater();
    night.sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny', skip: 1 });
    const report = await night.prune(after30);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems[0]?.problem).toMatch(/^Deleting for good was stopped: reading schedules: ListSchedules/);
    expect(asked(night)).toEqual([]);
  });

  test('the rest when the time is over, for the next run', async () => {
    const night = await aMonthLater(anAccount().family('web', '1-40').cluster('prod'));
    const over: Stop = { by: 'time', reason: 'the time is over', remedy: 'Later.' };
    const report = await night.prune(after30, {
      stopRequested: () => (night.sandbox.calls.count('DeleteTaskDefinitions') === 0 ? undefined : over),
    });
    expect(asked(night)).toHaveLength(1);
    expect(report).toMatchObject({ outcome: 'OK', deletions: { waiting: 27, stop: { by: 'time' } } });
  });
});

test('a denied deletion fails the run and mails the permission', async () => {
  const night = await aMonthLater();
  night.sandbox.faults.add({ operation: 'DeleteTaskDefinitions', kind: 'deny' });
  const report = await night.prune(after30);
  expect(report.outcome).toBe('FAILED');
  const { body } = printEmail(report);
  expect(body).toContain('Allow the caller ecs:DeleteTaskDefinitions');
});

test('a step that was interrupted after its calls does not repeat them and reports them once', async () => {
  const night = await aMonthLater(anAccount().family('web', '1-40').cluster('prod'));
  const put = night.state.put.bind(night.state);
  night.state.put = (key, body, over) => {
    if (!body.includes('"deletions":{')) return put(key, body, over);
    night.state.put = put;
    throw new TypeError('killed');
  };
  await expect(night.prune(after30, { id: 'cut-off' })).rejects.toThrow('killed');
  expect(asked(night).map(({ length }) => length)).toEqual([10, 10, 10, 7]);
  const report = await night.prune(after30, { id: 'cut-off' });
  expect(deleted(report)).toHaveLength(37);
  expect(report.deletions?.alreadyDeleted).toEqual([]);
  expect(asked(night)).toHaveLength(4);
});

test('a run that could not record the results of its calls reports this, in another process too', async () => {
  const night = await aMonthLater();
  const put = night.state.put.bind(night.state);
  night.state.put = (key, body, over) => {
    if (!body.includes('"deletions":{')) return put(key, body, over);
    night.state.put = put;
    throw new TypeError('no disk');
  };
  const unexpected: unknown[] = [];
  const report = await night.prune(after30, { onUnexpectedError: (error) => unexpected.push(error) });
  expect(unexpected).toHaveLength(1);
  expect(report.outcome).toBe('FAILED');
  expect(deleted(report)).toEqual(seven);
  const elsewhere = deletionsOf({ deleting: report.deletions?.deleted });
  expect(elsewhere?.stop?.by).toBe('abort');
  expect(elsewhere?.stop?.reason).toBe('the outcome of deleting 7 revisions was not recorded');
});
