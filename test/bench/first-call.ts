// A process of its own: invokes the nightly function of a bundle as a durable execution, in place of Lambda and AWS, and writes
// the files that Node.js has loaded when the first call arrives, as JSON. Its argument is the folder of the bundle.
import { createServer } from 'node:http';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod';

const [folder = ''] = process.argv.slice(2);
const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:prune:1';
const bundle = z.object({
  handler: z.custom<(event: unknown, context: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
});
const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    if (url.startsWith(pathToFileURL(folder).href)) loaded.push(path.relative(folder, fileURLToPath(url)));
    return next(url, context);
  },
});

const server = createServer(() => {
  process.stdout.write(JSON.stringify(loaded), () => process.exit());
});
server.listen(0, '127.0.0.1', () => void invoke());

async function invoke(): Promise<void> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'BENCH',
    AWS_SECRET_ACCESS_KEY: 'none',
    STATE: 's3://benchmark',
  });
  const { handler } = bundle.parse(await import(pathToFileURL(path.join(folder, 'prune.mjs')).href));
  const begin = { InputPayload: '{}' };
  const execution = { Id: '0', Type: 'EXECUTION', Status: 'STARTED', StartTimestamp: 0, ExecutionDetails: begin };
  await handler(
    {
      DurableExecutionArn: `${arn}/durable-execution/night/1`,
      CheckpointToken: 'first',
      InitialExecutionState: { Operations: [execution] },
    },
    { awsRequestId: '1', invokedFunctionArn: arn, getRemainingTimeInMillis: () => 900_000 },
  );
  throw new Error('the function has ended without a call');
}
