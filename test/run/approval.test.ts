// A run whose approval comes hours later, in one process and on the test's clock: everything that is decided anew,
// and every answer that comes too late or to another state of things.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../shared/report/model/report.ts';
import { judge } from '../../shared/run/approval.ts';
import { needsApproval } from '../../shared/run/propose.ts';
import type { RunOptions } from '../../shared/run/run.ts';
import { acquireLock, Lock } from '../../shared/state/lock.ts';
import { inProcess, type Received, type Steps } from '../../shared/run/steps.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import { anAnswer, approvedText, OPERATOR } from '../support/approved-text.ts';
import { aNight, deregisteredNames, keepNewestThree, type Night, sevenOld } from '../support/night.ts';
import { PAUSE_PARAMETER, setTo } from '../support/pausing.ts';

const HOUR_MS = 3_600_000;
const seven = ['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7'];
const asks: Partial<RunOptions> = { approval: 'asks' };

function stored({ state }: Night, name: string): string {
  const key = [...state.texts.keys()].findLast((one) => one.endsWith(`/${name}`)) ?? '';
  return state.texts.get(key)?.body ?? '';
}

/** Steps that answer the question once `meanwhile` is over. */
function answering(
  night: Night,
  { afterMs = HOUR_MS, meanwhile, received }: { afterMs?: number; meanwhile?: () => unknown; received?: Received } = {},
): Steps {
  return {
    ...inProcess({ clock: night.clock }),
    ask: () =>
      Promise.resolve({
        id: 'YXNr',
        answer: async () => {
          const text = approvedText(stored(night, 'question.json'));
          night.clock.advance(afterMs);
          await meanwhile?.();
          return received ?? { kind: 'success', text };
        },
      }),
  };
}

const reasonOf = ({ results }: Report) => results.stop?.reason;

describe('an approved run', () => {
  test('has the whole runMinutes for its work, whatever the wait was', async () => {
    const night = await aNight(sevenOld());
    const steps = answering(night, { afterMs: 10 * HOUR_MS });
    const report = await night.prune({ ...keepNewestThree, runMinutes: 10 }, asks, steps);
    expect(deregisteredNames(report)).toEqual(seven);
    expect(report.approval?.answer).toMatchObject({ outcome: 'approved', by: OPERATOR });
  });

  test('counts the newest of a family as they are by then', async () => {
    const night = await aNight(sevenOld());
    const meanwhile = () => {
      for (const number of [8, 9, 10]) night.sandbox.account.deregister(`web:${number}`);
    };
    const report = await night.prune(keepNewestThree, asks, answering(night, { meanwhile }));
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    expect(report.plan?.families.map(({ newest }) => newest)).toEqual([7]);
  });

  test('forgets what a pass that was cut short had read before the question', async () => {
    const night = await aNight(sevenOld());
    let isShort = true;
    const outOfTime = () => isShort && night.sandbox.calls.count('ListServices') > 0;
    const meanwhile = () => {
      for (const number of [8, 9, 10]) night.sandbox.account.deregister(`web:${number}`);
    };
    const steps = answering(night, { meanwhile });
    const wait: Steps['wait'] = async (name, seconds) => {
      isShort = false;
      await steps.wait(name, seconds);
    };
    const options = { ...asks, allowsMorePasses: true, outOfTime };
    const report = await night.prune(keepNewestThree, options, { ...steps, wait });
    expect(report.run.passes).toBe(3);
    expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4']);
    // The check before each call would keep the others, too.
    expect([report.plan?.families.map(({ newest }) => newest), report.results.skipped]).toEqual([[7], []]);
  });

  test('keeps what is in use by then, and lists it', async () => {
    const night = await aNight(sevenOld());
    const meanwhile = () => night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:3' });
    const report = await night.prune(keepNewestThree, asks, answering(night, { meanwhile }));
    expect(deregisteredNames(report)).toEqual(seven.filter((name) => name !== 'web:3'));
    expect(report.saved?.changes.map(({ family, change }) => `${family}: ${change}`)).toEqual([
      expect.stringMatching(/^web: kept now: task /),
    ]);
  });

  test('is paused by a parameter that was set while it waited', async () => {
    const night = await aNight(sevenOld().parameter(PAUSE_PARAMETER, 'false'));
    const settings = { ...keepNewestThree, pauseParameter: PAUSE_PARAMETER };
    const report = await night.prune(settings, asks, answering(night, { meanwhile: () => setTo(night, 'true') }));
    expect([report.results.stop?.by, deregisteredNames(report)]).toEqual(['paused', []]);
  });

  test('asks nothing while it is paused', async () => {
    const night = await aNight(sevenOld().parameter(PAUSE_PARAMETER, 'true'));
    const report = await night.prune({ ...keepNewestThree, pauseParameter: PAUSE_PARAMETER }, asks, answering(night));
    expect([report.results.stop?.by, stored(night, 'question.json')]).toEqual(['paused', '']);
  });

  test('announces first, and asks only about what was announced long enough', async () => {
    const night = await aNight(sevenOld());
    const settings = { ...keepNewestThree, announceNights: 1 };
    const first = await night.prune(settings, asks, answering(night));
    expect([first.approval, deregisteredNames(first)]).toEqual([undefined, []]);
    night.clock.advance(24 * HOUR_MS);
    const second = await night.prune(settings, asks, answering(night));
    expect(second.approval?.revisions).toBe(7);
    expect(deregisteredNames(second)).toEqual(seven);
  });

  test('deregisters nothing while another run holds the lock', async () => {
    const night = await aNight(sevenOld());
    const key = `${ACCOUNT}/${REGION}/lock.json`;
    const meanwhile = async () => {
      const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
      const owner = { id: 'restore-1', by: 'command line (restore)' };
      const { state, clock } = night;
      expect(await acquireLock({ state, target, owner, clock, now: () => clock.now() })).toBeInstanceOf(Lock);
    };
    const report = await night.prune(keepNewestThree, asks, answering(night, { meanwhile }));
    expect([report.outcome, deregisteredNames(report)]).toEqual(['HELD', []]);
    expect(reasonOf(report)).toContain('another run holds the lock');
    expect(night.state.texts.get(key)?.body).toContain('restore-1');
  });
});

