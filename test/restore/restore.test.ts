// A restore from what was asked to what the account then shows: over HTTP, with the journal that a real run has written.
import { describe, expect, test } from 'vitest';
import { printRestoreProposal } from '../../shared/report/restore/proposal.ts';
import { printRestoreReport } from '../../shared/report/restore/text.ts';
import { CannotRestore, LockTaken, type Look } from '../../shared/restore/restore.ts';
import { takeLock } from '../../shared/state/lock.ts';
import { restoresOf } from '../../shared/state/restores.ts';
import { StateError } from '../../shared/state/state.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { aNight, gone, newestThree, type Night, sevenOld } from '../support/night.ts';
import { sealed, sealedAs } from '../support/checksummed.ts';
import { containing, described, lookAt, registerRaw, taken, told, undo } from './undo.ts';

const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
const registered = ({ sandbox }: Night) => sandbox.calls.count('RegisterTaskDefinition');
const active = ({ sandbox }: Night, name: string) =>
  sandbox.account.revisions.find(name)?.status === 'ACTIVE';

/** Without the window, which takes its time in a test as well. */
const pruned = (night: Night, settings: object = newestThree, more: object = {}) =>
  night.prune({ ...settings }, { waitsNot: () => 'no-wait', ...more });

/** web:1 to web:7 are gone, web:8 to web:10 are ACTIVE. */
async function afterANight(account = sevenOld()): Promise<Night> {
  const night = await aNight(account);
  await taken(night, ...Array.from({ length: 7 }, (_, index) => `web:${index + 1}`));
  return night;
}

describe('what comes back', () => {
  test('is the next number, with its definition and its tags', async () => {
    const night = await aNight(
      anAccount()
        .family('web', '1-9', { tags: { team: 'shop' } })
        .family('web', '10')
        .cluster('prod'),
    );
    const before = await described(night, 'web:4');
    await taken(night, 'web:4');
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    const after = await described(night, 'web:11');
    expect(after.taskDefinition?.status).toBe('ACTIVE');
    expect(after.taskDefinition?.containerDefinitions).toEqual(before.taskDefinition?.containerDefinitions);
    expect(after.tags).toEqual([{ key: 'team', value: 'shop' }]);
  });

  test('several come back oldest first, whatever the order in which they were asked for', async () => {
    const night = await afterANight(sevenOld().family('api', '1-4'));
    await taken(night, 'api:1');
    expect(told(await undo(night, 'web:5 web:2 web:5 api:1 web:3'))).toEqual([
      'api:1 restored as 5',
      'web:2 restored as 11',
      'web:3 restored as 12',
      'web:5 restored as 13',
    ]);
  });

  test('a whole run comes back by the beginning of its id', async () => {
    const night = await aNight(sevenOld().family('api', '1-4'));
    const report = await pruned(night, newestThree, { id: 'a1b2-c3' });
    expect(gone(report)).toHaveLength(8);
    const outcome = await undo(night, '--run a1b');
    expect(told(outcome)).toHaveLength(8);
    expect(told(outcome).every((line) => line.includes('restored as'))).toBe(true);
  });

  test('a run is known by the id that a report shows, also where its key is spelt otherwise', async () => {
    const night = await aNight(sevenOld());
    await pruned(night, newestThree, { id: 'prod:nightly/1' });
    expect(told(await undo(night, '--run prod:nightly/1'))).toHaveLength(7);
  });

  test('of a run that was cut off, what its journal shows comes back', async () => {
    const night = await aNight(sevenOld());
    await pruned(night, { ...newestThree, maxDeregistrations: 2 }, { id: 'first' });
    const ledger = [...night.state.texts.keys()].find((key) => key.endsWith('ledger.json')) ?? '';
    expect(ledger).not.toBe('');
    await undo(night, '--run first');
    expect(active(night, 'web:11')).toBe(true);
    expect(active(night, 'web:12')).toBe(true);
  });

  test('only the families that this restore is narrowed to', async () => {
    const night = await aNight(sevenOld().family('api', '1-4'));
    await pruned(night, newestThree, { id: 'both' });
    const { parseSettings } = await import('../../shared/settings/parse.ts');
    const { narrow } = await import('../../shared/settings/narrow.ts');
    const settings = narrow(parseSettings({}, 'test'), { families: ['ap*'] });
    expect(told(await undo(night, '--run both', { settings }))).toEqual(['api:1 restored as 5']);
    await expect(undo(night, 'web:1', { settings })).rejects.toThrow('--families: leaves nothing');
  });

  test('what AWS has forgotten comes back from the journal', async () => {
    const night = await afterANight();
    const { revisions } = night.sandbox.account;
    const web4 = revisions.find('web:4');
    if (web4 !== undefined) revisions.forget(web4);
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 11']);
  });

  test('what was never journaled comes back from AWS while that shows it, and it is said', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.account.deregister('web:4');
    const outcome = await undo(night, 'web:4');
    expect(told(outcome)).toEqual(['web:4 restored as 11']);
    expect(outcome.look.items).toMatchObject([{ is: 'gone', from: 'AWS' }]);
  });

  test('also while it is being deleted', async () => {
    const night = await aNight(
      anAccount().family('web', '4', { status: 'DELETE_IN_PROGRESS' }).family('web', '5'),
    );
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 6']);
  });

  test('tags that only AWS may set stay away, and are named', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.account.tagTaskDefinition('web:4', { 'aws:cloudformation:stack-name': 'shop', team: 'x' });
    await taken(night, 'web:4');
    const outcome = await undo(night, 'web:4');
    expect(told(outcome)).toEqual(['web:4 restored as 11']);
    expect(outcome.look.items).toMatchObject([{ reserved: ['aws:cloudformation:stack-name'] }]);
    expect((await described(night, 'web:11')).tags).toEqual([{ key: 'team', value: 'x' }]);
  });

  test('a difference is found, and told by its path', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: ({ input }) => input['taskDefinition'] === 'web:11',
      change: (output) =>
        void Object.assign(output['taskDefinition'] ?? {}, { networkMode: 'host', pidMode: 'task' }),
    });
    expect(told(await undo(night, 'web:4'))).toEqual([
      'web:4 restored as 11; added networkMode; added pidMode',
    ]);
  });

  test('the pace of deployments is left to them: one registration in four seconds, and nothing of the burst', async () => {
    const night = await aNight(anAccount().family('web', '1-23').cluster('prod'));
    const all = Array.from({ length: 20 }, (_, index) => `web:${index + 1}`);
    await taken(night, ...all);
    const began = night.clock.now();
    night.clock.advance(60_000);
    await undo(night, all.join(' '));
    expect(registered(night)).toBe(20);
    expect(night.clock.now() - began - 60_000).toBeGreaterThanOrEqual(19 * 4_000);
  });
});

