// A restore during a deployment of the same family. ECS accepts one registration of a family at a time, and refuses a second
// with a ClientException whose text alone shows that it is temporary.
import { describe, expect, test } from 'vitest';
import { isRegistrationUnderWay } from '../../shared/aws/errors.ts';
import { aNight, type Night, sevenOld } from '../support/night.ts';
import { containing, deregisterJournaled, linesOf, runRestore } from './run-restore.ts';

const busy = {
  operation: 'RegisterTaskDefinition',
  kind: 'error',
  code: 'ClientException',
  status: 400,
  message: 'Too many concurrent attempts to create a new revision of the specified family.',
} as const;
const isFor =
  (family: string) =>
  ({ input }: { input: Readonly<Record<string, unknown>> }) =>
    input['family'] === family;
const countRegistrations = ({ sandbox }: Night) => sandbox.calls.count('RegisterTaskDefinition');

async function afterDeregistering() {
  const made = await aNight(sevenOld().family('api', '1-4'));
  await deregisterJournaled(made, 'web:1', 'web:2', 'web:3', 'api:1');
  return made;
}

describe('another registration of the family', () => {
  test('is waited for, and the order of the family stays', async () => {
    const made = await afterDeregistering();
    made.sandbox.faults.add({ ...busy, times: 1 });
    const began = made.clock.monotonic();
    expect(linesOf(await runRestore(made, 'web:1 web:2 web:3'))).toEqual([
      'web:1 restored as 11',
      'web:2 restored as 12',
      'web:3 restored as 13',
    ]);
    expect(countRegistrations(made)).toBe(4);
    expect(made.clock.monotonic() - began).toBeGreaterThanOrEqual(1_000);
  });

  test('at every attempt blocks the rest of the family, and other families are restored', async () => {
    const made = await afterDeregistering();
    made.sandbox.faults.add({ ...busy, when: isFor('web') });
    const outcome = await runRestore(made, 'api:1 web:1 web:2 web:3');
    expect(linesOf(outcome)).toEqual(['api:1 restored as 5', 'web:1 failed', 'web:2 not reached', 'web:3 not reached']);
    expect(outcome.stop).toBeUndefined();
    expect(outcome.results.slice(1)).toMatchObject([
      {
        reason: containing('another registration of web was in progress at every attempt: ClientException: Too many'),
        remedy: 'Run the same command again: nothing is registered twice.',
      },
      { behind: { family: 'web', number: 1 } },
      { behind: { family: 'web', number: 1 } },
    ]);
    expect(countRegistrations(made)).toBe(1 + 6);
  });

  test('is waited for at most a minute, with growing and deterministic pauses', async () => {
    const waits: number[][] = [];
    for (let time = 0; time < 2; time++) {
      const made = await afterDeregistering();
      const tries = new Set<number>();
      made.sandbox.faults.add({ ...busy, when: () => tries.add(made.clock.monotonic()).size > 0 });
      await runRestore(made, 'web:1', { id: 'the-same' });
      const at = [...tries];
      waits.push(at.slice(1).map((when, index) => when - (at[index] ?? 0)));
    }
    const [first = [], second] = waits;
    expect(second).toEqual(first);
    expect(first).toHaveLength(5);
    expect(first.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
    for (const [index, ms] of first.entries()) expect(ms).toBeGreaterThanOrEqual(1_000 * 2 ** index);
  });

  test('that registers a newer revision meanwhile stops the restore', async () => {
    const made = await afterDeregistering();
    let isDone = false;
    made.sandbox.faults.add({
      ...busy,
      times: 1,
      when: () => {
        if (!isDone) made.sandbox.account.registerTaskDefinition('web');
        return (isDone = true);
      },
    });
    expect(linesOf(await runRestore(made, 'web:1 web:2'))).toEqual([
      'web:1 not reached',
      'web:2 not reached',
      'stop: web:11 was registered meanwhile, and is the newest now',
    ]);
    expect(countRegistrations(made)).toBe(1);
  });

  test('is not waited for once the operator interrupts', async () => {
    const made = await afterDeregistering();
    made.sandbox.faults.add({ ...busy });
    const stop = { by: 'interrupted' as const, reason: 'interrupted', remedy: 'Run it again.' };
    const outcome = await runRestore(made, 'web:1 web:2', {
      stopRequested: () => (countRegistrations(made) > 0 ? stop : undefined),
    });
    expect(linesOf(outcome)).toEqual(['web:1 not reached', 'web:2 not reached', 'stop: interrupted']);
    expect(countRegistrations(made)).toBe(1);
  });

  test('before a lost answer does not lead to a second copy', async () => {
    const made = await afterDeregistering();
    made.sandbox.faults.add({ ...busy, times: 1 });
    made.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'reset',
      effect: 'after',
      times: 1,
    });
    expect(linesOf(await runRestore(made, 'web:1 web:2'))).toEqual(['web:1 restored as 11', 'web:2 restored as 12']);
  });
});

describe('the order of a family', () => {
  test('stays when AWS refuses a revision: later ones wait until it is registered', async () => {
    const made = await afterDeregistering();
    made.sandbox.faults.add({
      ...busy,
      message: 'Role is not valid',
      times: 1,
    });
    const outcome = await runRestore(made, 'web:1 web:2 web:3');
    expect(linesOf(outcome)).toEqual(['web:1 refused', 'web:2 not reached', 'web:3 not reached']);
    expect(linesOf(await runRestore(made, 'web:1 web:2 web:3'))).toEqual([
      'web:1 restored as 11',
      'web:2 restored as 12',
      'web:3 restored as 13',
    ]);
  });

  test('ignores restored and ACTIVE revisions', async () => {
    const made = await afterDeregistering();
    await runRestore(made, 'web:1');
    made.sandbox.faults.add({ ...busy, message: 'Role is not valid', times: 1 });
    expect(linesOf(await runRestore(made, 'web:1 web:2 web:3 web:4'))).toEqual([
      'web:1 restored before as 11',
      'web:2 refused',
      'web:3 not reached',
      'web:4 ACTIVE',
    ]);
  });
});

test.each([
  { name: 'ClientException', status: 400, text: busy.message, is: true },
  { name: 'ClientException', status: 400, text: 'Too many concurrent attempts.', is: true },
  { name: 'ClientException', status: 400, text: 'Role is not valid', is: false },
  { name: 'ThrottlingException', status: 400, text: 'Rate exceeded: too many concurrent calls', is: false },
  { name: 'ServerException', status: 500, text: 'Too many concurrent attempts', is: false },
])('$name "$text" means that another registration is in progress: $is', ({ name, status, text, is }) => {
  const error = Object.assign(new Error(text), { name, $metadata: { httpStatusCode: status } });
  expect(isRegistrationUnderWay(error)).toBe(is);
});
