// Nights that go on from each other: what was used is found out, kept and believed; what was counted is compared; and
// whatever the state cannot give holds the run.
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { ecsReader } from '../../shared/aws/ecs.ts';
import { callNames } from '../../shared/read/usage/trail-record.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { Tally } from '../../shared/aws/tally.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { openStore } from '../../shared/state/open-store.ts';
import type { StateStore } from '../../shared/state/store.ts';
import { type AccountBuilder, anAccount, daysBefore, revisionArn } from '../support/account.ts';
import { aNight, asText, connectTo, deregisteredNames, type Night } from '../support/night.ts';
import { checksummed } from '../support/checksummed.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const settings = { keepLatest: 1, usedWithinDays: 30 };
const usageKey = '123456789012/eu-west-1/usage.json';
const countsKey = '123456789012/eu-west-1/counts.json';
const immutableKey = '123456789012/eu-west-1/immutable.json';

const ran = (name: string) => ({
  requestParameters: { taskDefinition: name },
  responseElements: { tasks: [{ taskDefinitionArn: revisionArn(name) }] },
});

/** Nights on one account whose state is in a bucket of it. */
async function nights(account: AccountBuilder) {
  const night = await aNight(account.bucket('kept'), { quotas: 'none' });
  // The SDK takes an hour that is not this machine's for a wrong clock, and asks six times for what is not there.
  vi.useFakeTimers({ toFake: ['Date'], now: night.clock.now() });
  night.clock.onMove(() => vi.setSystemTime(night.clock.now()));
  onTestFinished(() => void vi.useRealTimers());
  const aws = connectTo(night.sandbox, night.clock, new Pacer(night.clock, 0.5));
  onTestFinished(() => {
    aws.close();
  });
  const state = await openStore('s3://kept/pruner', aws);
  const keeping = { state, writes: true, version: '1.0.0' };
  return {
    ...night,
    aws,
    state,
    plan: (more = {}, writes = true) => night.plan({ ...settings, ...more }, { stateAccess: { ...keeping, writes } }),
    prune: (more = {}) => night.prune({ ...settings, ...more }, { stateAccess: keeping }),
    toNextNight: () => {
      night.clock.advance(day);
    },
  };
}

const envelope = z.object({ format: z.number(), value: z.record(z.string(), z.unknown()) });
const recordOf = async (state: StateStore, key = usageKey): Promise<Record<string, unknown>> =>
  envelope.parse(JSON.parse((await state.get(key))?.body ?? '')).value;
const lessUse = (body: string) => body.replace(/\[2,\d+\]/, '');
const withoutChecksum = (body: string) => body.replace(/"sha256":"\w+",/, '');
const faultsOf = ({ plan }: Report) => plan?.hold?.problems.map(({ part, kind }) => `${part} ${kind}`);