describe('nothing to do', () => {
  test('an ACTIVE revision stays as it is', async () => {
    const night = await afterANight();
    expect(told(await undo(night, 'web:9'))).toEqual(['web:9 ACTIVE']);
    expect(registered(night)).toBe(0);
  });

  test('what is back already is not registered twice, unless it is asked for again', async () => {
    const night = await afterANight();
    await undo(night, 'web:4');
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 back as 11']);
    expect(registered(night)).toBe(1);
    expect(told(await undo(night, 'web:4', { again: true }))).toEqual(['web:4 restored as 12']);
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 back as 12']);
  });

  test('a copy that has gone itself is registered once more', async () => {
    const night = await afterANight();
    await undo(night, 'web:4');
    night.sandbox.account.deregister('web:11');
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 12']);
  });

  test('what a restore has done is read by family', async () => {
    const night = await afterANight();
    await undo(night, 'web:4 web:2', { id: 'one', onTop: true });
    const records = await restoresOf(night.state, target, 'web');
    expect(
      records.map(({ revision, as, onTop, id, former }) => [revision.number, as, onTop, id, former]),
    ).toEqual([
      [2, 11, false, 'one', 10],
      [4, 12, false, 'one', 10],
      [10, 13, true, 'one', 10],
    ]);
    expect(await restoresOf(night.state, target, 'we')).toEqual([]);
  });
});

