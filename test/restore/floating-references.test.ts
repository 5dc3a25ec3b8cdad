// The effect of a restore on floating references: a copy becomes the newest revision of its family.
import { describe, expect, test } from 'vitest';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { aNight, sevenOld } from '../support/night.ts';
import { afterANight, containing, countRegistrations, linesOf, previewRestore, runRestore } from './run-restore.ts';

describe('floating references', () => {
  const floating = () =>
    sevenOld().schedule('nightly', 'web:9', {
      Target: {
        Arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`,
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/start`,
        EcsParameters: { TaskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/web` },
      },
    });

  test('are found, with the revision that they start now', async () => {
    const night = await afterANight(floating());
    const { families } = await previewRestore(night, 'web:4');
    expect(families).toMatchObject([
      {
        family: 'web',
        newest: 10,
        former: 10,
        floating: [{ source: 'schedules', referrer: containing('schedule/default/nightly') }],
      },
    ]);
  });

  test('keep their target with --on-top, which registers the former newest revision last', async () => {
    const night = await afterANight(floating());
    expect(linesOf(await runRestore(night, 'web:4 web:5', { onTop: true }))).toEqual([
      'web:4 restored as 11',
      'web:5 restored as 12',
      'web:10 restored as 13 on top',
    ]);
  });

  test('get their target back with a later --on-top, which registers it only once', async () => {
    const night = await afterANight(floating());
    await runRestore(night, 'web:4 web:5');
    expect(linesOf(await runRestore(night, 'web:4 web:5', { onTop: true }))).toEqual([
      'web:4 restored before as 11',
      'web:5 restored before as 12',
      'web:10 restored as 13 on top',
    ]);
    expect(linesOf(await runRestore(night, 'web:4 web:5', { onTop: true }))).toEqual([
      'web:4 restored before as 11',
      'web:5 restored before as 12',
    ]);
    expect(countRegistrations(night)).toBe(3);
  });

  test('need no --on-top where no revision was ACTIVE', async () => {
    const night = await aNight(anAccount().family('web', '1-2', { status: 'INACTIVE' }));
    expect(linesOf(await runRestore(night, 'web:1', { onTop: true }))).toEqual(['web:1 restored as 3']);
    expect(linesOf(await runRestore(night, 'web:1', { onTop: true }))).toEqual(['web:1 restored before as 3']);
  });

  test('do not get a former newest revision back that a caller deregistered meanwhile', async () => {
    const night = await afterANight();
    night.sandbox.after(({ operation }) => {
      if (operation === 'RegisterTaskDefinition') night.sandbox.account.deregister('web:10');
    });
    const outcome = await runRestore(night, 'web:4', { onTop: true });
    expect(linesOf(outcome)).toEqual(['web:4 restored as 11', 'web:10 failed on top']);
    expect(outcome.results[1]).toMatchObject({ reason: 'web:10 is INACTIVE' });
  });

  test('stay on a revision that a deployment registers during the restore', async () => {
    const night = await afterANight();
    let calls = 0;
    night.sandbox.after(({ operation }) => {
      if (operation === 'RegisterTaskDefinition' && ++calls === 1) night.sandbox.account.registerTaskDefinition('web');
    });
    const outcome = await runRestore(night, 'web:2 web:3 web:4', { onTop: true });
    expect(linesOf(outcome)).toEqual([
      'web:2 restored as 11',
      'web:3 not reached',
      'web:4 not reached',
      'stop: web:12 was registered meanwhile, and is the newest now',
    ]);
  });

  test('stay on a revision that a deployment registers before the consent', async () => {
    const night = await afterANight();
    const outcome = await runRestore(night, 'web:2', {
      consent: () => {
        night.sandbox.account.registerTaskDefinition('web');
        return Promise.resolve();
      },
    });
    expect(linesOf(outcome)).toEqual([
      'web:2 not reached',
      'stop: web:11 was registered meanwhile, and is the newest now',
    ]);
    expect(countRegistrations(night)).toBe(0);
  });

  test('are reported beside references to the old number', async () => {
    const night = await afterANight();
    // Within the window, AWS still accepts an INACTIVE revision.
    night.sandbox.account.createService({ cluster: 'prod', serviceName: 'web', taskDefinition: 'web:4' });
    const outcome = await runRestore(night, 'web:4');
    expect(outcome.preview.pinned).toMatchObject([{ source: 'services', relation: 'deploys' }]);
  });

  test('may be incomplete: a restore continues without a source that cannot be read, and reports it', async () => {
    const night = await afterANight(floating());
    night.sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny' });
    const outcome = await runRestore(night, 'web:4');
    expect(linesOf(outcome)).toEqual(['web:4 restored as 11']);
    expect(outcome.preview.problems).toMatchObject([{ part: 'schedules', kind: 'denied' }]);
  });
});
