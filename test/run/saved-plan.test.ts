// For random accounts, and random changes after a plan was saved: what is deregistered is saved, and free in a plan of that
// moment. The sandbox is the witness.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameOf, numbersIn } from '../../shared/domain/revision.ts';
import { withVerdict } from '../../shared/plan/verdict.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { toLimit, toSavedPlan } from '../../shared/run/saved-plan.ts';
import { decodeSavedPlan, encodeSavedPlan } from '../../shared/state/saved-plan.ts';
import { anAccount } from '../support/account.ts';
import { aNight, deregisteredNames } from '../support/night.ts';

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
