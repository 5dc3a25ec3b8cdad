// The runs that the documents show: the real run, against the default account in the sandbox, at an hour that never
// changes and with answers that take the same time on every machine. A repeated run prints the same words.
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { Tally } from '../shared/aws/tally.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { ObserveContext } from '../shared/observe/context.ts';
import { explainRevision } from '../shared/observe/explain.ts';
import type { Explanation } from '../shared/observe/explanation.ts';
import type { Report } from '../shared/report/model/report.ts';
import type { Revision } from '../shared/domain/revision.ts';
import { run, type RunOptions } from '../shared/run/run.ts';
import { listUnread } from '../shared/run/report-pieces.ts';
import { loadSettings } from '../shared/settings/load.ts';
import { parseSettings } from '../shared/settings/parse.ts';
import { openStore } from '../shared/state/open-store.ts';
import { inProcess } from '../shared/run/steps.ts';
import { readAccount } from '../sandbox/account-file.ts';
import { StorageBucket } from '../sandbox/s3/storage.ts';
import { type Sandbox, startSandbox } from '../sandbox/server.ts';

const accounts = fileURLToPath(new URL('../sandbox/accounts/', import.meta.url));
const account = readAccount(`${accounts}default.json`);
const itsSettings = loadSettings(`${accounts}default.settings.yml`);

/** Half past three in Berlin, where this shop is. */
const NIGHT = Date.parse('2026-11-24T02:30:00Z');
/** The simulated duration of one AWS call. */
const ANSWER_MS = 40;
const DAY_MS = 86_400_000;
const BUCKET = 'ecs-revision-pruner-state';

/** Time passes only in a wait for an answer or for a turn. */
class FixedClock implements Clock {
  #passed = 0;
  now(): number {
    return NIGHT + this.#passed;
  }
  monotonic(): number {
    return this.#passed;
  }
  advance(ms: number): void {
    this.#passed += ms;
  }
  sleep(ms: number): Promise<void> {
    this.advance(ms);
    return Promise.resolve();
  }
}

/** `./pruner plan`, or the nightly function where `dryRun` is false: the report, and the mail that was sent.
 *  @param options.settings in place of the account's own; its quotas stay raised
 *  @param options.nights the number of nights, of which the last one is shown */
export async function demonstrated(options: { dryRun: boolean; settings?: object; nights?: number }): Promise<{
  report: Report;
  mail: { subject: string; body: string };
}> {
  const { quotas } = itsSettings;
  const given = options.settings === undefined ? itsSettings : { quotas, ...options.settings };
  return inTheSandbox(given, async (context, pacer, sandbox) => {
    const { account, region } = sandbox.account.place;
    let report: Report | undefined;
    const state = await openStore(`s3://${BUCKET}`, context.aws);
    const ended: RunOptions = {
      ...context,
      pacer,
      id: '6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80',
      by: 'function',
      stateAccess: { state, writes: true, version: manifest.version },
      keepsRecords: !options.dryRun,
      allowsMorePasses: true,
      skipWindowReason: () => undefined,
      onReport: (made) => {
        report = made;
      },
      version: manifest.version,
      dryRun: options.dryRun,
      topicArn: `arn:aws:sns:${region}:${account}:ecs-revision-pruner`,
      stopRequested: () => undefined,
      onProgress: () => undefined,
    };
    for (let night = 1; night < (options.nights ?? 1); night++) {
      await run({ ...ended, id: `${night}${ended.id.slice(1)}` }, inProcess({ clock: context.clock }));
      const began = NIGHT + night * DAY_MS;
      await context.clock.sleep(began - context.clock.now());
    }
    await run(ended, inProcess({ clock: context.clock }));
    if (report === undefined) throw new Error('The run has told no report');
    const [sent] = sandbox.account.published.slice(-1);
    const variants: { email?: string } = JSON.parse(sent?.Message ?? '{}');
    // The sandbox listens on another port each time.
    const { endpoint: _, ...caller } = { ...report.run.caller };
    const body = (variants.email ?? '').replace(/^Endpoint .*\n/m, '');
    return {
      report: { ...report, run: { ...report.run, caller } },
      mail: { subject: sent?.Subject ?? '', body },
    };
  });
}

/** `./pruner explain` */
export async function explained(revision: Revision): Promise<Explanation> {
  return inTheSandbox(itsSettings, async (context) => {
    const target = await context.aws.target(new Tally());
    const found = await explainRevision(revision, target, context);
    if (found === undefined) throw new Error(`The default account has no ${revision.family}:${revision.number}`);
    return { ...found, unread: listUnread(context.settings) };
  });
}

async function inTheSandbox<T>(
  given: object,
  work: (context: ObserveContext, pacer: Pacer, sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const clock = new FixedClock();
  const settings = parseSettings(given, 'settings of the demonstration');
  const sandbox = await startSandbox({ account, clock });
  sandbox.faults.add({ operation: '*', kind: 'slow', ms: ANSWER_MS });
  const pacer = new Pacer(clock, settings.share, settings.quotas, settings.writeShare);
  // The SDK is aimed at the sandbox as everywhere else, by the environment; so one demonstration at a time.
  const restore = setEnvironment({
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: sandbox.account.place.region,
    AWS_ACCESS_KEY_ID: 'DEMONSTRATION',
    AWS_SECRET_ACCESS_KEY: 'none',
  });
  const { region } = sandbox.account.place;
  sandbox.account.storage.add(new StorageBucket(BUCKET, { region, createdAt: new Date(NIGHT) }));
  // Its hour is not this machine's, which the SDK takes for a wrong clock: it asks again whatever is refused.
  const backoff = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 };
  const aws = new Aws({ clock, pacer, endpoint: sandbox.url, backoff });
  try {
    const nothing = () => undefined;
    return await work({ aws, clock, settings, outOfTime: () => false, onReading: nothing }, pacer, sandbox);
  } finally {
    aws.close();
    await sandbox.close();
    restore();
  }
}

/** @returns what puts back the values of before */
function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
}
