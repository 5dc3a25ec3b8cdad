// What the demonstration and a rehearsal play on: an account in the sandbox, the function as it is deployed, and a clock
// that skips what nobody needs to wait for.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SkippingClock } from '../sandbox/clock.ts';
import { StorageBucket } from '../sandbox/s3/storage.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';
import { type ReportDocument, reportDocument } from '../shared/report/json/report-schema.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { builtLately } from './build.ts';
import { Environment, execute, type Surroundings } from './lambda.ts';
import type { Answer } from './lambda-worker.ts';
import type { Rehearsal } from './rehearsal.ts';

/** One run of the function, with what it has sent. */
export interface Night {
  readonly answer: Answer;
  readonly mail: { readonly subject: string; readonly body: string };
  readonly document: ReportDocument;
}

export interface Watching extends Pick<Surroundings, 'waiting'> {
  /** Each line of the function's log, as it comes. */
  readonly onLine: (line: string) => void;
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly clock: SkippingClock;
  readonly state: string;
  /** What aims an SDK at this account. */
  readonly env: Readonly<Record<string, string>>;
  /** All that the function has logged. */
  readonly log: readonly string[];
  /** What the scheduler does each night. */
  night(settings: Settings, watching: Watching): Promise<Night>;
  close(): Promise<void>;
}

const NAME = 'ecs-revision-pruner-demo';

/** @param out the folder for what is made */
export async function openStage({ account, quotas }: Rehearsal, out: string): Promise<Stage> {
  const clock = new SkippingClock();
  clock.advance(untilNight(clock.now()));
  const [{ outdir }, sandbox] = await Promise.all([builtLately(), startSandbox({ account, quotas, clock })]);
  const { place } = sandbox.account;
  const topicArn = `arn:${place.partition}:sns:${place.region}:${place.account}:${NAME}`;
  const bucket = `${NAME}-state`;
  // A snapshot has neither, as an account in which nothing is deployed yet.
  sandbox.account.topics.add(topicArn);
  sandbox.account.storage.add(
    new StorageBucket(bucket, { region: place.region, createdAt: new Date(clock.now()) }),
  );
  const state = `s3://${bucket}`;
  const env = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: 'DEMONSTRATION',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  // The command line's SDK has its credentials from the environment of this process, and nobody else here has any.
  Object.assign(process.env, env);
  // The settings of a run, as the build puts them beside the function.
  const packed = join(out, 'settings.json');
  let onLine: Watching['onLine'] = () => undefined;
  const environment = new Environment({
    bundle: join(outdir, 'prune.mjs'),
    functionArn: `arn:${place.partition}:lambda:${place.region}:${place.account}:function:${NAME}-nightly:1`,
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
      const { answer } = settings.durable
        ? await execute(environment, event, {
            executions: sandbox.account.durableExecutions,
            clock,
            ...(watching.waiting === undefined ? {} : { waiting: watching.waiting }),
          })
        : { answer: await environment.invoke(event) };
      return { answer, ...sent(sandbox, environment.log) };
    },
    async close() {
      await environment.close();
      await sandbox.close();
    },
  };
}

const variants = z.object({ default: z.string(), email: z.string() });

/** The last message, once as mail and once as the document that a program gets. */
function sent({ account }: Sandbox, log: readonly string[]): Pick<Night, 'mail' | 'document'> {
  const message = account.published.at(-1);
  if (message === undefined) throw new Error(`The function sent no report; its log:\n${log.join('\n')}`);
  const { default: document, email } = variants.parse(JSON.parse(message.Message));
  return {
    mail: { subject: message.Subject ?? '', body: email },
    document: reportDocument.parse(JSON.parse(document)),
  };
}

/** The next time that it is half past three in the morning, in UTC, as infra/schedule.yml has it. */
function untilNight(now: number): number {
  const day = 86_400_000;
  const night = 3.5 * 3_600_000;
  return (((night - now) % day) + day) % day;
}
