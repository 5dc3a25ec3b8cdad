// Runs that announce before they deregister (announceNights).
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOf, numbersIn } from '../../shared/domain/revision.ts';
import { type Announced, updateAnnounced, withinAnnounced } from '../../shared/plan/announced.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { toLimit, toSavedPlan } from '../../shared/run/saved-plan.ts';
import { anAccount } from '../support/account.ts';
import {
  aNight,
  deregisteredNames,
  duringDeregistration,
  type Night,
  sevenOld,
  skippedNames,
} from '../support/night.ts';
import { aPlan } from '../support/reports.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const seven = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7'];
const settings = {
  keepLatest: 3,
  announceNights: 1,
  quotas: { 'task-definition-modify': { burst: 100_000, perSecond: 100_000 } },
};
const calls = ({ sandbox }: Night) => sandbox.calls.count('DeregisterTaskDefinition');
const waiting = ({ plan }: Report) =>
  (plan?.families ?? []).flatMap(({ family, spans }) =>
    spans.flatMap(({ ranges, verdict }) =>
      verdict.verdict === 'deferred' && verdict.announcedUntil !== undefined
        ? [...numbersIn(ranges)].map((number) => nameOf({ family, number }))
        : [],
    ),
  );
const withState = ({ state }: Night) => ({
  stateAccess: { state, writes: true, version: '0.0.0' },
  keepsRecords: true,
});

describe('with announceNights: 1', () => {
  test('the first run deregisters nothing and announces with the date, and the next night deregisters', async () => {
    const night = await aNight(sevenOld());
    const first = await night.prune(settings);
    expect(calls(night)).toBe(0);
    expect(waiting(first)).toEqual(seven);
    expect(first).toMatchObject({ outcome: 'OK', actionItems: [] });
    expect(first.notes.find((note) => note.startsWith('Announced'))).toBe(
      'Announced: 7 revisions will be deregistered from 25 November 2026, 02:30 UTC on unless something uses them',
    );
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual(seven);
  });

  test.each([
    { hours: 19, count: 0 },
    { hours: 20, count: 7 },
  ])('a run $hours hours later deregisters $count', async ({ hours, count }) => {
    const night = await aNight(sevenOld());
    await night.prune(settings);
    night.clock.advance(hours * HOUR_MS);
    expect(deregisteredNames(await night.prune(settings))).toHaveLength(count);
  });

  test('a dry run of the stack announces, so going live a night later works', async () => {
    const night = await aNight(sevenOld());
    const dry = await night.plan(settings, withState(night));
    expect(dry).toMatchObject({ outcome: 'PREVIEW' });
    expect(waiting(dry)).toEqual(seven);
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual(seven);
  });

  test('a plan shows what is announced, and announces nothing', async () => {
    const night = await aNight(sevenOld());
    const reading = { stateAccess: { state: night.state, writes: false, version: '0.0.0' } };
    const plan = await night.plan(settings, reading);
    expect(waiting(plan)).toEqual(seven);
    expect(plan.notes).toContain('A plan announces nothing: only the runs of the function and of prune do');
    expect(waiting(await night.plan(settings))).toEqual(seven);
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual([]);
  });

  test('a revision that something used in between starts again', async () => {
    const night = await aNight(sevenOld());
    await night.prune({ ...settings, announceNights: 2 });
    const [task] = night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:4' });
    night.clock.advance(DAY_MS);
    await night.prune({ ...settings, announceNights: 2 });
    night.sandbox.account.forgetTask(task?.taskArn ?? '');
    night.clock.advance(DAY_MS);
    const third = await night.prune({ ...settings, announceNights: 2 });
    expect(deregisteredNames(third)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
    expect(waiting(third)).toEqual(['web:4']);
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune({ ...settings, announceNights: 2 }))).toEqual([]);
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune({ ...settings, announceNights: 2 }))).toEqual(['web:4']);
  });

  test('a revision that a check kept just before its call starts again', async () => {
    const night = await aNight(sevenOld());
    await night.prune(settings);
    night.clock.advance(DAY_MS);
    let arn = '';
    duringDeregistration(night, 1, () => {
      arn = night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:6' })[0]?.taskArn ?? '';
      night.clock.advance(61_000);
    });
    const report = await night.prune(settings);
    expect(skippedNames(report)[0]).toContain('web:6: ');
    night.sandbox.account.forgetTask(arn);
    night.clock.advance(HOUR_MS);
    const next = await night.prune(settings);
    expect(deregisteredNames(next)).toEqual([]);
    expect(waiting(next)).toEqual(['web:6']);
  });

  test('a held run announces nothing, and takes nothing back that it would not keep', async () => {
    const night = await aNight(sevenOld());
    const deny = () => night.sandbox.faults.add({ operation: 'ListServices', kind: 'deny' });
    let allow = deny();
    expect((await night.prune(settings)).outcome).toBe('HELD');
    allow();
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual([]);
    allow = deny();
    night.clock.advance(HOUR_MS);
    await night.prune(settings);
    allow();
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual(seven);
  });

  test('a damaged record counts as nothing announced, and a note says so', async () => {
    const night = await aNight(sevenOld());
    await night.prune(settings);
    const key = [...night.state.texts.keys()].find((one) => one.endsWith('/announced.json')) ?? '';
    const stored = night.state.texts.get(key);
    night.state.texts.set(key, { tag: 'other', body: (stored?.body ?? '').replace('1-7', '1-6') });
    night.clock.advance(DAY_MS);
    const second = await night.prune(settings);
    expect(deregisteredNames(second)).toEqual([]);
    expect(second.notes.join('\n')).toContain('Everything is announced again');
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual(seven);
  });

  test('after 36 days without a run everything is announced again', async () => {
    const night = await aNight(sevenOld());
    await night.prune(settings);
    night.clock.advance(36 * DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual([]);
  });

  test('a record that cannot be written holds the run', async () => {
    const night = await aNight(sevenOld());
    await night.prune(settings);
    night.clock.advance(DAY_MS);
    const put = night.state.put.bind(night.state);
    night.state.put = (key, ...rest) =>
      key.endsWith('/announced.json') ? Promise.resolve('changed') : put(key, ...rest);
    const report = await night.prune(settings);
    expect(report.results.stop?.by).toBe('hold');
    expect(calls(night)).toBe(0);
  });

  test('a run of some families leaves what is announced of the others', async () => {
    const night = await aNight(anAccount().family('web', '1-5').family('api', '1-5').cluster('prod'));
    await night.prune(settings);
    night.clock.advance(HOUR_MS);
    await night.prune(settings, { settings: { ...(await parsed()), runFamilies: [['api']] } });
    night.clock.advance(DAY_MS);
    expect(deregisteredNames(await night.prune(settings))).toEqual(['api:1', 'web:1', 'api:2', 'web:2']);
  });

  test('a saved plan cannot go before it is announced', async () => {
    const night = await aNight(sevenOld());
    const plan = toSavedPlan(await night.plan({ ...settings, announceNights: 0 }), 0);
    if (plan === undefined) throw new Error('the plan was not saved');
    const report = await night.prune(settings, { saved: toLimit(plan) });
    expect(deregisteredNames(report)).toEqual([]);
    expect(calls(night)).toBe(0);
  });

  test('the cap counts what may be deregistered, oldest first', async () => {
    const night = await aNight(sevenOld());
    await night.prune({ ...settings, maxDeregistrations: 3 });
    night.clock.advance(DAY_MS);
    const report = await night.prune({ ...settings, maxDeregistrations: 3 });
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(report.backlog.revisions).toBe(4);
  });
});

