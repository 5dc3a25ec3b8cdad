// Restores that are interrupted, or that run at the same time as another run.
import { describe, expect, test } from 'vitest';
import { printRestoreProposal } from '../../shared/report/restore/proposal.ts';
import { printRestoreReport } from '../../shared/report/restore/text.ts';
import { CannotRestore, LockTaken } from '../../shared/restore/restore.ts';
import { acquireLock } from '../../shared/state/lock.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { checksummed } from '../support/checksummed.ts';
import { deregisteredNames, type Night } from '../support/night.ts';
import { afterANight, countRegistrations, isActive, linesOf, prune, runRestore, target } from './run-restore.ts';

describe('an interrupted restore', () => {
  const cut = new Error('the machine was switched off');

  test('leaves a copy without a record, which the next restore finds and does not register twice', async () => {
    const night = await afterANight();
    const put = night.state.put.bind(night.state);
    let writes = 0;
    night.state.put = (key, body, over) =>
      key.includes('/restores/') && ++writes === 2 ? Promise.reject(cut) : put(key, body, over);
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual([
      'web:4 not reached',
      'stop: restoring web: Error: the machine was switched off',
    ]);
    expect(isActive(night, 'web:11')).toBe(true);
    expect(linesOf(await runRestore(night, 'web:4', { onTop: true }))).toEqual([
      'web:4 restored as 11, adopted',
      'web:10 restored as 12 on top',
    ]);
  });

  test('leaves no copy before the call, so the next restore registers one', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'deny', times: 1 });
    expect(linesOf(await runRestore(night, 'web:4'))[0]).toBe('web:4 failed');
    night.sandbox.account.registerTaskDefinition({
      family: 'web',
      containerDefinitions: [{ name: 'another', image: 'x' }],
    });
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 12']);
  });

  test('settles a lost answer by reading', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'reset',
      effect: 'after',
      times: 1,
    });
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    expect(isActive(night, 'web:12')).toBe(false);
    expect(countRegistrations(night)).toBe(1);
  });

  test('repeats a call that never arrived', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'reset',
      effect: 'before',
      times: 1,
    });
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    expect(countRegistrations(night)).toBe(2);
  });

  test('stops after two calls without an answer', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'error',
      code: 'ServerException',
      status: 500,
    });
    const outcome = await runRestore(night, 'web:4 web:5');
    expect(linesOf(outcome).slice(0, 2)).toEqual(['web:4 failed', 'web:5 not reached']);
    expect(countRegistrations(night)).toBe(2);
  });

  test('waits longer after each throttled call', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'throttle', times: 4 });
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'throttle' });
    expect(linesOf(await runRestore(night, 'web:5 web:6')).slice(0, 2)).toEqual(['web:5 failed', 'web:6 not reached']);
  });

  test('stops before the next registration when the operator interrupts', async () => {
    const night = await afterANight();
    const outcome = await runRestore(night, 'web:4 web:5', {
      stopRequested: () =>
        countRegistrations(night) > 0
          ? { by: 'interrupted', reason: 'the operator interrupted it', remedy: '' }
          : undefined,
    });
    expect(linesOf(outcome)).toEqual([
      'web:4 restored as 11',
      'web:5 not reached',
      'stop: the operator interrupted it',
    ]);
  });
});

describe('concurrent runs', () => {
  const acquire = (night: Night) =>
    acquireLock({
      state: night.state,
      target,
      clock: night.clock,
      owner: { id: 'nightly', by: 'function' },
      now: () => night.clock.now(),
    });

  test('a restore registers nothing while another run holds the lock, and reports its owner', async () => {
    const night = await afterANight();
    await acquire(night);
    const error = await runRestore(night, 'web:4').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(LockTaken);
    expect(String(error)).toContain('nightly, by function');
    expect(countRegistrations(night)).toBe(0);
  });

  test('a restore takes over a lock that no run wrote, and reports it before and after the consent', async () => {
    const night = await afterANight();
    const key = `${ACCOUNT}/${REGION}/lock.json`;
    const forged = { owner: { id: 'theirs', by: 'function' }, since: 0, expires: 8.64e15, free: false };
    night.state.texts.set(key, { body: checksummed(1, forged), tag: 'x' });
    const screen = { width: 80, color: false, place: '', onTop: false };
    const asked: string[] = [];
    const outcome = await runRestore(night, 'web:4', {
      consent: (look) => Promise.resolve(void asked.push(printRestoreProposal(look, screen))),
    });
    for (const text of [...asked, printRestoreReport(outcome, screen)])
      expect(text.replaceAll(/\s+/g, ' ')).toContain('had dates that no run writes, so this run took it over');
    expect(asked).toHaveLength(1);
  });

  test('two concurrent restores of one revision register one copy', async () => {
    const night = await afterANight();
    const both = await Promise.allSettled([runRestore(night, 'web:4'), runRestore(night, 'web:4')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(countRegistrations(night)).toBe(1);
    expect(linesOf(await runRestore(night, 'web:4'))).toEqual(['web:4 restored before as 11']);
  });

  test('a nightly run during a restore is held', async () => {
    const night = await afterANight();
    let outcome = '';
    await runRestore(night, 'web:4', {
      consent: async () => {
        outcome = (await prune(night)).outcome;
      },
    });
    expect(outcome).toBe('HELD');
  });

  test('a lost lock stops a restore before the next registration', async () => {
    const night = await afterANight();
    const outcome = await runRestore(night, 'web:4 web:5', {
      acted: () => {
        night.clock.advance(60 * 60_000);
        const key = [...night.state.texts.keys()].find((one) => one.endsWith('lock.json')) ?? '';
        night.state.texts.set(key, { body: '{}', tag: 'other' });
      },
    });
    expect(linesOf(outcome)).toEqual([
      'web:4 restored as 11',
      'web:5 not reached',
      'stop: another run has acquired the lock meanwhile',
    ]);
  });

  test('a restore releases the lock, even after an error', async () => {
    const night = await afterANight();
    await expect(runRestore(night, 'missing:1')).rejects.toThrow(CannotRestore);
    await runRestore(night, 'web:4');
    // The copy is of today, so that web:10 is the newest of those that count.
    expect(deregisteredNames(await prune(night, { keepLatest: 1 }))).toEqual(['web:8', 'web:9']);
  });
});
