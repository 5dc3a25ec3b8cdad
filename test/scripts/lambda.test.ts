// The embedded Lambda: environments with the account's time, and durable executions without real waits.
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { SkippingClock } from '../../sandbox/clock.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { Environment, execute, invoke } from '../../scripts/lambda.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';

const functionArn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:waiting:1`;
const clocks = z.object({ ours: z.number(), theirs: z.number(), dated: z.number() });
const result = z.object({ before: clocks, after: clocks, loads: z.number() });

async function house() {
  const clock = new SkippingClock();
  const sandbox = await startSandbox({ account: anAccount().file(), clock });
  const environment = new Environment({
    bundle: fileURLToPath(new URL('waiting-function.ts', import.meta.url)),
    functionArn,
    env: {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'FUNCTION',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
    ahead: clock.ahead,
  });
  onTestFinished(async () => {
    await environment.close();
    await sandbox.close();
    expect(sandbox.problems).toEqual([]);
  });
  return { clock, environment, executions: sandbox.account.durableExecutions };
}

test('an execution skips its waits, and the function has the account’s clock on both days', async () => {
  const { clock, environment, executions } = await house();
  const began = Date.now();
  const waits: number[] = [];
  const night = async () => {
    const { answer, invocations } = await execute(
      environment,
      { waitSeconds: 660 },
      { executions, clock, waiting: (until) => void waits.push(Math.round((until - clock.now()) / 1000)) },
    );
    expect(invocations).toBe(2);
    return result.parse('answer' in answer ? answer.answer : answer);
  };
  const first = await night();
  clock.advance(86_400_000);
  const second = await night();
  expect(waits).toEqual([660, 660]);
  expect([first.loads, second.loads]).toEqual([1, 1]);
  expect(Date.now() - began).toBeLessThan(60_000);
  expect(Math.floor((first.after.ours - first.before.ours) / 60_000)).toBe(11);
  expect(Math.floor((second.before.ours - first.after.ours) / 3_600_000)).toBe(24);
  for (const { ours, theirs, dated } of [first.before, first.after, second.before, second.after]) {
    expect(Math.abs(ours - theirs)).toBeLessThan(10_000); // the header has whole seconds
    expect(dated - ours).toBeLessThan(1_000);
  }

  // Every log line arrives before the result.
  const messages = environment.log.map((line) => z.object({ message: z.string() }).parse(JSON.parse(line)).message);
  expect(messages).toEqual(['before', 'before', 'before', 'before']);
  await expect(execute(environment, { crash: true }, { executions, clock })).rejects.toThrow('has ended');
});

test('a missing bundle is an error', async () => {
  const broken = { bundle: '/nowhere/prune.mjs', functionArn, env: {}, event: {} };
  await expect(invoke(broken)).rejects.toThrow('Cannot find module');
});