describe('recently-used', () => {
  test('keeps revisions that CloudTrail shows in the last days, and deregisters those that were used earlier', async () => {
    const account = anAccount()
      .family('web', '1-6')
      .event('RunTask', daysBefore(3), ran('web:2'))
      .event('RunTask', daysBefore(33), ran('web:3'))
      .event('UpdateService', daysBefore(9), {
        errorCode: 'ClientException',
        requestParameters: { taskDefinition: 'web:4' },
        responseElements: null,
      });
    const { prune } = await nights(account);
    const report = await prune();
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:3', 'web:5']);
    expect(report).toMatchObject({ outcome: 'OK', notes: [] });
  });

  test('keeps everything until the days are known, over three nights that each continue where the last one ended', async () => {
    const account = anAccount().family('web', '1-5').event('RunTask', daysBefore(20), ran('web:2'));
    // A caller starts a task every forty minutes, 36 times a day. In twelve seconds there are thirteen calls: one for each of six
    // names that have none, and seven pages of fifty, which are not quite ten days. Twenty more take three nights at the most.
    for (let ago = 400; ago >= 1; ago--) account.event('RunTask', daysBefore(ago / 36), ran('web:5'));
    const { prune, state, toNextNight, sandbox } = await nights(account);
    const few = { usageSeconds: 12, quotas: { cloudtrail: { burst: 1, perSecond: 1 } } };

    const first = await prune(few);
    expect(asText(first.plan)).toEqual([
      'web  1-4  keep  recently-used',
      'web  5  keep  newest, keep-latest, recently-used',
    ]);
    expect(first.outcome).toBe('OK');
    expect(first.notes).toEqual([
      'Usage is known since 14 November 2026; 30 days will be covered on 27 November 2026, and until then every revision stays',
    ]);
    expect(await recordOf(state)).toMatchObject({
      lastUsed: [['web', [[5, expect.any(Number)]]]],
    });

    toNextNight();
    sandbox.calls.clear();
    const second = await prune({ ...few, usageSeconds: 16 });
    expect(deregisteredNames(second)).toEqual(['web:1', 'web:3', 'web:4']);
    expect(second.notes).toEqual([]);

    toNextNight();
    sandbox.calls.clear();
    const third = await prune(few);
    expect(deregisteredNames(third)).toEqual([]);
    expect(asText(third.plan)).toEqual([
      'web  2  keep  recently-used',
      'web  5  keep  newest, keep-latest, recently-used',
    ]);
    expect(sandbox.calls.count('LookupEvents')).toBe(7);
  });

  test('keeps a revision that an earlier night saw in use, although no source shows it any more', async () => {
    const { prune, toNextNight, sandbox } = await nights(anAccount().family('web', '1-4').task('prod', 'web:2'));
    expect(deregisteredNames(await prune())).toEqual(['web:1', 'web:3']);
    for (const { taskArn } of sandbox.account.tasks.in('arn:aws:ecs:eu-west-1:123456789012:cluster/prod'))
      sandbox.account.forgetTask(taskArn);
    toNextNight();
    expect(deregisteredNames(await prune())).toEqual([]);
    // For thirty days, less the seconds that pass in a run.
    for (let night = 2; night <= 29; night++) toNextNight();
    expect(deregisteredNames(await prune())).toEqual([]);
    toNextNight();
    expect(deregisteredNames(await prune())).toEqual(['web:2']);
  });

  test('keeps the revision of a task that an operator started between two nights and that ended before the second', async () => {
    const { plan, prune, aws, clock, toNextNight, sandbox } = await nights(
      anAccount().family('web', '1-4').cluster('prod'),
    );
    await plan();
    await ecsReader(aws, new Tally()).send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web:3' }));
    for (const { taskArn } of sandbox.account.tasks.in('arn:aws:ecs:eu-west-1:123456789012:cluster/prod'))
      sandbox.account.forgetTask(taskArn);
    toNextNight();
    clock.advance(minute);
    expect(deregisteredNames(await prune())).toEqual(['web:1', 'web:2']);
  });

  test('a preview reads what is known, and leaves nothing behind', async () => {
    const { plan, state, sandbox } = await nights(anAccount().family('web', '1-3'));
    await plan({}, false);
    expect(await state.list('')).toEqual([]);
    await plan();
    expect(await state.list('')).toEqual([countsKey, immutableKey, usageKey]);
    const before = (await state.get(usageKey))?.tag;
    sandbox.calls.clear();
    const report = await plan({}, false);
    expect(report.readings.find(({ part }) => part === 'state')).toMatchObject({ items: 3 });
    expect(sandbox.calls.count('PutObject')).toBe(0);
    expect((await state.get(usageKey))?.tag).toBe(before);
  });

  test('left out, or turned off, it is not read, and the report says so', async () => {
    const { plan, sandbox } = await nights(anAccount().family('web', '1-3'));
    const leftOut = await plan({ without: ['usage'] });
    const turnedOff = await plan({ usedWithinDays: 0 });
    expect(sandbox.calls.count('LookupEvents')).toBe(0);
    expect([leftOut, turnedOff].map(({ unread }) => unread.find(({ name }) => name === 'usage')?.reason)).toEqual([
      'left out by the settings (without)',
      'turned off by the settings (usedWithinDays: 0)',
    ]);
    expect(leftOut.plan?.toDeregister).toHaveLength(2);
  });

  test('an uninterpretable record keeps everything, and the report shows which one', async () => {
    const account = anAccount()
      .family('web', '1-3')
      .event('RunTask', daysBefore(10), { requestParameters: null, responseElements: null });
    const { plan } = await nights(account);
    const report = await plan();
    expect(report.plan?.toDeregister).toEqual([]);
    expect(report.notes).toEqual([
      'Usage is known since 14 November 2026; 30 days will be covered on 14 December 2026, and until then every revision stays. An earlier CloudTrail record could not be interpreted: RunTask of 2026-11-14 02:30 UTC (event event-1): its requestParameters are missing or cut off. To ignore usage: `without: [usage]`',
    ]);
  });

  test('without a state each run begins anew, and says so', async () => {
    const night = await aNight(anAccount().family('web', '1-3'), { quotas: 'none' });
    const report = await night.plan(settings);
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(['web:1', 'web:2']);
    expect(report.notes).toEqual(['Without a state store, each run reads usage from the start']);
  });
});

