// Kills a small run after each of its writing calls; `npm run faults` does this after every call. One case adds a late
// reference inside the window.
import { expect, test } from 'vitest';
import { anAccount } from '../support/account.ts';
import { secondCopyFrom, wrongWith } from './durable/expected.ts';
import { aNight, openNight } from './durable/night.ts';
import { BUCKET } from './durable/witness.ts';

/** The newest three of each family are kept, and the cap allows one deregistration for each. */
const small = () => anAccount().bucket(BUCKET).family('web', '1-5').family('batch', '1-4').cluster('prod');
const gone = ['batch:1', 'web:1'];
const making = {
  settings: { maxDeregistrations: 2, without: ['codedeploy', 'pipes', 'stacks', 'state-machines'] },
};

const undisturbed = await openNight(small());
const { moments } = await undisturbed.durable(making);
const isSecond = secondCopyFrom(moments);
await undisturbed.close();

const writing = new Set(['ecs DeregisterTaskDefinition', 'sns Publish']);
const cases = moments
  .filter(({ when, what }) => when === 'after' && (writing.has(what) || what.startsWith('checkpoint SUCCEED')))
  .map((moment) => ({ ...moment, number: moment.index + 1 }));

test.each(cases)('killed at moment $number, $when $what', async ({ index }) => {
  const night = await aNight(small());
  const ended = await night.durable(making, {
    at: (moment, life) => {
      if (moment.index === index) life.kill();
    },
  });
  expect(wrongWith(night, ended, { gone, twice: isSecond(index), cap: 2 })).toEqual([]);
});

test('a late reference inside the window is in the report of the same run', async () => {
  const night = await aNight(small());
  await night.durable(making, {
    meanwhile: (name) => {
      if (name === 'window') night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:1' });
    },
  });
  const [mail] = night.witness.mails();
  expect(mail?.Subject).toMatch(/\] ACTION: /);
  expect(mail?.report.lateReferences).toMatchObject([{ revision: 'web:1', source: 'tasks', relation: 'runs' }]);
});
