// Journal entries and restore records that are missing, damaged, forged or changed during a restore.
import { describe, expect, test } from 'vitest';
import { printRestoreProposal } from '../../shared/report/restore/proposal.ts';
import { CannotRestore, type RestorePreview } from '../../shared/restore/restore.ts';
import { StateError } from '../../shared/state/store.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { checksummed, rewriteChecksummed } from '../support/checksummed.ts';
import { aNight, type Night, sevenOld } from '../support/night.ts';
import { afterANight, containing, countRegistrations, linesOf, runRestore } from './run-restore.ts';

describe('a restore', () => {
  const damage = (night: Night, name: string, change: (body: string) => string) => {
    const number = name.split(':')[1] ?? '';
    const key = [...night.state.texts.keys()].find(
      (one) => one.includes('/journal/') && one.endsWith(`/${number}.json`),
    );
    const kept = night.state.texts.get(key ?? '');
    if (key === undefined || kept === undefined) throw new Error(`no entry of ${name}`);
    night.state.texts.set(key, { ...kept, body: change(kept.body) });
  };

  test.each<{ what: string; change: (body: string) => string; reason: string }>([
    { what: 'cut short', change: (body) => body.slice(0, body.length / 2), reason: 'it is not JSON' },
    { what: 'emptied', change: () => '', reason: 'it is not JSON' },
    {
      what: 'of an unknown version',
      change: (body) => body.replace('"format":1', '"format":7'),
      reason: 'this version does not know its format: 7',
    },
    {
      what: 'changed by hand',
      change: (body) => body.replace('app:1', 'app:666'),
      reason: 'its checksum does not match',
    },
  ])('registers nothing when one entry is $what', async ({ change, reason }) => {
    const night = await afterANight();
    damage(night, 'web:4', change);
    const error = await runRestore(night, 'web:3 web:4 web:5').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StateError);
    expect(String(error)).toContain(reason);
    expect(error).toMatchObject({ remedy: containing('without the entry') });
    expect(countRegistrations(night)).toBe(0);
    // As the remedy says, AWS still shows the revision.
    const key = [...night.state.texts.keys()].find((one) => one.includes('/journal/') && one.endsWith('/4.json'));
    night.state.texts.delete(key ?? '');
    expect(linesOf(await runRestore(night, 'web:3 web:4 web:5'))).toHaveLength(3);
  });

  test('refuses an entry under the key of another revision', async () => {
    const night = await afterANight();
    const keys = [...night.state.texts.keys()].filter((one) => one.includes('/journal/'));
    const [four, five] = [4, 5].map((number) => keys.find((one) => one.endsWith(`/${number}.json`)) ?? '');
    const body = night.state.texts.get(four ?? '');
    if (body !== undefined) night.state.texts.set(five ?? '', body);
    await expect(runRestore(night, 'web:5')).rejects.toThrow('it belongs to web:4');
  });

  test('registers nothing with a damaged restore record, since a copy may exist', async () => {
    const night = await afterANight();
    await runRestore(night, 'web:4');
    const key = [...night.state.texts.keys()].find((one) => one.includes('/restores/')) ?? '';
    night.state.texts.set(key, { body: '{"format":1}', tag: 'x' });
    await expect(runRestore(night, 'web:4')).rejects.toThrow('it is damaged');
    expect(countRegistrations(night)).toBe(1);
  });

  test('stops at an entry that is damaged after the consent', async () => {
    const night = await afterANight();
    const outcome = await runRestore(night, 'web:4 web:5', {
      consent: () => {
        damage(night, 'web:4', () => 'x');
        return Promise.resolve();
      },
    });
    expect(linesOf(outcome).slice(0, 2)).toEqual(['web:4 not reached', 'web:5 not reached']);
    expect(outcome.stop).toMatchObject({ by: 'hold' });
    expect(countRegistrations(night)).toBe(0);
  });

  const forge = (body: string) => rewriteChecksummed(body, (value) => value.replaceAll('app:1', 'evil:1'));

  test('refuses a forged entry with a matching checksum while AWS shows the revision', async () => {
    const night = await afterANight();
    damage(night, 'web:4', forge);
    const error: unknown = await runRestore(night, 'web:3 web:4').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CannotRestore);
    expect(String(error)).toContain(
      'the journal entry of web:4 does not match the revision that AWS shows (containerDefinitions[0].image changed), so one of them was changed',
    );
    expect(String(error)).not.toMatch(/evil:1|app:1/);
    expect(countRegistrations(night)).toBe(0);
  });

  test('refuses a restore record that states another revision as the copy', async () => {
    const night = await afterANight();
    const key = `${ACCOUNT}/${REGION}/restores/4b5e57f6eb2f42b9039b3d1e13929295/4.json`;
    const forged = {
      revision: { family: 'web', number: 4 },
      id: 'x',
      at: 1,
      above: 8,
      former: 8,
      onTop: false,
    };
    night.state.texts.set(key, { body: checksummed(1, { ...forged, as: 9 }), tag: 'x' });
    night.sandbox.account.tagTaskDefinition('web:9', { other: 'yes' });
    await expect(runRestore(night, 'web:4')).rejects.toThrow(
      'the state store says that web:4 was registered again as web:9, but web:9 differs (tags.other added): --again registers it once more',
    );
    expect(countRegistrations(night)).toBe(0);
    expect(linesOf(await runRestore(night, 'web:4', { again: true }))).toEqual(['web:4 restored as 11']);
  });

  test('shows the grants of an entry that AWS no longer shows, and that it could not be compared', async () => {
    const night = await afterANight();
    const definition = night.sandbox.account.revisions.find('web:4');
    if (definition === undefined) throw new Error('no web:4');
    night.sandbox.account.revisions.forget(definition);
    damage(night, 'web:4', forge);
    const asked: RestorePreview[] = [];
    await runRestore(night, 'web:4 web:5', { consent: (look) => Promise.resolve(void asked.push(look)) });
    const [look] = asked;
    if (look === undefined) throw new Error('no consent was asked for');
    expect(look.items).toMatchObject([{ isUncompared: true }, { isUncompared: false }]);
    const text = printRestoreProposal(look, { width: 80, color: false, place: '', onTop: false });
    expect(text).toContain('Images: evil:1 and app:1.');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Not compared with AWS, which no longer shows it: web:4.');
  });

  test('does not register an entry that is replaced after the consent', async () => {
    const night = await afterANight();
    const definition = night.sandbox.account.revisions.find('web:4');
    if (definition === undefined) throw new Error('no web:4');
    night.sandbox.account.revisions.forget(definition);
    const outcome = await runRestore(night, 'web:4', {
      consent: () => Promise.resolve(damage(night, 'web:4', forge)),
    });
    expect(outcome.stop?.reason).toBe('the journal entry of web:4 was changed after the operator saw it');
    expect(countRegistrations(night)).toBe(0);
  });

  test('refuses revisions that do not exist, and lists those that can be restored', async () => {
    const night = await afterANight();
    const error = runRestore(night, 'web:4 web:5 web:6 web:400 web:401');
    await expect(error).rejects.toThrow(CannotRestore);
    await expect(error).rejects.toThrow(
      /web:400 is not in the journal .*eu-west-1\/journal\), and AWS does not show it either.* Nothing was registered\. These can be restored: web:4-6\./,
    );
    expect(countRegistrations(night)).toBe(0);
  });

  test('reports a state store of another Region, or without a journal', async () => {
    const night = await afterANight();
    const { state } = night;
    const kept = new Map(state.texts);
    for (const [key, text] of kept) {
      state.texts.delete(key);
      state.texts.set(key.replace(REGION, 'us-east-1'), text);
    }
    state.texts.set('holiday.jpg', { body: '...', tag: 'x' });
    await expect(runRestore(night, 'missing:1')).rejects.toThrow(
      `has no journal of ${ACCOUNT}/eu-west-1, only of ${ACCOUNT}/us-east-1: give --region or --profile.`,
    );
    state.texts.clear();
    await expect(runRestore(night, 'missing:1')).rejects.toThrow('has no journal at all');
  });

  test('reports denied access to the state store', async () => {
    const night = await afterANight();
    night.state.get = () =>
      Promise.reject(
        new StateError('denied', {
          operation: 'reading s3://x',
          reason: 'AccessDenied',
          remedy: 'Allow it.',
        }),
      );
    await expect(runRestore(night, 'web:4')).rejects.toThrow('reading s3://x: AccessDenied');
    expect(countRegistrations(night)).toBe(0);
  });

  test('refuses an unknown member that cannot be registered', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.account.deregister('web:4');
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      change: (output) => void Object.assign(output['taskDefinition'] ?? {}, { moonPhase: 'full' }),
    });
    await expect(runRestore(night, 'web:4')).rejects.toThrow(
      'web:4 has the member moonPhase, which this version cannot register',
    );
  });
});