describe('a history that cannot be had', () => {
  test.each([
    { what: 'denied', fault: { kind: 'deny' }, kind: 'denied' },
    { what: 'cut short', fault: { kind: 'truncate' }, kind: 'unreachable' },
    { what: 'refused for its pace for good', fault: { kind: 'throttle' }, kind: 'throttled' },
  ] as const)('$what: the run is held, and the line that leaves it out is named', async ({ fault, kind }) => {
    const { prune, state, sandbox, toNextNight } = await nights(anAccount().family('web', '1-3'));
    const repair = sandbox.faults.add({ operation: 'LookupEvents', ...fault });
    const report = await prune();
    expect(report.outcome).toBe('HELD');
    expect(faultsOf(report)).toEqual([`usage ${kind}`]);
    expect(report.actionItems[0]?.remedy).toContain('`without: [usage]`');
    const { coveredSince, coveredUntil } = await recordOf(state);
    expect(coveredSince).toBe(coveredUntil);
    repair();
    toNextNight();
    expect(deregisteredNames(await prune())).toEqual(['web:1', 'web:2']);
  });
});

describe('a state that cannot be had', () => {
  test.each([
    { what: 'a damaged record of usage', key: usageKey, body: '{"format":1,' },
    { what: 'one of another format', key: usageKey, body: '{"format":9}' },
    { what: 'a damaged record of counts', key: countsKey, body: '[]' },
  ])('$what holds the run, references it, and is left as it is', async ({ key, body }) => {
    const { prune, state } = await nights(anAccount().family('web', '1-3'));
    await state.put(key, body, 'absent');
    const report = await prune();
    expect(report.outcome).toBe('HELD');
    expect(faultsOf(report)).toEqual(['state incomplete']);
    expect(report.actionItems[0]?.problem).toContain(`reading s3://kept/pruner/${key} failed`);
    expect((await state.get(key))?.body).toBe(body);
    const others = /\/(lock\.json|trend\.json|runs\/.*)$/;
    expect((await state.list('')).filter((one) => !others.test(one))).toEqual([key]);
  });

  test.each([
    { what: 'usage that lost a use, without a new checksum', key: usageKey, change: lessUse },
    { what: 'counts that lost their checksum', key: countsKey, change: withoutChecksum },
  ])('$what holds the run', async ({ key, change }) => {
    const { plan, prune, state, toNextNight } = await nights(anAccount().family('web', '1-3').task('prod', 'web:2'));
    await plan();
    const kept = await state.get(key);
    const body = change(kept?.body ?? '');
    expect(body).not.toBe(kept?.body);
    await state.put(key, body, kept ?? 'absent');
    toNextNight();
    const report = await prune();
    expect(deregisteredNames(report)).toEqual([]);
    expect(faultsOf(report)).toEqual(['state incomplete']);
    expect(report.actionItems[0]?.problem).toContain(`${key} failed: it `);
  });

  test('a damaged memory is read again, replaced and reported', async () => {
    const { prune, state, toNextNight } = await nights(anAccount().family('web', '1-3'));
    await state.put(immutableKey, '{"format":4,"version":"1.0.0","members":[]}', 'absent');
    const report = await prune();
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(report.notes).toEqual([
      `reading s3://kept/pruner/${immutableKey}: this version does not know its format: 4. All of it was read again`,
    ]);
    toNextNight();
    expect((await prune()).notes).toEqual([]);
  });

  test('a denied one holds the run and references the permission', async () => {
    const { plan, prune, sandbox } = await nights(anAccount().family('web', '1-3'));
    sandbox.faults.add({ operation: 'GetObject', kind: 'deny' });
    const report = await plan();
    expect(faultsOf(report)).toEqual(['state denied', 'state denied', 'state denied']);
    expect(report.actionItems[0]?.remedy).toContain('Allow s3:GetObject and s3:ListBucket');
    const held = await prune();
    expect(held).toMatchObject({ outcome: 'HELD', results: { deregistered: [] } });
    expect(held.actionItems[0]?.remedy).toContain('Allow s3:GetObject and s3:ListBucket');
    expect(sandbox.calls.count('LookupEvents')).toBe(0);
  });

  test('one that cannot be written is said in a dry run, and holds one that deregisters', async () => {
    const { plan, prune, sandbox } = await nights(anAccount().family('web', '1-3'));
    sandbox.faults.add({ operation: 'PutObject', kind: 'deny' });
    const allow = 'Allow s3:PutObject on the bucket and its objects';
    const report = await plan();
    expect(report.plan?.toDeregister.map(nameOf)).toEqual(['web:1', 'web:2']);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems.map(({ remedy }) => remedy.split(' in the')[0])).toContain(allow);
    const held = await prune();
    expect(held).toMatchObject({ outcome: 'HELD', results: { deregistered: [] } });
    expect(held.actionItems[0]?.remedy).toContain(allow);
    expect(sandbox.calls.count('DeregisterTaskDefinition')).toBe(0);
  });

  test('what another run has written meanwhile is joined, not lost', async () => {
    const { plan, state, sandbox, clock } = await nights(anAccount().family('web', '1-3').task('prod', 'web:1'));
    const theirs = checksummed(
      2,
      {
        calls: callNames,
        coveredSince: clock.now() - 2 * day,
        coveredUntil: clock.now() - hour,
        lastUsed: [['api', [[7, clock.now() - day]]]],
      },
      usageKey,
    );
    let written = false;
    sandbox.before(async ({ operation, input }) => {
      if (operation !== 'PutObject' || written || !String(input['Key']).endsWith('usage.json')) return;
      written = true;
      await state.put(usageKey, theirs, 'absent');
    });
    await plan();
    expect(await recordOf(state)).toMatchObject({
      lastUsed: [
        ['web', [[1, expect.any(Number)]]],
        ['api', [[7, expect.any(Number)]]],
      ],
    });
  });
});

