// An operator pauses a run by a parameter of Systems Manager: before each pass, and before each call.
import { describe, expect, test } from 'vitest';
import { printSubject, summarize } from '../../shared/report/sections/headline.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { anAccount } from '../support/account.ts';
import {
  wrongWithPauseBefore,
  journaled,
  PAUSE_PARAMETER as NAME,
  pausable as settings,
  setTo,
  slow,
  twelveOld,
} from '../support/pausing.ts';
import { aNight, deregisteredNames, duringDeregistration, keepNewestThree, type Night } from '../support/night.ts';

const DAY_MS = 86_400_000;
const calls = ({ sandbox }: Night, operation = 'DeregisterTaskDefinition') => sandbox.calls.count(operation);

describe('while the parameter is true', () => {
  test('a run reads and reports, deregisters nothing, and does not prompt', async () => {
    const night = await aNight(twelveOld());
    setTo(night, 'true');
    let asked = 0;
    const consent = () => {
      asked++;
      return Promise.resolve();
    };
    const report = await night.prune(settings, { consent });
    expect(calls(night)).toBe(0);
    expect(journaled(night)).toBe(0);
    expect(asked).toBe(0);
    expect(report.plan?.toDeregister).toHaveLength(12);
    expect(report.results.notReached).toHaveLength(12);
    expect(report).toMatchObject({ outcome: 'OK', actionItems: [], results: { stop: { by: 'paused' } } });
    expect(night.sandbox.account.published).toHaveLength(1);
  });

  test('the subject and the sentence say so, and what ends it', async () => {
    const night = await aNight(twelveOld());
    setTo(night, ' TRUE\n');
    const report = await night.prune(settings);
    expect(printSubject(report)).toBe('[123456789012 eu-west-1] OK: paused, 0 of 12 deregistered');
    expect(summarize(report)).toBe(
      'None of 12 revisions was deregistered in account 123456789012, eu-west-1. It is paused: the parameter /ecs-revision-pruner/paused is true. The next run continues once it is false. No action required.',
    );
  });

  test('the parameter of the stack counts, and the one in the settings does not', async () => {
    const night = await aNight(twelveOld().parameter('/stack/paused', 'true'));
    const report = await night.prune(settings, { pauseParameter: '/stack/paused' });
    expect(report.results.stop?.reason).toBe('the parameter /stack/paused is true');
    expect(calls(night)).toBe(0);
  });

  test('a dry run does not read it', async () => {
    const night = await aNight(twelveOld());
    expect(await night.plan(settings)).toMatchObject({ outcome: 'PREVIEW', results: { stop: undefined } });
    expect(calls(night, 'GetParameter')).toBe(0);
  });
});

test.each(['false', ' FALSE ', 'False'])('%o does not pause a run', async (value) => {
  const night = await aNight(twelveOld());
  setTo(night, value);
  expect(deregisteredNames(await night.prune(settings))).toHaveLength(12);
});

test('without a parameter nothing is asked', async () => {
  const night = await aNight(twelveOld());
  expect(deregisteredNames(await night.prune({ ...keepNewestThree, ...slow }))).toHaveLength(12);
  expect(calls(night, 'GetParameter')).toBe(0);
});

describe('a parameter that does not say true or false', () => {
  const heldBy = async (night: Night): Promise<Report> => {
    const report = await night.prune(settings);
    expect(report).toMatchObject({ outcome: 'HELD', results: { stop: { by: 'hold' } } });
    expect(calls(night)).toBe(0);
    expect(journaled(night)).toBe(0);
    expect(report.plan?.toDeregister).toHaveLength(12);
    return report;
  };

  test.each(['', 'yes', '0', 'true false', 'x'.repeat(101)])('holds the run: %o', async (value) => {
    const night = await aNight(twelveOld());
    setTo(night, value);
    const [item] = (await heldBy(night)).actionItems;
    expect(item?.problem).toMatch(
      /^reading the pause parameter \/ecs-revision-pruner\/paused: it (is neither true nor false|has 101 bytes)/,
    );
    expect(item?.remedy).toBe(
      'Set it to true or false: `aws ssm put-parameter --name /ecs-revision-pruner/paused --value false --overwrite --region eu-west-1`',
    );
  });

  test('is not quoted, since a wrong name may be that of a secret', async () => {
    const night = await aNight(twelveOld());
    night.sandbox.account.parameters.put({ Name: NAME, Value: 'hunter2', Type: 'SecureString' });
    expect(JSON.stringify(await heldBy(night))).not.toContain('hunter2');
  });

  test('holds the run where it is missing', async () => {
    const night = await aNight(anAccount().family('web', '1-15').cluster('prod'));
    const [item] = (await heldBy(night)).actionItems;
    expect(item?.problem).toContain('ParameterNotFound');
    expect(item?.remedy).toBe(
      'Create it, or correct its name in the settings (pauseParameter): `aws ssm put-parameter --name /ecs-revision-pruner/paused --type String --value false --overwrite --region eu-west-1`',
    );
  });

  test('holds the run where reading it is denied, and names the permission', async () => {
    const night = await aNight(twelveOld());
    night.sandbox.faults.add({ operation: 'GetParameter', kind: 'deny' });
    const [item] = (await heldBy(night)).actionItems;
    expect(item?.remedy).toContain(
      'Allow ssm:GetParameter on /ecs-revision-pruner/paused in the role or user that runs this',
    );
  });

  test.each([
    { kind: 'throttle' as const },
    { kind: 'error' as const, code: 'InternalServerError', status: 500 },
    { kind: 'error' as const, code: 'NewError', status: 400 },
    { kind: 'truncate' as const },
    { kind: 'answer' as const, change: (output: Record<string, unknown>) => void delete output['Parameter'] },
  ])('holds the run where AWS answers otherwise: $kind $code', async (fault) => {
    const night = await aNight(twelveOld());
    night.sandbox.faults.add({ operation: 'GetParameter', ...fault });
    expect((await heldBy(night)).actionItems).toHaveLength(1);
  });
});