async function parsed() {
  const { parseSettings } = await import('../../shared/settings/parse.ts');
  return parseSettings({ usedWithinDays: 0, ...settings }, 'settings of the test');
}

test('nothing is deregistered that was not planned by every run since, for that long', () => {
  const night = fc.record({
    hours: fc.integer({ min: 1, max: 60 }),
    held: fc.boolean(),
    planned: fc.uniqueArray(fc.integer({ min: 1, max: 6 })),
  });
  fc.assert(
    fc.property(fc.array(night, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (nights, wait) => {
      let announced: Announced = new Map();
      let now = 0;
      /** By number: since when each run planned it, counted apart from the record. */
      const since = new Map<number, number>();
      for (const { hours, held, planned } of nights) {
        now += hours * HOUR_MS;
        const verdicts: Record<string, string> = { '7': 'newest: the newest of its family' };
        for (const number of [1, 2, 3, 4, 5, 6]) {
          const isPlanned = planned.includes(number);
          verdicts[String(number)] = isPlanned ? (held ? 'hold' : 'deregister') : 'referenced: a task runs it';
          if (!isPlanned) since.delete(number);
          else if (!held) since.set(number, since.get(number) ?? now);
        }
        const plan = aPlan({ web: verdicts }, ...(held ? [[problem]] : []));
        announced = updateAnnounced(announced, plan, now, () => true);
        const limited = withinAnnounced(announced, plan, { nights: wait, now, cap: 100 });
        const ripe = [...since].filter(([, at]) => now - at >= (wait * 24 - 4) * HOUR_MS).map(([number]) => number);
        expect(limited.toDeregister.map(({ number }) => number)).toEqual(held ? [] : ripe.toSorted((a, b) => a - b));
      }
    }),
    { seed: 14, numRuns: 300 },
  );
});

const problem = { part: 'services', kind: 'denied', operation: 'reading', reason: 'no', remedy: 'Allow.' } as const;
