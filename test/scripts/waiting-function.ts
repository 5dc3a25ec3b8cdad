// A small durable function for the tests of the embedded Lambda: it reads the time from AWS, waits, and reads it
// again; or follows its event.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import * as z from 'zod';

const dated = z.object({ headers: z.object({ date: z.string() }) });

let loads = 0;
loads += 1;

interface Asked {
  readonly waitSeconds?: number;
  readonly crash?: boolean;
}

export const handler = withDurableExecution(async ({ waitSeconds, crash }: Asked, context: DurableContext) => {
  const before = await context.step('before', clocks);
  process.stdout.write(`${JSON.stringify({ message: 'before', ...before })}\n`);
  if (crash === true) process.exit(1);
  if (waitSeconds !== undefined) await context.wait('window', { seconds: waitSeconds });
  return { before, after: await context.step('after', clocks), loads };
});

/** The function's time, and AWS's time from the Date header of an answer. */
async function clocks(): Promise<{ ours: number; theirs: number; dated: number }> {
  const sts = new STSClient();
  let theirs = 0;
  sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      theirs = Date.parse(dated.parse(result.response).headers.date);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  await sts.send(new GetCallerIdentityCommand());
  sts.destroy();
  return { ours: Date.now(), theirs, dated: new Date().getTime() };
}