test.each([1, 2, 12])('set before call %i, no call follows that is later than 30 seconds', async (n) => {
  expect(await wrongWithPauseBefore(n)).toEqual([]);
});

test('a run that is paused midway says how far it came', async () => {
  const night = await aNight(twelveOld());
  duringDeregistration(night, 4, () => {
    setTo(night, 'true');
    night.clock.advance(30_000);
  });
  const report = await night.prune(settings);
  expect(printSubject(report)).toBe('[123456789012 eu-west-1] OK: paused, 4 of 12 deregistered');
  expect(summarize(report)).toContain('It is paused: the parameter /ecs-revision-pruner/paused is true.');
});

test('an answer counts for 30 seconds, and not longer', async () => {
  const night = await aNight(twelveOld());
  await night.prune(settings);
  const order = night.sandbox.calls
    .list()
    .map(({ operation }) => operation)
    .filter((one) => one === 'GetParameter' || one === 'DeregisterTaskDefinition');
  // Three calls after each answer.
  const reads = order.flatMap((one, index) => (one === 'GetParameter' ? [index] : []));
  expect(reads).toEqual([0, 4, 8, 12]);
  expect(order).toHaveLength(16);
});

test('a later pass of the run asks again', async () => {
  const night = await aNight(twelveOld());
  let all = 0;
  let pauses = 0;
  night.sandbox.before(({ operation }) => {
    if (operation === 'DeregisterTaskDefinition' && ++all === 2) setTo(night, 'true');
  });
  const over = { by: 'time' as const, reason: 'over', remedy: 'Later.' };
  const report = await night.prune(settings, {
    allowsMorePasses: true,
    stopRequested: () => (all === 2 && ++pauses === 1 ? over : undefined),
  });
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
  expect(report).toMatchObject({ run: { passes: 2 }, results: { stop: { by: 'paused' } } });
});

describe('deleting for good', () => {
  const after30 = { ...settings, deleteAfterDays: 30, maxDeletions: 60 };
  /** web:1 to web:40 were deregistered more than a month ago: four calls. */
  async function aMonthLater(): Promise<Night> {
    const night = await aNight(anAccount().family('web', '1-43').cluster('prod').parameter(NAME, 'false'));
    await night.prune({ ...settings, quotas: { 'task-definition-modify': { burst: 100_000, perSecond: 100_000 } } });
    night.clock.advance(31 * DAY_MS);
    return night;
  }
  const deletions = (night: Night) => calls(night, 'DeleteTaskDefinitions');

  test.each([1, 2, 3, 4])('stops at call %i where the parameter was set half a minute before', async (n) => {
    const night = await aMonthLater();
    let seen = 0;
    night.sandbox.before(({ operation }) => {
      if (operation !== 'DeleteTaskDefinitions' || ++seen !== n) return;
      setTo(night, 'true');
      night.clock.advance(30_000);
    });
    const report = await night.prune(after30);
    expect(deletions(night)).toBe(n);
    expect(report.deletions?.deleted.map(nameOf)).toHaveLength(n * 10);
    expect(report.outcome).toBe('OK');
    expect(report.deletions?.stop?.by).toBe(n === 4 ? undefined : 'paused');
    expect(printSubject(report)).toContain(n === 4 ? 'OK: nothing to deregister' : 'OK: paused, nothing to deregister');
    expect(summarize(report).match(/Deleting is paused: the parameter \S+ is true\./)?.length).toBe(
      n === 4 ? undefined : 1,
    );
  });

  test('is not begun after the passes where the parameter was set in between', async () => {
    const night = await aMonthLater();
    night.sandbox.before(({ operation }) => {
      if (operation === 'GetParameter') night.clock.advance(31_000);
    });
    let reads = 0;
    night.sandbox.faults.add({
      operation: 'GetParameter',
      kind: 'answer',
      change: (output) => {
        if (++reads > 1) output['Parameter'] = { Name: NAME, Type: 'String', Value: 'true' };
      },
    });
    const report = await night.prune(after30);
    expect(deletions(night)).toBe(0);
    expect(report.deletions).toMatchObject({ deleted: [], stop: { by: 'paused' } });
  });

  test('is not begun where the parameter cannot be read', async () => {
    const night = await aMonthLater();
    night.sandbox.before(({ operation }) => {
      if (operation === 'GetParameter') night.clock.advance(31_000);
    });
    night.sandbox.faults.add({ operation: 'GetParameter', kind: 'deny', skip: 1 });
    const report = await night.prune(after30);
    expect(deletions(night)).toBe(0);
    expect(report.deletions?.stop?.by).toBe('hold');
    expect(report.actionItems[0]?.remedy).toContain('Allow ssm:GetParameter on /ecs-revision-pruner/paused');
  });
});
