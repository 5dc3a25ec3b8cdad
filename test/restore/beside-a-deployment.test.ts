// A restore beside a deployment of the same family. ECS takes one registration of a family at a time, and refuses a second
// with a ClientException of which only the text tells that it passes.
import { describe, expect, test } from 'vitest';
import { isRegistrationUnderWay } from '../../shared/aws/errors.ts';
import { aNight, type Night, sevenOld } from '../support/night.ts';
import { containing, taken, told, undo } from './run-restore.ts';

const busy = {
  operation: 'RegisterTaskDefinition',
  kind: 'error',
  code: 'ClientException',
  status: 400,
  message: 'Too many concurrent attempts to create a new revision of the specified family.',
} as const;
const about =
  (family: string) =>
  ({ input }: { input: Readonly<Record<string, unknown>> }) =>
    input['family'] === family;
const registered = ({ sandbox }: Night) => sandbox.calls.count('RegisterTaskDefinition');

async function night() {
  const made = await aNight(sevenOld().family('api', '1-4'));
  await taken(made, 'web:1', 'web:2', 'web:3', 'api:1');
  return made;
}

describe('another registration of the family', () => {
  test('that is under way once is waited out, and the order of the family stays', async () => {
    const made = await night();
    made.sandbox.faults.add({ ...busy, times: 1 });
    const began = made.clock.monotonic();
    expect(told(await undo(made, 'web:1 web:2 web:3'))).toEqual([
      'web:1 restored as 11',
      'web:2 restored as 12',
      'web:3 restored as 13',
    ]);
    expect(registered(made)).toBe(4);
    expect(made.clock.monotonic() - began).toBeGreaterThanOrEqual(1_000);
  });

  test('that is under way at every try is told, the rest of the family waits, and other families come back', async () => {
    const made = await night();
    made.sandbox.faults.add({ ...busy, when: about('web') });
    const outcome = await undo(made, 'api:1 web:1 web:2 web:3');
    expect(told(outcome)).toEqual(['api:1 restored as 5', 'web:1 failed', 'web:2 left', 'web:3 left']);
    expect(outcome.stop).toBeUndefined();
    expect(outcome.results.slice(1)).toMatchObject([
      {
        said: containing('another registration of web was under way at every try: ClientException: Too many'),
        next: 'Run the same command again: nothing is registered twice.',
      },
      { behind: { family: 'web', number: 1 } },
      { behind: { family: 'web', number: 1 } },
    ]);
    expect(registered(made)).toBe(1 + 6);
  });

  test('is waited for at most a minute, with pauses that grow and are the same each time', async () => {
    const waits: number[][] = [];
    for (let time = 0; time < 2; time++) {
      const made = await night();
      const tries = new Set<number>();
      made.sandbox.faults.add({ ...busy, when: () => tries.add(made.clock.monotonic()).size > 0 });
      await undo(made, 'web:1', { id: 'the-same' });
      const at = [...tries];
      waits.push(at.slice(1).map((when, index) => when - (at[index] ?? 0)));
    }
    const [first = [], second] = waits;
    expect(second).toEqual(first);
    expect(first).toHaveLength(5);
    expect(first.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
    for (const [index, ms] of first.entries()) expect(ms).toBeGreaterThanOrEqual(1_000 * 2 ** index);
  });

  test('that makes a newer revision meanwhile stops the restore: nobody was told of that one', async () => {
    const made = await night();
    let isDone = false;
    made.sandbox.faults.add({
      ...busy,
      times: 1,
      when: () => {
        if (!isDone) made.sandbox.account.registerTaskDefinition('web');
        return (isDone = true);
      },
    });
    expect(told(await undo(made, 'web:1 web:2'))).toEqual([
      'web:1 left',
      'web:2 left',
      'stop: web:11 was registered meanwhile, and is the newest now',
    ]);
    expect(registered(made)).toBe(1);
  });

  test('is not waited for once a person interrupts', async () => {
    const made = await night();
    made.sandbox.faults.add({ ...busy });
    const stop = { by: 'interrupted' as const, reason: 'interrupted', remedy: 'Run it again.' };
    const outcome = await undo(made, 'web:1 web:2', {
      stopped: () => (registered(made) > 0 ? stop : undefined),
    });
    expect(told(outcome)).toEqual(['web:1 left', 'web:2 left', 'stop: interrupted']);
    expect(registered(made)).toBe(1);
  });

  test('followed by an answer that never comes is settled by reading, and nothing is registered twice', async () => {
    const made = await night();
    made.sandbox.faults.add({ ...busy, times: 1 });
    made.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'reset',
      effect: 'after',
      times: 1,
    });
    expect(told(await undo(made, 'web:1 web:2'))).toEqual(['web:1 restored as 11', 'web:2 restored as 12']);
  });
});

describe('the order of a family', () => {
  test('stays where AWS does not take one of it: the later ones wait, and come back once it is there', async () => {
    const made = await night();
    made.sandbox.faults.add({
      ...busy,
      message: 'Role is not valid',
      times: 1,
    });
    const outcome = await undo(made, 'web:1 web:2 web:3');
    expect(told(outcome)).toEqual(['web:1 refused', 'web:2 left', 'web:3 left']);
    expect(told(await undo(made, 'web:1 web:2 web:3'))).toEqual([
      'web:1 restored as 11',
      'web:2 restored as 12',
      'web:3 restored as 13',
    ]);
  });

  test('is not touched by what an earlier restore has brought back, or what never went', async () => {
    const made = await night();
    await undo(made, 'web:1');
    made.sandbox.faults.add({ ...busy, message: 'Role is not valid', times: 1 });
    expect(told(await undo(made, 'web:1 web:2 web:3 web:4'))).toEqual([
      'web:1 back as 11',
      'web:2 refused',
      'web:3 left',
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
])('$name "$text" is a registration under way: $is', ({ name, status, text, is }) => {
  const error = Object.assign(new Error(text), { name, $metadata: { httpStatusCode: status } });
  expect(isRegistrationUnderWay(error)).toBe(is);
});
