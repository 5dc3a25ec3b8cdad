// A run over several passes and processes: the deregistered revisions, the kept revisions and the report. The slow
// matrix kills the run at every call; this file has one test for each kind.
import { describe, expect, test } from 'vitest';
import type { Stop } from '../../shared/domain/apply-results.ts';
import type { RunOptions } from '../../shared/run/run.ts';
import { loadRunRecord, listRunNames } from '../../shared/state/run-records.ts';
import { openJournal } from '../../shared/state/journal.ts';
import type { Steps } from '../../shared/run/steps.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { checksummed } from '../support/checksummed.ts';
import {
  aNight,
  duringDeregistration,
  deregisteredNames,
  keepNewestThree,
  type Night,
  sevenOld,
  skippedNames,
} from '../support/night.ts';

const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
const quick = { quotas: { 'task-definition-modify': { burst: 100_000, perSecond: 100_000 } } };
const policy = { ...keepNewestThree, ...quick };

/** Limits each invocation to this number of deregistrations. Another invocation begins with each wait. */
function invocations({ sandbox }: Night, each: number): Partial<RunOptions> {
  let [since, all] = [0, 0];
  sandbox.before(({ operation }) => {
    if (operation === 'DeregisterTaskDefinition') all++;
  });
  const over: Stop = {
    by: 'time',
    reason: 'the time of this invocation is over',
    remedy: 'The rest follows.',
  };
  return {
    allowsMorePasses: true,
    stopRequested: () => {
      if (all - since < each) return undefined;
      since = all;
      return over;
    },
  };
}

const runRecordOf = async ({ state }: Night, at = -1) => {
  const name = (await listRunNames(state, target)).at(at);
  return name === undefined ? undefined : (await loadRunRecord(state, name))?.record;
};
const deregisterCalls = ({ sandbox }: Night) => sandbox.calls.count('DeregisterTaskDefinition');

describe('passes', () => {
  test('continue until the plan is empty and share one report', async () => {
    const night = await aNight(sevenOld());
    const report = await night.prune(policy, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
    expect(report).toMatchObject({ outcome: 'OK', run: { passes: 3, resumed: 0 } });
    expect(night.sandbox.account.published).toHaveLength(1);
    expect(deregisterCalls(night)).toBe(7);
  });

  test('share one cap', async () => {
    const night = await aNight(sevenOld());
    const report = await night.prune({ ...policy, maxDeregistrations: 4 }, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    expect(report.backlog.revisions).toBe(3);
  });

  test('decide again and keep a revision that is referenced meanwhile', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(
      night,
      3,
      () => void night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:6' }),
    );
    const report = await night.prune(policy, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:7']);
    expect(skippedNames(report)[0]).toContain('web:6: ');
  });

  test('keep a revision that only an earlier pass saw in use', async () => {
    const night = await aNight(sevenOld());
    const { account } = night.sandbox;
    let arn = '';
    duringDeregistration(night, 1, () => {
      arn = account.runTask({ cluster: 'prod', taskDefinition: 'web:6' })[0]?.taskArn ?? '';
      night.clock.advance(61_000);
    });
    duringDeregistration(night, 2, () => {
      account.forgetTask(arn);
    });
    const report = await night.prune(policy, invocations(night, 2));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:7']);
    expect(skippedNames(report)[0]).toContain('web:6: ');
  });

  test('deregister only revisions of the first plan after new registrations', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 2, () => {
      for (let more = 0; more < 4; more++) night.sandbox.account.registerTaskDefinition('web');
    });
    const report = await night.prune(policy, invocations(night, 2));
    expect(deregisteredNames(report)).toHaveLength(7);
    const web = night.sandbox.account.revisions.families().find(({ name }) => name === 'web');
    expect(web?.active).toBe(3 + 4);
  });

  test('end after an aborted pass', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(
      night,
      2,
      () => void night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:1' }),
    );
    const report = await night.prune(policy, invocations(night, 2));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(report).toMatchObject({ outcome: 'FAILED', results: { stop: { by: 'abort' } } });
    expect(report.results.notReached).toHaveLength(5);
  });

  test('abort on a late reference to a revision from an earlier pass', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 5, () => {
      night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:2' });
      night.clock.advance(61_000);
    });
    const report = await night.prune(policy, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5']);
    expect(report).toMatchObject({ outcome: 'FAILED', results: { stop: { by: 'abort' } } });
  });

  test('abort on a late reference that only the first reading of a later pass finds', async () => {
    const night = await aNight(sevenOld());
    const { account } = night.sandbox;
    let arn: string | undefined;
    duringDeregistration(night, 3, () => {
      arn = account.runTask({ cluster: 'prod', taskDefinition: 'web:1' })[0]?.taskArn;
    });
    night.sandbox.after(({ operation }) => {
      if (operation !== 'DescribeTasks' || arn === undefined) return;
      account.forgetTask(arn);
      arn = undefined;
    });
    const report = await night.prune(policy, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(report.results.stop?.by).toBe('abort');
  });

  test('hold the rest when a later pass cannot read the account', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 3, () => void night.sandbox.faults.add({ operation: 'ListSchedules', kind: 'deny' }));
    const report = await night.prune(policy, invocations(night, 3));
    expect(report).toMatchObject({ outcome: 'HELD', results: { skipped: [], stop: { by: 'hold' } } });
    expect(report.results.notReached).toHaveLength(4);
  });

  test('keep a revision that only the first reading of a later pass references', async () => {
    const night = await aNight(sevenOld());
    const { account } = night.sandbox;
    let arn: string | undefined;
    duringDeregistration(night, 3, () => {
      arn = account.runTask({ cluster: 'prod', taskDefinition: 'web:6' })[0]?.taskArn;
    });
    night.sandbox.after(({ operation }) => {
      if (operation !== 'DescribeTasks' || arn === undefined) return;
      account.forgetTask(arn);
      arn = undefined;
    });
    const report = await night.prune(policy, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:7']);
    expect(skippedNames(report)[0]).toMatch(/^web:6: task prod/);
  });

  test('keep the remaining revisions of a family that a later pass does not retire', async () => {
    const night = await aNight(
      anAccount().cluster('prod').family('dead', '1-4').family('web', '1').service('prod/web', 'web:1'),
    );
    const settings = { retireFamiliesAfterDays: 90, keepLatest: 1, ...quick };
    duringDeregistration(night, 1, () => {
      night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'dead:4' });
    });
    const report = await night.prune(settings, invocations(night, 1));
    expect(deregisteredNames(report)).toEqual(['dead:1']);
    expect(skippedNames(report)).toEqual([
      'dead:2: its family is not retired any more',
      'dead:3: its family is not retired any more',
      expect.stringMatching(/^dead:4: task prod/),
    ]);
  });

  test('end when runMinutes are over', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 3, () => {
      night.clock.advance(11 * 60_000);
    });
    const report = await night.prune({ ...policy, runMinutes: 10 }, invocations(night, 100));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(report.results.stop?.reason).toBe('the run has used the 10 minutes that the settings allow');
  });
});

