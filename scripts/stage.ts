// The environment of the demonstration and of a rehearsal: an account in the sandbox, the function as it is deployed, and a
// clock that skips waits.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SkippingClock } from '../sandbox/clock.ts';
import { StorageBucket } from '../sandbox/s3/storage.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { parseReport } from '../shared/report/json/parse-report.ts';
import type { ReportDocument } from '../shared/report/json/report-schema.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { builtLately } from './build.ts';
import { Environment, execute, type LambdaContext } from './lambda.ts';
import type { Answer } from './lambda-worker.ts';
import type { Rehearsal } from './rehearsal.ts';

/** One run of the function, with its messages. */
export interface Night {
  readonly answer: Answer;
  readonly mail: { readonly subject: string; readonly body: string };
  readonly document: ReportDocument;
  /** The page of the run, as the state store has it. */
  readonly page: string | undefined;
}

export interface Watching extends Pick<LambdaContext, 'waiting'> {
  /** Receives each line of the function's log. */
  readonly onLine: (line: string) => void;
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly clock: SkippingClock;
  readonly state: string;
  /** The environment that directs an SDK to this account. */
  readonly env: Readonly<Record<string, string>>;
  /** The whole log of the function. */
  readonly log: readonly string[];
  /** Starts the function as the scheduler does each night. */
  night(settings: Settings, watching: Watching): Promise<Night>;
  close(): Promise<void>;
}

const NAME = 'ecs-revision-pruner-demo';

/** @param out the folder for generated files */
export async function openStage({ account, quotas }: Rehearsal, out: string): Promise<Stage> {
  const clock = new SkippingClock();
  clock.advance(untilNight(clock.now()));
  const [{ outdir }, sandbox] = await Promise.all([builtLately(), startSandbox({ account, quotas, clock })]);
  const { place } = sandbox.account;
  const topicArn = `arn:${place.partition}:sns:${place.region}:${place.account}:${NAME}`;
  const bucket = `${NAME}-state`;
  // A snapshot of an account without a deployment has neither.
  sandbox.account.topics.add(topicArn);
  sandbox.account.storage.add(new StorageBucket(bucket, { region: place.region, createdAt: new Date(clock.now()) }));
  const state = `s3://${bucket}`;
  const env = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: 'DEMONSTRATION',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  // The SDK of the command line reads its credentials from the environment of this process.
  Object.assign(process.env, env);
  // The settings, as the build writes them beside the function.
  const packed = join(out, 'settings.json');
  let onLine: Watching['onLine'] = () => undefined;
  const environment = new Environment({
    bundle: join(outdir, 'prune.mjs'),
    functionArn: `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${NAME}-nightly:$LATEST`,
    ahead: clock.ahead,
    env: {
      ...env,
      AWS_LAMBDA_FUNCTION_NAME: `${NAME}-nightly`,
      TOPIC_ARN: topicArn,
      STATE: state,
      DRY_RUN: 'false',
      SETTINGS_FILE: packed,
      POWERTOOLS_SERVICE_NAME: NAME,
      POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    },
    onLine: (line) => onLine(line),
  });
  return {
    sandbox,
    clock,
    state,
    env,
    log: environment.log,
    async night(settings, watching) {
      writeFileSync(packed, JSON.stringify(settings));
      onLine = watching.onLine;
      const event = {};
      const { answer } = await execute(environment, event, {
        executions: sandbox.account.durableExecutions,
        clock,
        ...(watching.waiting === undefined ? {} : { waiting: watching.waiting }),
      });
      return { answer, ...sent(sandbox, environment.log), page: storedPage(sandbox, bucket) };
    },
    async close() {
      await environment.close();
      await sandbox.close();
    },
  };
}

/** The newest page in the bucket. */
function storedPage({ account }: Sandbox, name: string): string | undefined {
  const bucket = account.storage.find(name);
  const key = bucket?.keys().findLast((one) => one.endsWith('/report.html'));
  const body = key === undefined ? undefined : bucket?.versions(key)[0]?.object?.bytes;
  return body === undefined ? undefined : new TextDecoder().decode(body);
}

const variants = z.object({ default: z.string(), email: z.string() });

/** The last message, as mail and as JSON. */
function sent({ account }: Sandbox, log: readonly string[]): Pick<Night, 'mail' | 'document'> {
  const message = account.published.at(-1);
  if (message === undefined) throw new Error(`The function sent no report; its log:\n${log.join('\n')}`);
  const { default: document, email } = variants.parse(JSON.parse(message.Message));
  return {
    mail: { subject: message.Subject ?? '', body: email },
    document: parseReport(JSON.parse(document)),
  };
}

/** The next 03:30 UTC, the default time of the schedule. */
function untilNight(now: number): number {
  const day = 86_400_000;
  const night = 3.5 * 3_600_000;
  return (((night - now) % day) + day) % day;
}
