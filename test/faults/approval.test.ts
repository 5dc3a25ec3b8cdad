// Kills a small run that asks for approval after each of its writing calls and checkpoints: it asks once, and deregisters nothing
// without an answer. `npm run faults` does this at every moment.
import { describe, expect, test } from 'vitest';
import { anAccount } from '../support/account.ts';
import { approves, asksFirst, sendsTwice, wrongWithAsking } from './durable/asking.ts';
import { aNight, openNight } from './durable/night.ts';
import { BUCKET } from './durable/witness.ts';

/** The newest three are kept. */
const small = () => anAccount().bucket(BUCKET).family('web', '1-5').cluster('prod');
const gone = ['web:1', 'web:2'];
const making = {
  ...asksFirst,
  settings: { without: ['codedeploy', 'pipes', 'stacks', 'state-machines'] },
};

const undisturbed = await openNight(small());
const { moments } = await undisturbed.durable(making, { meanwhile: approves(undisturbed) });
const isTwice = sendsTwice(moments);
await undisturbed.close();

const isChosen = (what: string) =>
  what === 'sns Publish' || what.startsWith('checkpoint START approval') || what.startsWith('checkpoint SUCCEED');
const cases = moments
  .filter(({ when, what }) => when === 'after' && isChosen(what))
  .map((moment) => ({ ...moment, number: moment.index + 1 }));

describe.each([
  { answer: 'approved', deregistered: gone },
  { answer: 'without an answer', deregistered: [] },
])('a run that is $answer', ({ answer, deregistered }) => {
  test.each(cases)('does the same when killed at moment $number, $when $what', async ({ index }) => {
    const night = await aNight(small());
    const ended = await night.durable(making, {
      meanwhile: answer === 'approved' ? approves(night) : () => undefined,
      at: (moment, life) => {
        if (moment.index === index) life.kill();
      },
    });
    expect(wrongWithAsking(night, ended, { gone: deregistered, twice: isTwice(index), outcome: 'OK' })).toEqual([]);
  });
});