test.each([
  { what: 'ends just then', releasedBefore: 'pass 2' },
  { what: 'ends while the step of the answer is repeated', releasedBefore: 'answer' },
])('a run ends whose lock another run holds when the answer comes, also where that run $what', async (given) => {
  const night = await aNight(sevenOld());
  const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
  const owner = { id: 'later', by: 'function' };
  const { state, clock } = night;
  let lock: Awaited<ReturnType<typeof acquireLock>> | undefined;
  const meanwhile = async () => {
    lock = await acquireLock({ state, target, owner, clock, now: () => clock.now() });
  };
  const steps = answering(night, { meanwhile });
  const report = await night.prune(keepNewestThree, asks, {
    ...steps,
    step: async (name, work) => {
      if (name === given.releasedBefore && name === 'answer') await steps.step(name, work);
      if (name === given.releasedBefore && lock instanceof Lock) await lock.release();
      return steps.step(name, work);
    },
  });
  expect([report.outcome, deregisteredNames(report)]).toEqual(['HELD', []]);
  expect(reasonOf(report)).toContain('another run holds the lock');
});

describe('an approval is refused', () => {
  test('when the run goes on more than a quarter of an hour after the deadline', async () => {
    const night = await aNight(sevenOld());
    const steps = answering(night, { afterMs: 20.3 * HOUR_MS });
    const report = await night.prune(keepNewestThree, asks, steps);
    expect([report.outcome, deregisteredNames(report)]).toEqual(['ACTION', []]);
    expect(reasonOf(report)).toBe('not approved: the answer was refused: it came too late');
    expect(
      deregisteredNames(await night.prune(keepNewestThree, asks, answering(night, { afterMs: 20.2 * HOUR_MS }))),
    ).toEqual(seven);
  });

  test('when prune of an operator has run since, also if it was declined', async () => {
    const night = await aNight(sevenOld());
    const consent = () => Promise.reject(new Error('declined'));
    const meanwhile = () => night.prune(keepNewestThree, { by: 'command line', consent }).catch(() => undefined);
    const report = await night.prune(keepNewestThree, asks, answering(night, { meanwhile }));
    expect(deregisteredNames(report)).toEqual([]);
    expect(reasonOf(report)).toMatch(/^not approved: the answer was refused: run run-2 has begun since/);
  });

  test('when the stored plan is gone', async () => {
    const night = await aNight(sevenOld());
    const meanwhile = () => {
      for (const key of night.state.texts.keys()) if (key.endsWith('/proposal.json')) night.state.texts.delete(key);
    };
    const report = await night.prune(keepNewestThree, asks, answering(night, { meanwhile }));
    expect(deregisteredNames(report)).toEqual([]);
    expect(reasonOf(report)).toContain('/proposal.json: it is not there');
  });
});