describe('the undo trap', () => {
  const floating = () =>
    sevenOld().schedule('nightly', 'web:9', {
      Target: {
        Arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`,
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/start`,
        EcsParameters: { TaskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/web` },
      },
    });

  test('who names the family is found, with what that starts now', async () => {
    const night = await afterANight(floating());
    const { families } = await lookAt(night, 'web:4');
    expect(families).toMatchObject([
      {
        family: 'web',
        newest: 10,
        former: 10,
        floating: [{ source: 'schedules', who: containing('schedule/default/nightly') }],
      },
    ]);
  });

  test('--on-top registers the former newest again, after all copies', async () => {
    const night = await afterANight(floating());
    expect(told(await undo(night, 'web:4 web:5', { onTop: true }))).toEqual([
      'web:4 restored as 11',
      'web:5 restored as 12',
      'web:10 restored as 13 on top',
    ]);
  });

  test('it may be asked for afterwards, and once is enough', async () => {
    const night = await afterANight(floating());
    await undo(night, 'web:4 web:5');
    expect(told(await undo(night, 'web:4 web:5', { onTop: true }))).toEqual([
      'web:4 back as 11',
      'web:5 back as 12',
      'web:10 restored as 13 on top',
    ]);
    expect(told(await undo(night, 'web:4 web:5', { onTop: true }))).toEqual([
      'web:4 back as 11',
      'web:5 back as 12',
    ]);
    expect(registered(night)).toBe(3);
  });

  test('where nothing was ACTIVE there is nothing to put on top', async () => {
    const night = await aNight(anAccount().family('web', '1-2', { status: 'INACTIVE' }));
    expect(told(await undo(night, 'web:1', { onTop: true }))).toEqual(['web:1 restored as 3']);
    expect(told(await undo(night, 'web:1', { onTop: true }))).toEqual(['web:1 back as 3']);
  });

  test('a former newest that somebody deregisters meanwhile is not brought back behind their back', async () => {
    const night = await afterANight();
    night.sandbox.after(({ operation }) => {
      if (operation === 'RegisterTaskDefinition') night.sandbox.account.deregister('web:10');
    });
    const outcome = await undo(night, 'web:4', { onTop: true });
    expect(told(outcome)).toEqual(['web:4 restored as 11', 'web:10 failed on top']);
    expect(outcome.results[1]).toMatchObject({ said: 'web:10 is INACTIVE' });
  });

  test('a deployment that registers meanwhile is not overtaken', async () => {
    const night = await afterANight();
    let calls = 0;
    night.sandbox.after(({ operation }) => {
      if (operation === 'RegisterTaskDefinition' && ++calls === 1)
        night.sandbox.account.registerTaskDefinition('web');
    });
    const outcome = await undo(night, 'web:2 web:3 web:4', { onTop: true });
    expect(told(outcome)).toEqual([
      'web:2 restored as 11',
      'web:3 left',
      'web:4 left',
      'stop: web:12 was registered meanwhile, and is the newest now',
    ]);
  });

  test('nor one that comes while a person thinks', async () => {
    const night = await afterANight();
    const outcome = await undo(night, 'web:2', {
      consent: () => {
        night.sandbox.account.registerTaskDefinition('web');
        return Promise.resolve();
      },
    });
    expect(told(outcome)).toEqual([
      'web:2 left',
      'stop: web:11 was registered meanwhile, and is the newest now',
    ]);
    expect(registered(night)).toBe(0);
  });

  test('who names the old number is found', async () => {
    const night = await afterANight();
    // Within the window AWS lets it be taken up.
    night.sandbox.account.createService({ cluster: 'prod', serviceName: 'web', taskDefinition: 'web:4' });
    const outcome = await undo(night, 'web:4');
    expect(outcome.look.named).toMatchObject([{ source: 'services', use: 'deploys' }]);
  });

  test('a source that cannot be read is said, and stops nobody from undoing', async () => {
    const night = await afterANight(floating());
    night.sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny' });
    const outcome = await undo(night, 'web:4');
    expect(told(outcome)).toEqual(['web:4 restored as 11']);
    expect(outcome.look.faults).toMatchObject([{ part: 'schedules', kind: 'denied' }]);
  });
});

describe('cut off', () => {
  const cut = new Error('the machine was switched off');

  test('between the call and its record: the next one finds the copy and makes no second', async () => {
    const night = await afterANight();
    const put = night.state.put.bind(night.state);
    let writes = 0;
    night.state.put = (key, body, over) =>
      key.includes('/restores/') && ++writes === 2 ? Promise.reject(cut) : put(key, body, over);
    expect(told(await undo(night, 'web:4'))).toEqual([
      'web:4 left',
      'stop: restoring web: Error: the machine was switched off',
    ]);
    expect(active(night, 'web:11')).toBe(true);
    expect(told(await undo(night, 'web:4', { onTop: true }))).toEqual([
      'web:4 restored as 11, adopted',
      'web:10 restored as 12 on top',
    ]);
  });

  test('before the call: the next one registers', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'deny', times: 1 });
    expect(told(await undo(night, 'web:4'))[0]).toBe('web:4 failed');
    night.sandbox.account.registerTaskDefinition({
      family: 'web',
      containerDefinitions: [{ name: 'another', image: 'x' }],
    });
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 12']);
  });

  test('an answer that nobody heard is settled by reading', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'reset',
      effect: 'after',
      times: 1,
    });
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    expect(active(night, 'web:12')).toBe(false);
    expect(registered(night)).toBe(1);
  });

  test('a call that never arrived is made once more', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'reset',
      effect: 'before',
      times: 1,
    });
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    expect(registered(night)).toBe(2);
  });

  test('twice without an answer ends it, and says so', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'error',
      code: 'ServerException',
      status: 500,
    });
    const outcome = await undo(night, 'web:4 web:5');
    expect(told(outcome).slice(0, 2)).toEqual(['web:4 failed', 'web:5 left']);
    expect(registered(night)).toBe(2);
  });

  test('throttled calls wait longer each time', async () => {
    const night = await afterANight();
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'throttle', times: 4 });
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 restored as 11']);
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'throttle' });
    expect(told(await undo(night, 'web:5 web:6')).slice(0, 2)).toEqual(['web:5 failed', 'web:6 left']);
  });

  test('a person who interrupts stops before the next', async () => {
    const night = await afterANight();
    const outcome = await undo(night, 'web:4 web:5', {
      stopped: () =>
        registered(night) > 0
          ? { by: 'interrupted', reason: 'a person interrupted it', remedy: '' }
          : undefined,
    });
    expect(told(outcome)).toEqual(['web:4 restored as 11', 'web:5 left', 'stop: a person interrupted it']);
  });
});

describe('two at once', () => {
  const taking = (night: Night) =>
    takeLock({
      state: night.state,
      target,
      clock: night.clock,
      owner: { id: 'nightly', by: 'function' },
      now: () => night.clock.now(),
    });

  test('who finds the lock taken does nothing, and says whose it is', async () => {
    const night = await afterANight();
    await taking(night);
    const error = await undo(night, 'web:4').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(LockTaken);
    expect(String(error)).toContain('nightly, by function');
    expect(registered(night)).toBe(0);
  });

  test('a lock that no run wrote is taken over, and the operator is told before the consent and after it', async () => {
    const night = await afterANight();
    const key = `${ACCOUNT}/${REGION}/lock.json`;
    const forged = { owner: { id: 'theirs', by: 'function' }, since: 0, expires: 8.64e15, free: false };
    night.state.texts.set(key, { body: sealedAs(1, forged), tag: 'x' });
    const screen = { width: 80, color: false, place: '', onTop: false };
    const asked: string[] = [];
    const outcome = await undo(night, 'web:4', {
      consent: (look) => Promise.resolve(void asked.push(printRestoreProposal(look, screen))),
    });
    for (const text of [...asked, printRestoreReport(outcome, screen)])
      expect(text.replaceAll(/\s+/g, ' ')).toContain('had dates that no run writes, so it was taken over');
    expect(asked).toHaveLength(1);
  });

  test('two restores of the same revision at the same time make one copy', async () => {
    const night = await afterANight();
    const both = await Promise.allSettled([undo(night, 'web:4'), undo(night, 'web:4')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(registered(night)).toBe(1);
    expect(told(await undo(night, 'web:4'))).toEqual(['web:4 back as 11']);
  });

  test('a night’s run beside a restore is held', async () => {
    const night = await afterANight();
    let outcome = '';
    await undo(night, 'web:4', {
      consent: async () => {
        outcome = (await pruned(night)).outcome;
      },
    });
    expect(outcome).toBe('HELD');
  });

  test('a lock that was lost ends it before the next registration', async () => {
    const night = await afterANight();
    const outcome = await undo(night, 'web:4 web:5', {
      acted: () => {
        night.clock.advance(60 * 60_000);
        const key = [...night.state.texts.keys()].find((one) => one.endsWith('lock.json')) ?? '';
        night.state.texts.set(key, { body: '{}', tag: 'other' });
      },
    });
    expect(told(outcome)).toEqual([
      'web:4 restored as 11',
      'web:5 left',
      'stop: another run has taken the lock meanwhile',
    ]);
  });

  test('the lock is free again afterwards, also when it went wrong', async () => {
    const night = await afterANight();
    await expect(undo(night, 'nobody:1')).rejects.toThrow(CannotRestore);
    await undo(night, 'web:4');
    // The copy is of today, so that web:10 is the newest of those that count.
    expect(gone(await pruned(night, { keepLatest: 1 }))).toEqual(['web:8', 'web:9']);
  });
});

describe('what AWS does not take', () => {
  const fargate = () =>
    aNight({
      ...anAccount().file(),
      taskDefinitions: [
        {
          family: 'web',
          revisions: '1-2',
          status: 'INACTIVE',
          requiresCompatibilities: ['FARGATE'],
          networkMode: 'awsvpc',
          cpu: '256',
          memory: '300',
          taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/web-task`,
          executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/web-execution`,
          containerDefinitions: [
            { name: 'app', image: 'app:1', environment: [{ name: 'PASSWORD', value: 'hunter2-canary' }] },
          ],
          tags: [{ key: 'team', value: 'shop' }],
        },
        {
          family: 'api',
          revisions: '1',
          status: 'INACTIVE',
          containerDefinitions: [{ name: 'app', image: 'a' }],
        },
        {
          family: 'zoo',
          revisions: '1',
          status: 'INACTIVE',
          containerDefinitions: [{ name: 'app', image: 'a' }],
        },
      ],
    });

  test('is kept as a file to edit; the others come back', async () => {
    const night = await fargate();
    const files: [string, object][] = [];
    const outcome = await undo(night, 'web:1 zoo:1 api:1', {
      keep: ({ family, number }, input) => {
        files.push([`${family}:${number}`, input]);
        return 'web-1.register.json';
      },
    });
    expect(told(outcome)).toEqual(['api:1 restored as 2', 'web:1 refused', 'zoo:1 restored as 2']);
    expect(outcome.results[1]).toMatchObject({
      said: 'ClientException: No Fargate configuration exists for given values.',
      file: 'web-1.register.json',
      next: containing('--cli-input-json file://web-1.register.json'),
    });
    const [[name, input] = ['', {}]] = files;
    expect(name).toBe('web:1');
    // As a person would: the size is changed, and the file registered.
    await registerRaw(night, { ...input, memory: '512' });
    expect(active(night, 'web:3')).toBe(true);
  });

  test('what is denied ends it, and names each action that it takes', async () => {
    const night = await fargate();
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'deny', times: 1 });
    const outcome = await undo(night, 'web:1 zoo:1');
    expect(told(outcome).slice(0, 2)).toEqual(['web:1 failed', 'zoo:1 left']);
    expect(outcome.stop?.remedy).toBe(
      `Use credentials that are allowed ecs:RegisterTaskDefinition, ecs:TagResource, iam:PassRole on arn:aws:iam::${ACCOUNT}:role/web-task, iam:PassRole on arn:aws:iam::${ACCOUNT}:role/web-execution; AWS names the one that is missing.`,
    );
  });

  test('AWS’s words are told without the values of the definition', async () => {
    const night = await fargate();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      message: 'The value hunter2-canary of PASSWORD is too short.',
    });
    const outcome = await undo(night, 'web:1');
    expect(outcome.results).toMatchObject([
      { said: "ClientException: AWS's text is left out, as it may quote what it is about" },
    ]);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});

describe('a journal that does not hold', () => {
  const spoil = (night: Night, name: string, change: (body: string) => string) => {
    const number = name.split(':')[1] ?? '';
    const key = [...night.state.texts.keys()].find(
      (one) => one.includes('/journal/') && one.endsWith(`/${number}.json`),
    );
    const kept = night.state.texts.get(key ?? '');
    if (key === undefined || kept === undefined) throw new Error(`no entry of ${name}`);
    night.state.texts.set(key, { ...kept, body: change(kept.body) });
  };

  test.each<{ what: string; change: (body: string) => string; says: string }>([
    { what: 'cut short', change: (body) => body.slice(0, body.length / 2), says: 'no JSON' },
    { what: 'emptied', change: () => '', says: 'no JSON' },
    {
      what: 'of an unknown version',
      change: (body) => body.replace('"format":1', '"format":7'),
      says: 'of a format that this version does not know: 7',
    },
    {
      what: 'changed by hand',
      change: (body) => body.replace('app:1', 'app:666'),
      says: 'its checksum does not fit',
    },
  ])('an entry $what: nothing is done, for the others as well', async ({ change, says }) => {
    const night = await afterANight();
    spoil(night, 'web:4', change);
    const error = await undo(night, 'web:3 web:4 web:5').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StateError);
    expect(String(error)).toContain(says);
    expect(error).toMatchObject({ next: containing('without the entry') });
    expect(registered(night)).toBe(0);
    // As it says: AWS still has it.
    const key = [...night.state.texts.keys()].find(
      (one) => one.includes('/journal/') && one.endsWith('/4.json'),
    );
    night.state.texts.delete(key ?? '');
    expect(told(await undo(night, 'web:3 web:4 web:5'))).toHaveLength(3);
  });

  test('an entry that lies under another revision’s name is not taken for that one', async () => {
    const night = await afterANight();
    const keys = [...night.state.texts.keys()].filter((one) => one.includes('/journal/'));
    const [four, five] = [4, 5].map((number) => keys.find((one) => one.endsWith(`/${number}.json`)) ?? '');
    const body = night.state.texts.get(four ?? '');
    if (body !== undefined) night.state.texts.set(five ?? '', body);
    await expect(undo(night, 'web:5')).rejects.toThrow('it is of web:4');
  });

  test('a record of a restore that is damaged stops it as well: nobody knows whether there is a copy', async () => {
    const night = await afterANight();
    await undo(night, 'web:4');
    const key = [...night.state.texts.keys()].find((one) => one.includes('/restores/')) ?? '';
    night.state.texts.set(key, { body: '{"format":1}', tag: 'x' });
    await expect(undo(night, 'web:4')).rejects.toThrow('it is damaged');
    expect(registered(night)).toBe(1);
  });

  test('an entry that is spoilt between the look and its turn: the rest is left', async () => {
    const night = await afterANight();
    const outcome = await undo(night, 'web:4 web:5', {
      consent: () => {
        spoil(night, 'web:4', () => 'x');
        return Promise.resolve();
      },
    });
    expect(told(outcome).slice(0, 2)).toEqual(['web:4 left', 'web:5 left']);
    expect(outcome.stop).toMatchObject({ by: 'hold' });
    expect(registered(night)).toBe(0);
  });

  const forge = (body: string) => sealed(body, (value) => value.replaceAll('app:1', 'evil:1'));

  test('a forged entry, with a checksum that fits, is refused while AWS shows the revision', async () => {
    const night = await afterANight();
    spoil(night, 'web:4', forge);
    const error: unknown = await undo(night, 'web:3 web:4').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(CannotRestore);
    expect(String(error)).toContain(
      "the journal's entry of web:4 is not what AWS shows (containerDefinitions[0].image changed), so one of them was changed",
    );
    expect(String(error)).not.toMatch(/evil:1|app:1/);
    expect(registered(night)).toBe(0);
  });

  test('a record that names another revision as the copy is not believed', async () => {
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
    night.state.texts.set(key, { body: sealedAs(1, { ...forged, as: 9 }), tag: 'x' });
    night.sandbox.account.tagTaskDefinition('web:9', { other: 'yes' });
    await expect(undo(night, 'web:4')).rejects.toThrow(
      'web:4 was registered again as web:9, as the state says, but web:9 is not the same (tags.other added): --again registers it once more',
    );
    expect(registered(night)).toBe(0);
    expect(told(await undo(night, 'web:4', { again: true }))).toEqual(['web:4 restored as 11']);
  });

  test('an entry that AWS no longer shows is told to be uncompared, and what it would be given is shown', async () => {
    const night = await afterANight();
    const definition = night.sandbox.account.revisions.find('web:4');
    if (definition === undefined) throw new Error('no web:4');
    night.sandbox.account.revisions.forget(definition);
    spoil(night, 'web:4', forge);
    const asked: Look[] = [];
    await undo(night, 'web:4 web:5', { consent: (look) => Promise.resolve(void asked.push(look)) });
    const [look] = asked;
    if (look === undefined) throw new Error('nobody was asked');
    expect(look.items).toMatchObject([{ isUncompared: true }, { isUncompared: false }]);
    const text = printRestoreProposal(look, { width: 80, color: false, place: '', onTop: false });
    expect(text).toContain('Images: evil:1 and app:1.');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'AWS does not show it any more, so the journal could not be compared: web:4.',
    );
  });

  test('an entry that is replaced after the operator agreed is not registered', async () => {
    const night = await afterANight();
    const definition = night.sandbox.account.revisions.find('web:4');
    if (definition === undefined) throw new Error('no web:4');
    night.sandbox.account.revisions.forget(definition);
    const outcome = await undo(night, 'web:4', {
      consent: () => Promise.resolve(spoil(night, 'web:4', forge)),
    });
    expect(outcome.stop?.reason).toBe('the entry of web:4 in the journal was changed after it was looked at');
    expect(registered(night)).toBe(0);
  });

  test('what nobody has is refused, with what can be had of the rest', async () => {
    const night = await afterANight();
    const error = undo(night, 'web:4 web:5 web:6 web:400 web:401');
    await expect(error).rejects.toThrow(CannotRestore);
    await expect(error).rejects.toThrow(
      /web:400 is not in the journal .*eu-west-1\/journal\), and AWS does not show it either.* Nothing was done\. What can be restored of these: web:4-6\./,
    );
    expect(registered(night)).toBe(0);
  });

  test('the state of another Region, or of nobody, is named', async () => {
    const night = await afterANight();
    const { state } = night;
    const kept = new Map(state.texts);
    for (const [key, text] of kept) {
      state.texts.delete(key);
      state.texts.set(key.replace(REGION, 'us-east-1'), text);
    }
    state.texts.set('holiday.jpg', { body: '...', tag: 'x' });
    await expect(undo(night, 'nobody:1')).rejects.toThrow(
      `holds no journal of ${ACCOUNT}/eu-west-1, but of ${ACCOUNT}/us-east-1: give --region or --profile.`,
    );
    state.texts.clear();
    await expect(undo(night, 'nobody:1')).rejects.toThrow('holds no journal at all');
  });

  test('a state that is denied is told in its own words', async () => {
    const night = await afterANight();
    night.state.get = () =>
      Promise.reject(
        new StateError('denied', {
          operation: 'reading s3://x',
          reason: 'AccessDenied',
          remedy: 'Allow it.',
        }),
      );
    await expect(undo(night, 'web:4')).rejects.toThrow('reading s3://x: AccessDenied');
    expect(registered(night)).toBe(0);
  });

  test('a member that no registration holds is refused, where only AWS has it', async () => {
    const night = await aNight(sevenOld());
    night.sandbox.account.deregister('web:4');
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      change: (output) => void Object.assign(output['taskDefinition'] ?? {}, { moonPhase: 'full' }),
    });
    await expect(undo(night, 'web:4')).rejects.toThrow('web:4 has moonPhase, which no registration');
  });
});

describe('a run', () => {
  test.each<{ id: string; says: string }>([
    {
      id: 'zzz',
      says: '--run: no run in s3://state/123456789012/eu-west-1 begins with zzz. The latest: run-1, run-2.',
    },
    { id: 'run-', says: '--run: 2 runs in s3://state/123456789012/eu-west-1 begin with run-, allowed: one.' },
    { id: 'run-2', says: '--run: run-2 deregistered nothing.' },
  ])('$id: $says', async ({ id, says }) => {
    const night = await aNight(sevenOld());
    await pruned(night);
    await pruned(night);
    await expect(undo(night, `--run ${id}`)).rejects.toThrow(says);
  });

  test('where there are none', async () => {
    const night = await aNight(sevenOld());
    await expect(undo(night, '--run x')).rejects.toThrow('There are no runs.');
  });
});