describe('an interrupted run', () => {
  /** Repeats this step, because the process ended before it could record the result. */
  const twice = (name: string): Steps => ({
    step: async (step, work) => {
      const first = await work();
      return step === name ? work() : first;
    },
    wait: () => Promise.resolve(),
  });

  test.each(['open', 'pass 1', 'report'])('has the same result when %s runs twice', async (name) => {
    const night = await aNight(sevenOld());
    const report = await night.prune(policy, {}, twice(name));
    expect(deregisteredNames(report)).toHaveLength(7);
    expect(deregisterCalls(night)).toBe(7);
    expect(night.sandbox.account.published).toHaveLength(1);
    expect(await runRecordOf(night)).toMatchObject({ outcome: 'OK', published: true });
  });

  test('finds its deregistrations at the next attempt and reports them once', async () => {
    const night = await aNight(sevenOld());
    const report = await night.prune(policy, {}, killedAt(night, 'DeregisterTaskDefinition', 4));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
    expect(report).toMatchObject({ outcome: 'OK', run: { resumed: 1 } });
    expect(deregisterCalls(night)).toBe(7);
  });

  test('is reported once by the next run when it never continues', async () => {
    const night = await aNight(sevenOld());
    await expect(
      night.prune(policy, { id: 'first' }, killedAt(night, 'DeregisterTaskDefinition', 4, 'for good')),
    ).rejects.toThrow('killed');
    expect(night.sandbox.account.published).toHaveLength(0);
    const held = await night.prune(policy, { id: 'second' });
    expect(held).toMatchObject({ outcome: 'HELD', results: { deregistered: [] } });
    expect(held.actionItems[0]?.problem).toContain('another run holds the lock since 2026-11-24T02:30Z: first');
    night.clock.advance(41 * 60_000);
    const next = await night.prune(policy, { id: 'third' });
    expect(next.run.before).toMatchObject({ id: 'first', deregistered: 4 });
    expect(deregisteredNames(next)).toEqual(['web:5', 'web:6', 'web:7']);
    expect((await night.prune(policy, { id: 'fourth' })).run.before).toBeUndefined();
  });

  test('does nothing more for a duplicate event', async () => {
    const night = await aNight(sevenOld());
    await night.prune(policy, { id: 'event' });
    await expect(night.prune(policy, { id: 'event' })).rejects.toThrow('told no report');
    expect(night.sandbox.account.published).toHaveLength(1);
    expect(deregisterCalls(night)).toBe(7);
  });
});

