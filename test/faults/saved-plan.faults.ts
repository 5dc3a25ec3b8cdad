// For random accounts, and random changes after a plan was saved: what is deregistered is saved, and free in a plan of that
// moment. The sandbox is the witness.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameOf, numbersIn } from '../../shared/domain/revision.ts';
import { withVerdict } from '../../shared/plan/verdict.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { mismatchOfTarget, toLimit, toSavedPlan } from '../../shared/run/saved-plan.ts';
import { decodeSavedPlan, encodeSavedPlan, kindOfContent } from '../../shared/state/saved-plan.ts';
import { anAccount } from '../support/account.ts';
import { aPlan, aReport, denied, target } from '../support/reports.ts';
import type { RunOptions } from '../../shared/run/run.ts';
import type { Steps } from '../../shared/run/steps.ts';
import { aNight, deregisteredNames, keepNewestThree, sevenOld } from '../support/night.ts';

const DAY_MS = 86_400_000;
const quick = { quotas: { 'task-definition-modify': { burst: 100_000, perSecond: 100_000 } } };

const families = ['api', 'batch', 'web'] as const;
const aRevision = fc.tuple(fc.constantFrom(...families), fc.integer({ min: 1, max: 9 }));
type Change = readonly [kind: 'run' | 'deregister' | 'register', family: string, number: number];
const aChange: fc.Arbitrary<Change> = fc
  .tuple(fc.constantFrom('run' as const, 'deregister' as const, 'register' as const), aRevision)
  .map(([kind, [family, number]]) => [kind, family, number]);

const free = ({ plan }: Report) =>
  plan === undefined
    ? []
    : [...withVerdict(plan, 'deregister'), ...withVerdict(plan, 'deferred')].flatMap(({ family, ranges }) =>
        Array.from(numbersIn(ranges), (number) => nameOf({ family, number })),
      );

test(
  'a run with a saved plan deregisters only what was saved and what is free at that moment',
  { timeout: 120_000 },
  async () => {
    let met = 0;
    let dropped = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          tasks: fc.array(aRevision, { maxLength: 2 }),
          before: fc.array(aChange, { maxLength: 4 }),
          during: fc.array(aChange, { maxLength: 2 }),
          keepLatest: fc.integer({ min: 1, max: 3 }),
          maxDeregistrations: fc.constantFrom(3, 8, 300),
        }),
        async ({ tasks, before, during, keepLatest, maxDeregistrations }) => {
          const account = anAccount().cluster('prod');
          for (const family of families) account.family(family, '1-9');
          const night = await aNight(account);
          const { account: aws } = night.sandbox;
          const run = (family: string, number: number) => {
            if (aws.revisions.find(`${family}:${number}`)?.status === 'ACTIVE')
              aws.runTask({ cluster: 'prod', taskDefinition: `${family}:${number}` });
          };
          const apply = ([kind, family, number]: Change) => {
            if (kind === 'run') run(family, number);
            else if (kind === 'register') aws.registerTaskDefinition(family);
            else if (aws.revisions.find(`${family}:${number}`)?.status === 'ACTIVE')
              aws.deregister(`${family}:${number}`);
          };
          for (const [family, number] of tasks) run(family, number);
          const settings = { keepLatest, maxDeregistrations, ...quick };
          const document = toSavedPlan(await night.plan(settings), 0);
          if (document === undefined) throw new Error('the plan was held');
          const saved = toLimit(decodeSavedPlan(encodeSavedPlan(document)));
          before.forEach(apply);
          const atThatMoment = new Set(free(await night.plan(settings)));
          let calls = 0;
          night.sandbox.before(({ operation }) => {
            if (operation === 'DeregisterTaskDefinition' && ++calls === 2)
              during.filter(([kind]) => kind !== 'deregister').forEach(apply);
          });
          const report = await night.prune(settings, { saved });
          const names = deregisteredNames(report);
          const inPlan = new Set(saved.limit.toDeregister.map(nameOf));
          expect(names.filter((name) => !inPlan.has(name) || !atThatMoment.has(name))).toEqual([]);
          expect(night.sandbox.calls.count('DeregisterTaskDefinition')).toBe(names.length);
          met += names.length;
          dropped += report.saved?.changes.length ?? 0;
        },
      ),
      { seed: 20_261_130, numRuns: 15 },
    );
    expect(met).toBeGreaterThan(50);
    expect(dropped).toBeGreaterThan(5);
  },
);

test('a pass that has lost the first plan of its run keeps to the saved plan', async () => {
  const night = await aNight(sevenOld());
  const toDeregister = [1, 2, 3, 4].map((number) => ({ family: 'web', number }));
  let calls = 0;
  night.sandbox.before(({ operation }) => {
    if (operation === 'DeregisterTaskDefinition') calls++;
  });
  const options: Partial<RunOptions> = {
    id: 'cut-off',
    saved: { run: 'earlier', createdAt: night.clock.now(), limit: { toDeregister, retired: new Set() } },
    allowsMorePasses: true,
    stopRequested: () =>
      calls === 2 ? { by: 'time', reason: 'no time is left', remedy: 'The rest follows.' } : undefined,
  };
  const cutOff: Steps = { step: (_, work) => work(), wait: () => Promise.reject(new Error('killed')) };
  await expect(night.prune({ ...keepNewestThree, ...quick }, options, cutOff)).rejects.toThrow('killed');
  const lost = [...night.state.texts.keys()].filter((key) => key.endsWith('/found.json'));
  expect([calls, lost.length]).toEqual([2, 1]);
  for (const key of lost) night.state.texts.delete(key);
  const report = await night.prune({ ...keepNewestThree, ...quick }, { ...options, stopRequested: () => undefined });
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
  expect(calls).toBe(4);
});

