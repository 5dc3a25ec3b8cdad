/**
 * Starts a sandbox and the SDK's clients for one test and ends both with the test. The test fails if a request or
 * an answer does not fit the SDK's schemas.
 */
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PipesClient } from '@aws-sdk/client-pipes';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, onTestFinished } from 'vitest';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { ManualClock } from '../../sandbox/clock.ts';
import { startSandbox, type SandboxOptions } from '../../sandbox/server.ts';

export const now = Date.parse('2026-11-24T02:30:00Z');

export const anAccount = (contents: Partial<AccountFile> = {}): AccountFile => ({
  account: '123456789012',
  region: 'eu-west-1',
  now: '2026-11-24T02:30:00Z',
  ...contents,
});

export const minutes = 60_000;
export const prefix = 'arn:aws:ecs:eu-west-1:123456789012:';

export async function start(
  contents: Partial<AccountFile> = {},
  options: Omit<SandboxOptions, 'account'> & {
    accessKeyId?: string;
    maxAttempts?: number;
    problems?: 'some';
  } = {},
) {
  const clock = new ManualClock(now);
  const { accessKeyId = 'AKIDTEST', maxAttempts = 1, problems, ...rest } = options;
  const sandbox = await startSandbox({ account: anAccount(contents), clock, quotas: 'none', ...rest });
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  const config = { endpoint: sandbox.url, region: 'eu-west-1', credentials, maxAttempts };
  const clients = {
    ecs: new ECSClient(config),
    tagging: new ResourceGroupsTaggingAPIClient(config),
    sns: new SNSClient(config),
    sts: new STSClient(config),
    states: new SFNClient(config),
    events: new EventBridgeClient(config),
    scheduler: new SchedulerClient(config),
    pipes: new PipesClient(config),
    ssm: new SSMClient(config),
  };
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await sandbox.close();
    if (problems === undefined) expect(sandbox.problems).toEqual([]);
  });
  return { sandbox, clock, ...clients };
}

/** A family whose revisions are a day apart. */
export const family = (name: string, revisions: string, more: object = {}) => ({
  family: name,
  revisions,
  registeredAt: '2026-11-20T00:00:00Z',
  registeredEveryDays: 1,
  containerDefinitions: [{ name: 'app', image: 'app:1', memory: 128 }],
  ...more,
});

/** Returns the error of a refused call. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; message: string; status: number }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const metadata = '$metadata' in error ? error.$metadata : undefined;
    const status =
      typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
        ? Number(metadata.httpStatusCode)
        : 0;
    return { name: error.name, message: error.message, status };
  }
  throw new Error('The call was not refused.');
}
