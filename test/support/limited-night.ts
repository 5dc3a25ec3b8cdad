// A night of the bundled function in a process that has the memory of the deployed one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SkippingClock } from '../../sandbox/clock.ts';
import { StorageBucket } from '../../sandbox/s3/storage.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { build } from '../../scripts/build.ts';
import { Environment, execute } from '../../scripts/lambda.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { ACCOUNT, REGION, TOPIC } from './account.ts';

/** `memorySize` in serverless.yml. */
export const LARGEST_FUNCTION_MEGABYTES = 512;
const BUCKET = 'state';

/** @param createdAt milliseconds since the epoch */
export function stateBucket(createdAt: number): StorageBucket {
  return new StorageBucket(BUCKET, { region: REGION, createdAt: new Date(createdAt) });
}

/** Runs a durable execution to its end, in as many invocations and passes as it needs. */
export async function limitedNight({
  sandbox,
  clock,
  settings,
  memoryMegabytes = LARGEST_FUNCTION_MEGABYTES,
}: {
  readonly sandbox: Sandbox;
  readonly clock: SkippingClock;
  readonly settings: object;
  readonly memoryMegabytes?: number;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'limited-night-'));
  await build({ outdir: join(folder, 'dist') });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(parseSettings(settings, 'test')));
  const environment = new Environment({
    bundle: join(folder, 'dist', 'prune.mjs'),
    functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:nightly:1`,
    ahead: clock.ahead,
    memoryMegabytes,
    env: {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'FUNCTION',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_LAMBDA_FUNCTION_NAME: 'nightly',
      TOPIC_ARN: TOPIC,
      STATE: `s3://${BUCKET}`,
      DRY_RUN: 'false',
      SETTINGS_FILE: join(folder, 'settings.json'),
      POWERTOOLS_SERVICE_NAME: 'nightly',
      POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
    },
  });
  try {
    const { answer, invocations } = await execute(
      environment,
      {},
      { executions: sandbox.account.durableExecutions, clock },
    );
    return { answer, invocations, log: environment.log, peakMegabytes: environment.peakMegabytes ?? 0 };
  } finally {
    await environment.close();
    rmSync(folder, { recursive: true });
  }
}