test('a family that is not retired any more keeps all that the saved plan has of it', async () => {
  const account = anAccount().cluster('prod').family('dead', '1-3').family('web', '1-3').service('prod/web', 'web:3');
  const night = await aNight(account);
  const settings = { retireFamiliesAfterDays: 90, keepLatest: 5, ...quick };
  const document = toSavedPlan(await night.plan(settings), 0);
  if (document === undefined) throw new Error('the plan was held');
  expect(document.deregister).toEqual([{ family: 'dead', ranges: ['1-3'], retired: true }]);
  const saved = toLimit(decodeSavedPlan(encodeSavedPlan(document)));
  night.sandbox.account.registerTaskDefinition('dead');
  const report = await night.prune({ ...settings, keepLatest: 1 }, { saved });
  expect(deregisteredNames(report)).toEqual([]);
  expect(report.saved?.changes.map(({ ranges, change }) => [ranges, change])).toEqual([
    [[{ from: 1, upto: 2 }], 'kept now: its family is not retired any more'],
    [[{ from: 3, upto: 3 }], 'kept now: among the newest 1 registered before 25 October 2026'],
  ]);
});

test('a run with a saved plan neither proposes nor makes deletions, where one without it does both', async () => {
  const night = await aNight(sevenOld());
  await night.prune(keepNewestThree);
  night.clock.advance(31 * DAY_MS);
  const settings = { ...keepNewestThree, deleteAfterDays: 30 };
  const proposed: (number | undefined)[] = [];
  const consent = ({ deletions }: Report) => Promise.resolve(void proposed.push(deletions?.deleted.length));
  const limit = { toDeregister: [], retired: new Set<string>() };
  const saved = { run: 'earlier', createdAt: night.clock.now(), limit };
  const within = await night.prune(settings, { saved, consent });
  expect([within.deletions, night.sandbox.calls.count('DeleteTaskDefinitions')]).toEqual([undefined, 0]);
  const free = await night.prune(settings, { consent });
  expect([free.deletions?.deleted.length, night.sandbox.calls.count('DeleteTaskDefinitions')]).toEqual([7, 1]);
  expect(proposed).toEqual([undefined, 7]);
});

test('a saved plan has the time of AWS, and is judged by it', () => {
  const report = aReport({ plan: aPlan({ web: { '1': 'deregister' } }), run: { dryRun: true } });
  expect([0, 1_900, 90_000, -90_000].map((skewMs) => toSavedPlan(report, skewMs)?.created)).toEqual([
    '2026-11-24T02:30:00.000Z',
    '2026-11-24T02:30:00.000Z',
    '2026-11-24T02:31:30.000Z',
    '2026-11-24T02:28:30.000Z',
  ]);
  const plan = toSavedPlan(report, 0);
  if (plan === undefined) throw new Error('nothing was saved');
  const problemAt = (time: string) => mismatchOfTarget(plan, target, Date.parse(time))?.reason;
  expect(problemAt('2026-11-24T02:29:00.000Z')).toBeUndefined();
  expect(problemAt('2026-11-24T02:28:59.999Z')).toContain('which is in the future');
  expect(problemAt('2026-11-25T02:29:59.999Z')).toBeUndefined();
  expect(problemAt('2026-11-25T02:30:00.000Z')).toContain('a saved plan expires after 24 hours');
});

test('the plan of a run that failed or was held is not saved', () => {
  const plan = aPlan({ web: { '1': 'deregister' } });
  const failure = { operation: 'asking', reason: 'no', remedy: 'Ask again.' };
  expect(toSavedPlan(aReport({ plan, failure }), 0)).toBeUndefined();
  expect(toSavedPlan(aReport({ plan: aPlan({ web: { '1': 'hold' } }, [denied]) }), 0)).toBeUndefined();
  expect(toSavedPlan(aReport({ plan }), 0)?.deregister).toEqual([{ family: 'web', ranges: ['1'] }]);
});

test('every plan of the highest cap can be read again, also with the longest names of families', () => {
  const plan = toSavedPlan(aReport({ plan: aPlan({ web: { '1': 'deregister' } }), run: { dryRun: true } }), 0);
  if (plan === undefined) throw new Error('nothing was saved');
  const families = Array.from({ length: 100_000 }, (_, index) => `${index}`.padStart(255, '0'));
  const largest = {
    ...plan,
    counts: { ...plan.counts, planned: families.length },
    deregister: families.map((family) => ({ family, ranges: ['999999999999999'], retired: true as const })),
  };
  const content = encodeSavedPlan(largest);
  expect(decodeSavedPlan(content).deregister.length).toBe(100_000);
  expect(kindOfContent(content)).toBe('saved plan');
});
