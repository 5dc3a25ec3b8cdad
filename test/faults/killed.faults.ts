// The function is killed before and after every call that it makes to AWS and every checkpoint, in turn, and a checkpoint
// fails before and after it is on record. In the morning all is as after an undisturbed night.
import { describe, expect, test } from 'vitest';
import { secondCopyFrom, wrongWith } from './durable/expected.ts';
import { aNight, openNight } from './durable/night.ts';

/** Three deregistrations in an invocation, so there are two passes. */
const making = { actsALife: 3 };
const undisturbed = await openNight();
const { moments } = await undisturbed.durable(making);
const isSecond = secondCopyFrom(moments);
await undisturbed.close();

const named = moments.map((moment) => ({ ...moment, number: moment.index + 1 }));
const checkpoints = named.filter(({ what }) => what.startsWith('checkpoint'));

test('an undisturbed run is correct', async () => {
  const night = await aNight();
  expect(wrongWith(night, await night.durable(making))).toEqual([]);
});

describe.each([
  { again: 'at once', againAfterMs: 1_000 },
  { again: 'a quarter of an hour later', againAfterMs: 900_000 },
])('killed and begun again $again', ({ againAfterMs }) => {
  test.each(named)('moment $number, $when $what', async ({ index, what }) => {
    const night = await aNight();
    const ended = await night.durable(making, {
      againAfterMs,
      at: (moment, life) => {
        if (moment.index === index) life.kill();
      },
    });
    expect(wrongWith(night, ended, { twice: isSecond(index) })).toEqual([]);
    const calls = night.witness.deregistrations.length;
    expect(calls).toBeLessThanOrEqual(what === 'ecs DeregisterTaskDefinition' ? 6 : 5);
  });
});

test.each(checkpoints)('a lost checkpoint at moment $number, $when $what', async ({ index }) => {
  const night = await aNight();
  const ended = await night.durable(making, {
    at: (moment) => (moment.index === index ? 'lost' : undefined),
  });
  expect(wrongWith(night, ended)).toEqual([]);
});
