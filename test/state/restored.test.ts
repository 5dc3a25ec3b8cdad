// What was registered again is known by its old number, whoever writes at once.
import { expect, test } from 'vitest';
import { noteRestored, restoredIn } from '../../shared/state/restored.ts';
import { MemoryState } from '../memory-state.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };

test('what was registered again is found by family, in order of time', async () => {
  const state = new MemoryState();
  await noteRestored(state, target, { family: 'web', number: 41 }, { as: 57, at: 2 });
  await noteRestored(state, target, { family: 'web', number: 40 }, { as: 56, at: 1 });
  await noteRestored(state, target, { family: 'web', number: 41 }, { as: 58, at: 3 });
  // The same once more, as of a step that is done again.
  await noteRestored(state, target, { family: 'web', number: 41 }, { as: 58, at: 3 });
  expect(await restoredIn(state, target, 'web')).toEqual([
    { from: 40, as: 56, at: 1 },
    { from: 41, as: 57, at: 2 },
    { from: 41, as: 58, at: 3 },
  ]);
  expect(await restoredIn(state, target, 'Web')).toEqual([]);
  expect(await restoredIn(state, { ...target, region: 'us-east-1' }, 'web')).toEqual([]);
});

test('two at once lose nothing of each other', async () => {
  const state = new MemoryState();
  const numbers = [1, 2, 3];
  await Promise.all(
    numbers.map((number) =>
      noteRestored(state, target, { family: 'web', number }, { as: 10 + number, at: number }),
    ),
  );
  expect((await restoredIn(state, target, 'web')).map(({ from }) => from)).toEqual(numbers);
});

test('one that was changed by hand, or of another family, is an error', async () => {
  const state = new MemoryState();
  await noteRestored(state, target, { family: 'web', number: 41 }, { as: 57, at: 2 });
  const [[key, { body }] = ['', { body: '' }]] = [...state.texts];
  for (const text of [body.replace('57', '75'), body.slice(0, 40), '{}']) {
    state.texts.set(key, { body: text, tag: '"x"' });
    await expect(restoredIn(state, target, 'web')).rejects.toMatchObject({ name: 'StateError' });
  }
});
