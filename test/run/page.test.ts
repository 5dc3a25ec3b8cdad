// The page of a run in the state store: beside the report, and never the reason why a run fails.
import { expect, test } from 'vitest';
import { addPage } from '../../shared/run/page.ts';
import { newRunRecord, RunProgress } from '../../shared/run/progress.ts';
import { makeRunName } from '../../shared/state/run-records.ts';
import { StateError, type StateStore } from '../../shared/state/store.ts';
import { MemoryState } from '../support/memory-state.ts';
import { aPlan, aReport, began, target } from '../support/reports.ts';

const report = aReport({ plan: aPlan({ web: { '1': 'newest: the newest of its family' } }) });
const { id, version } = report.run;
const name = makeRunName(target, id, began);
const record = newRunRecord({ id, by: 'function', version, settings: 'abc', dryRun: false, beganAt: began });
const progressIn = (state: StateStore) => RunProgress.start({ state, name }, record);

test('a run that keeps records stores its page beside its report, and the report has its address', async () => {
  const state = new MemoryState();
  const told = await addPage(report, { progress: await progressIn(state), target });
  expect(state.texts.get(`${name.folder}/report.html`)?.body).toMatch(/^<!doctype html>/);
  expect(told.run.page).toBe(
    `https://eu-west-1.console.aws.amazon.com/s3/object/state?region=eu-west-1&prefix=${name.folder}/report.html`,
  );
});

test('a page that is stored again replaces the one before', async () => {
  const state = new MemoryState();
  const run = { progress: await progressIn(state), target };
  const first = await addPage(report, run);
  expect((await addPage(report, run)).run.page).toBe(first.run.page);
});

test('a page that cannot be stored is a note of the report', async () => {
  const state = new MemoryState();
  const run = { progress: await progressIn(state), target };
  state.put = () => {
    const problem = { operation: 'writing report.html', reason: 'AccessDenied', remedy: 'Allow it.' };
    return Promise.reject(new StateError('denied', problem));
  };
  const told = await addPage(report, run);
  expect(told.run.page).toBeUndefined();
  expect(told.outcome).toBe(report.outcome);
  expect(told.notes.at(-1)).toContain(
    'The page of this run was not stored: StateError: writing report.html: AccessDenied',
  );
});

test.each([
  ['keeps no records', undefined, target],
  ['keeps its records in a folder', '/var/state', target],
  ['is in a partition whose console is not known', 's3://state', { ...target, partition: 'aws-iso' }],
])('a run that %s stores no page', async (_, where, its) => {
  const state = Object.assign(new MemoryState(), where === undefined ? {} : { where });
  const progress = where === undefined ? await RunProgress.start(undefined, record) : await progressIn(state);
  expect(await addPage(report, { progress, target: its })).toBe(report);
  expect([...state.texts.keys()].filter((key) => key.endsWith('.html'))).toEqual([]);
});