describe('collapsed', () => {
  const services = () => {
    const account = anAccount().family('web', '1-9');
    for (let name = 1; name <= 4; name++) account.service(`prod/s${name}`, `web:${name}`);
    return account;
  };
  const removeAll = ({ sandbox }: Pick<Night, 'sandbox'>) => {
    for (let name = 1; name <= 4; name++)
      sandbox.account.deleteService({ cluster: 'prod', service: `s${name}`, force: true });
    for (const { taskArn } of sandbox.account.tasks.in('arn:aws:ecs:eu-west-1:123456789012:cluster/prod'))
      sandbox.account.forgetTask(taskArn);
  };

  test('holds the run when all services vanish over night, and continues on another night with the same counts', async () => {
    const night = await nights(services());
    expect(deregisteredNames(await night.prune({ usedWithinDays: 0 }))).toEqual(['web:5', 'web:6', 'web:7', 'web:8']);
    removeAll(night);
    night.toNextNight();
    const second = await night.prune({ usedWithinDays: 0 });
    expect(second.outcome).toBe('HELD');
    expect(faultsOf(second)).toEqual(['services collapsed']);
    expect(second.actionItems[0]?.problem).toContain('counting services failed: 4 at the last full run, 0 now');
    night.clock.advance(hour);
    expect((await night.prune({ usedWithinDays: 0 })).outcome).toBe('HELD');
    night.toNextNight();
    expect(deregisteredNames(await night.prune({ usedWithinDays: 0 }))).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
  });

  test('a run that was not read to its end teaches nothing', async () => {
    const night = await nights(services());
    await night.plan({ usedWithinDays: 0 });
    const before = (await night.state.get(countsKey))?.body;
    removeAll(night);
    night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' });
    await night.plan({ usedWithinDays: 0 });
    expect((await night.state.get(countsKey))?.body).toBe(before);
  });
});

test('a folder does what a bucket does', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pruner-nights-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const night = await aNight(anAccount().family('web', '1-3').task('prod', 'web:1'), { quotas: 'none' });
  const aws = connectTo(night.sandbox, night.clock, new Pacer(night.clock, 0.5));
  const state = await openStore(folder, aws);
  aws.close();
  const keeping = { state, writes: true, version: '1.0.0' };
  await night.plan(settings, { stateAccess: keeping });
  expect(await state.list('')).toEqual([countsKey, immutableKey, usageKey]);
  night.clock.advance(day);
  expect((await night.plan(settings, { stateAccess: keeping })).notes).toEqual([]);
});
