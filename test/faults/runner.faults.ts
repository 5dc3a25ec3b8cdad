// Compares the runner of these tests, which can interrupt a process, with the SDK's own runner: an undisturbed run is the
// same in both.
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { expect, test, vi } from 'vitest';
import { anAccount } from '../support/account.ts';
import { Life } from './durable/life.ts';
import { aNight, openNight } from './durable/night.ts';
import { BUCKET } from './durable/witness.ts';

const small = () => anAccount().bucket(BUCKET).family('web', '1-5').family('batch', '1-4').cluster('prod');
const making = {
  settings: { maxDeregistrations: 2, without: ['codedeploy', 'pipes', 'stacks', 'state-machines'] },
};

const undisturbed = await openNight(small());
const { recorded } = await undisturbed.durable(making);
await undisturbed.close();

test('an undisturbed run is the same in this runner and in the runner of the SDK, with small checkpoints', async () => {
  const night = await aNight(small());
  // The SDK's runner has its own clock.
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