describe('a run that cannot wait for the window', () => {
  const plain: Partial<RunOptions> = { skipWindowReason: () => 'not durable' };

  test('leaves its late references to the report of the next run', async () => {
    const night = await aNight(sevenOld());
    await night.prune(policy, plain);
    night.clock.advance(4 * 60_000);
    night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:3' });
    night.clock.advance(6 * 60 * 60_000);
    const next = await night.prune(policy);
    expect(next.outcome).toBe('ACTION');
    expect(next.actionItems[0]?.problem).toContain('runs web:3, which is INACTIVE');
    expect((await night.prune(policy)).outcome).toBe('OK');
  });
});

describe('journal', () => {
  test('journal: has the definition, the tags and the evidence before the deregistration', async () => {
    const night = await aNight(anAccount().family('web', '1-4', { tags: { team: 'shop' } }));
    const journal = openJournal(night.state, target);
    let read: Promise<unknown> = Promise.resolve();
    duringDeregistration(night, 1, () => {
      read = journal.read({ family: 'web', number: 1 });
    });
    await night.prune(policy, { id: 'run' });
    expect(await read).toMatchObject({
      revision: { family: 'web', number: 1 },
      run: 'run',
      definition: { family: 'web', revision: 1, status: 'ACTIVE' },
      tags: [{ key: 'team', value: 'shop' }],
      evidence: {
        newest: 4,
        readings: expect.arrayContaining([expect.objectContaining({ part: 'tasks' })]) as unknown,
      },
    });
  });

  test('journal: a revision is kept and the run is held when its entry cannot be written', async () => {
    const night = await aNight(sevenOld());
    const put = night.state.put.bind(night.state);
    night.state.put = (key, body, over) =>
      key.includes('/journal/') ? Promise.resolve('changed') : put(key, body, over);
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual([]);
    expect(report).toMatchObject({ outcome: 'HELD' });
    expect(report.results.stop?.reason).toContain('/journal/');
    expect(deregisterCalls(night)).toBe(0);
  });
});

describe('lock', () => {
  test('lock: the run stops before the next revision after another run took the lock', async () => {
    const night = await aNight(sevenOld());
    duringDeregistration(night, 2, () => {
      night.state.texts.set(`${ACCOUNT}/${REGION}/lock.json`, { body: '{}', tag: 'theirs' });
      night.clock.advance(6 * 60_000);
    });
    const report = await night.prune(policy);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
    expect(report).toMatchObject({ outcome: 'HELD', results: { stop: { by: 'hold' } } });
  });

  test('lock: a lease until the year 275760 is ignored and reported', async () => {
    const night = await aNight(sevenOld());
    const forged = { owner: { id: 'forged', by: 'x' }, since: 0, expires: 8.64e15, free: false };
    const key = `${ACCOUNT}/${REGION}/lock.json`;
    night.state.texts.set(key, { body: checksummed(1, forged), tag: 'theirs' });
    const report = await night.prune({ ...policy, maxDeregistrations: 1 });
    expect(deregisteredNames(report)).toEqual(['web:1']);
    expect(report.actionItems.map(({ problem }) => problem)).toEqual([
      `the lock s3://state/${key} had dates that no run writes, so this run took it over`,
    ]);
  });

  test('lock: a pass without the lock reads nothing', async () => {
    const night = await aNight(sevenOld());
    let inventories = 0;
    night.sandbox.before(({ operation, input }) => {
      if (operation === 'ListTaskDefinitions' && input['familyPrefix'] === undefined) inventories++;
    });
    duringDeregistration(night, 3, () => {
      night.state.texts.set(`${ACCOUNT}/${REGION}/lock.json`, { body: '{}', tag: 'theirs' });
      night.clock.advance(6 * 60_000);
    });
    const report = await night.prune(policy, invocations(night, 3));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3']);
    expect(report.results.stop?.reason).toBe('another run has taken the lock');
    expect(inventories).toBe(1);
  });

  test('lock: a run without a state store deregisters nothing', async () => {
    const night = await aNight(sevenOld());
    const report = await night.prune(policy, { stateAccess: undefined });
    expect(report).toMatchObject({ outcome: 'HELD' });
    expect(deregisterCalls(night)).toBe(0);
  });
});

/** Ends the process just after the answer to this call. Its step begins again in another process, or never. */
function killedAt({ sandbox }: Night, operation: string, nth: number, how: 'once' | 'for good' = 'once'): Steps {
  let seen = 0;
  const killed = Promise.withResolvers<never>();
  killed.promise.catch(() => undefined);
  sandbox.after((call) => {
    if (call.operation !== operation || ++seen !== nth) return undefined;
    killed.reject(new Error('killed'));
    return new Promise(() => undefined);
  });
  return {
    step: async (_name, work) => {
      try {
        return await Promise.race([work(), killed.promise]);
      } catch (error) {
        if (how === 'for good' || !(error instanceof Error) || error.message !== 'killed') throw error;
        return work();
      }
    },
    wait: () => Promise.resolve(),
  };
}