describe('records that were changed while a run waited', () => {
  const damages = {
    gone: () => undefined,
    empty: () => '',
    'cut off': (text: string) => text.slice(0, text.length / 2),
    'another record': () => '{"format":1,"sha256":"0","value":{}}',
    'of __proto__': (text: string) => text.replace('{', '{"__proto__":{"outcome":"approved"},'),
    'nested too deep': () => '['.repeat(100_000),
  } satisfies Record<string, (text: string) => string | undefined>;
  const deregisteredAfter = async (name: string, damage: (text: string) => string | undefined) => {
    const night = await aNight(sevenOld());
    let text = '';
    const meanwhile = () => {
      const [key = '', record = { body: '', tag: '' }] =
        [...night.state.texts].findLast(([one]) => one.endsWith(`/${name}`)) ?? [];
      text = approvedText(stored(night, 'question.json'));
      const body = damage(record.body);
      if (body === undefined) night.state.texts.delete(key);
      else night.state.texts.set(key, { ...record, body });
    };
    const steps = answering(night, { meanwhile });
    const ask: Steps['ask'] = async (...given) => {
      const question = await steps.ask?.(...given);
      const answer = async () => {
        await question?.answer();
        return { kind: 'success' as const, text };
      };
      return { id: question?.id ?? '', answer };
    };
    return deregisteredNames(await night.prune(keepNewestThree, asks, { ...steps, ask }));
  };

  test.each(Object.entries(damages))('deregister nothing where the plan or the run record is %s', async (_, damage) => {
    expect(await deregisteredAfter('proposal.json', damage)).toEqual([]);
    expect(await deregisteredAfter('ledger.json', damage)).toEqual([]);
  });

  test.each(Object.entries(damages))('change nothing where the question or the findings are %s', async (_, damage) => {
    expect(await deregisteredAfter('question.json', damage)).toEqual(seven);
    expect(await deregisteredAfter('found.json', damage)).toEqual(seven);
  });
});

test('a family that is named as a prototype is approved as any other', async () => {
  const night = await aNight(anAccount().family('__proto__', '1-5').family('constructor', '1-5').cluster('prod'));
  const report = await night.prune({ keepLatest: 3 }, asks, answering(night));
  expect(deregisteredNames(report).toSorted()).toEqual([
    '__proto__:1',
    '__proto__:2',
    'constructor:1',
    'constructor:2',
  ]);
});

describe('the judgement of an answer', () => {
  const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
  const plan = 'a'.repeat(64);
  const of = { id: 'run-1', target, plan };
  const valid = anAnswer({ run: 'run-1', plan });

  test.each<{ what: string; received: Received; outcome: string }>([
    { what: 'an approval', received: { kind: 'success', text: valid }, outcome: 'approved' },
    { what: 'an approval that comes as a failure', received: { kind: 'failure', text: valid }, outcome: 'declined' },
    { what: 'a failure without a text', received: { kind: 'failure', text: '' }, outcome: 'declined' },
    { what: 'no answer', received: { kind: 'timeout' }, outcome: 'expired' },
    { what: 'a text', received: { kind: 'success', text: 'approve' }, outcome: 'refused' },
    {
      what: 'one more member',
      received: { kind: 'success', text: valid.replace('{', '{"more":1,') },
      outcome: 'refused',
    },
    {
      what: 'another version',
      received: { kind: 'success', text: valid.replace('"version":1', '"version":2') },
      outcome: 'refused',
    },
    {
      what: 'another digest',
      received: { kind: 'success', text: anAnswer({ run: 'run-1', plan: 'b'.repeat(64) }) },
      outcome: 'refused',
    },
    {
      what: 'a beginning of the run’s id',
      received: { kind: 'success', text: anAnswer({ run: 'run', plan }) },
      outcome: 'refused',
    },
  ])('of $what is $outcome', ({ received, outcome }) => {
    expect(judge(received, of).outcome).toBe(outcome);
  });

  test('of any text that is changed in one place is approved only where it still names all of the plan', () => {
    const edit = fc.record({ at: fc.nat(valid.length), removed: fc.nat(3), added: fc.string({ maxLength: 3 }) });
    const named = { version: 1, answer: 'approve', run: 'run-1', account: ACCOUNT, region: REGION, plan };
    fc.assert(
      fc.property(edit, ({ at, removed, added }) => {
        const text = valid.slice(0, at) + added + valid.slice(at + removed);
        const { outcome } = judge({ kind: 'success', text }, of);
        expect(outcome === 'approved' ? JSON.parse(text) : named).toMatchObject(named);
      }),
      { seed: 2, numRuns: 3_000 },
    );
  });

  test('believes nothing that a decline for another plan says about its caller', () => {
    const text = anAnswer({ run: 'other', plan, answer: 'decline' });
    expect(judge({ kind: 'failure', text }, of)).toEqual({ outcome: 'declined' });
  });
});

test('a run that has asked needs its answer, also where its settings do not require one any more', () => {
  const approval = { plan: 'a'.repeat(64), revisions: 1, askedAt: 0, until: HOUR_MS, published: true };
  const approved = { run: 'run-1', createdAt: 0, limit: { toDeregister: [], retired: new Set<string>() } };
  expect(needsApproval({}, { progress: { record: { approval } } })).toBe(true);
  expect(needsApproval({}, { progress: { record: {} } })).toBe(false);
  expect(needsApproval({ approval: 'asks' }, { progress: { record: {} } })).toBe(true);
  expect(needsApproval({ approval: 'asks' }, { approved, progress: { record: { approval } } })).toBe(false);
});

test('a run whose settings do not require approval asks nothing, and needs no steps that can ask', async () => {
  const night = await aNight(sevenOld());
  const report = await night.prune(keepNewestThree);
  expect([report.approval, deregisteredNames(report)]).toEqual([undefined, seven]);
});
