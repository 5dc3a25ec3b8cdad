// What `npm run faults` does with every call, here with the writing ones of a small night: killed after each of them, and
// taken up inside the window. And the runner of those tests, held to the SDK's own.
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { expect, test, vi } from 'vitest';
import { anAccount } from '../account.ts';
import { secondCopyFrom, wrongWith } from './durable/expected.ts';
import { Life } from './durable/life.ts';
import { aNight, openNight } from './durable/night.ts';
import { BUCKET } from './durable/witness.ts';

/** The newest three of each family stay, and the cap lets one of each go. */
const small = () => anAccount().bucket(BUCKET).family('web', '1-5').family('batch', '1-4').cluster('prod');
const gone = ['batch:1', 'web:1'];
const making = {
  settings: { maxDeregistrations: 2, without: ['codedeploy', 'pipes', 'stacks', 'state-machines'] },
};

const undisturbed = await openNight(small());
const { moments, recorded } = await undisturbed.durable(making);
const isSecond = secondCopyFrom(moments);
await undisturbed.close();

test('an undisturbed night is the same to this runner and to the one of the SDK, and its checkpoints are small', async () => {
  const night = await aNight(small());
  // The SDK's runner brings a clock of its own.
  vi.useRealTimers();
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
  try {
    const handlerFunction = withDurableExecution(async (event, context) =>
      night.program(making)(context, new Life('LOCAL', night.clock), event),
    );
    const local = await new LocalDurableTestRunner({ handlerFunction }).run();
    const named = local.getOperations().map((one) => `${one.getType()} ${one.getName()} ${one.getStatus()}`);
    expect(named).toEqual([
      'STEP open SUCCEEDED',
      'STEP pass 1 SUCCEEDED',
      'WAIT window SUCCEEDED',
      'STEP report SUCCEEDED',
    ]);
    const [, ...own] = recorded.operations;
    expect(own.map(({ Type, Name, Status }) => `${Type} ${Name} ${Status}`)).toEqual(named);
  } finally {
    await LocalDurableTestRunner.teardownTestEnvironment();
  }
  expect(Math.max(...recorded.bytes)).toBeLessThan(4_096);
});

const writing = new Set(['ecs DeregisterTaskDefinition', 'sns Publish']);
const cases = moments
  .filter(
    ({ when, what }) => when === 'after' && (writing.has(what) || what.startsWith('checkpoint SUCCEED')),
  )
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

test('what is taken up inside the window is in the report of that night', async () => {
  const night = await aNight(small());
  await night.durable(making, {
    meanwhile: (name) => {
      if (name === 'window') night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:1' });
    },
  });
  const [mail] = night.witness.mails();
  expect(mail?.Subject).toMatch(/^ACTION/);
  expect(mail?.report.stranded).toMatchObject([{ revision: 'web:1', source: 'tasks', use: 'runs' }]);
});
