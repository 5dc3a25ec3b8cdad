// Measures a hub from outside: its two functions as processes of the deployed memory, and the events of one night of many targets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { startSandbox } from '../../sandbox/server.ts';
import { buildHub } from '../../scripts/build.ts';
import { Environment } from '../../scripts/lambda.ts';
import { ACCOUNT, anAccount, REGION, TOPIC } from '../support/account.ts';
import { accountOf, HOUR_MS, queued } from '../support/fleet.ts';
import { hubOf } from '../deploy/hub.ts';
import { propertiesOf } from '../deploy/stack.ts';

const { Environment: deployed } = z
  .object({ Environment: z.object({ Variables: z.object({ NODE_OPTIONS: z.string() }) }) })
  .parse({ Environment: propertiesOf(hubOf(), 'DigestLambdaFunction')['Environment'] });
const nodeOptions = deployed.Variables.NODE_OPTIONS;
/** Half of the default MemorySize in infra/fleet/template.yml. */
const MEGABYTES = 256;
const BATCH = 100;
const MOST_CPU_SECONDS = 60;
const MOST_LINES = 120;

export interface FleetMeasured {
  readonly targets: number;
  readonly what: 'collect' | 'digest';
  readonly s3Requests: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** Of the mail. */
  readonly lines?: number;
  /** The failure, if there was one. */
  readonly problem?: string;
}

export async function* measureFleet(): AsyncGenerator<FleetMeasured> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'));
  await buildHub({ outdir: folder });
  try {
    for (const targets of [1_000, 5_000]) yield* measureTargets(folder, targets);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* measureTargets(folder: string, targets: number): AsyncGenerator<FleetMeasured> {
  const sandbox = await startSandbox({ account: anAccount().bucket('hub').file(), quotas: 'none' });
  const requests = () => {
    const count =
      sandbox.calls.count('GetObject') + sandbox.calls.count('PutObject') + sandbox.calls.count('ListObjectsV2');
    sandbox.calls.clear();
    return count;
  };
  const invoke = async (what: 'collect' | 'digest', events: readonly unknown[]) => {
    const environment = new Environment({
      bundle: join(folder, `${what}.mjs`),
      functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:hub-${what}`,
      memoryMegabytes: MEGABYTES,
      env: {
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'FUNCTION',
        AWS_SECRET_ACCESS_KEY: 'none',
        FLEET_BUCKET: 'hub',
        NODE_OPTIONS: nodeOptions,
        TOPIC_ARN: TOPIC,
        POWERTOOLS_SERVICE_NAME: 'hub',
        POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
      },
    });
    let problem: string | undefined;
    try {
      for (const event of events) {
        const answer = await environment.invoke(event);
        if ('failed' in answer) problem = answer.failed;
      }
      const { cpuSeconds = NaN, peakMegabytes = NaN } = environment;
      return { cpuSeconds, peakMegabytes, s3Requests: requests(), ...(problem === undefined ? {} : { problem }) };
    } catch (error) {
      return { cpuSeconds: NaN, peakMegabytes: NaN, s3Requests: requests(), problem: String(error) };
    } finally {
      await environment.close();
    }
  };
  try {
    yield { targets, what: 'collect', ...(await invoke('collect', batches(targets))) };
    const measured = await invoke('digest', [{}]);
    const [mail] = sandbox.account.published;
    yield { targets, what: 'digest', ...measured, lines: linesOf(mail?.Message) };
  } finally {
    await sandbox.close();
  }
}

/** One event of each target, in ten Regions of a tenth of the accounts; some are held for the same cause. */
function batches(targets: number): unknown[] {
  const began = Date.now() - HOUR_MS;
  const records = Array.from({ length: targets }, (_, n) => {
    const night = n % 50 === 0 ? 'held-by-a-denied-reading' : n % 3 === 0 ? 'backlog' : 'trend';
    const account = accountOf(Math.floor(n / 10) + 1);
    const { id, body, sentAt } = queued({ account, region: `eu-west-${(n % 10) + 1}`, began, night });
    return { messageId: id, body, attributes: { SentTimestamp: String(sentAt) } };
  });
  return Array.from({ length: Math.ceil(targets / BATCH) }, (_, n) => ({
    Records: records.slice(n * BATCH, (n + 1) * BATCH),
  }));
}

const texts = z.object({ email: z.string() });

function linesOf(message = '{"email":""}'): number {
  return texts.parse(JSON.parse(message)).email.trimEnd().split('\n').length;
}

export function fleetTable(measured: readonly FleetMeasured[]): string {
  const rows = measured.map(({ targets, what, s3Requests, cpuSeconds, peakMegabytes, lines }) => [
    targets.toLocaleString('en'),
    what,
    s3Requests.toLocaleString('en'),
    (s3Requests / targets).toFixed(2),
    `${cpuSeconds.toFixed(1)} s`,
    `${peakMegabytes} MiB`,
    lines === undefined ? '' : String(lines),
  ]);
  const head = ['targets', 'function', 'S3 requests', 'each target', 'CPU', 'peak memory', 'lines of mail'];
  const print = ([targets = '', what = '', ...cells]: readonly string[]) =>
    `  ${targets.padStart(7)}  ${what.padEnd(10)}${cells.map((cell) => cell.padStart(15)).join('')}`.trimEnd();
  return [`a hub of ${MEGABYTES} MB, one night`, '', ...[head, ...rows].map(print), ''].join('\n');
}

export function fleetComplaints(measured: readonly FleetMeasured[]): string[] {
  return measured.flatMap(({ targets, what, cpuSeconds, lines = 0, problem }) => [
    ...(problem === undefined ? [] : [`${targets} targets, ${what}: ${problem}`]),
    ...(cpuSeconds > MOST_CPU_SECONDS ? [`${targets} targets, ${what}: it took ${cpuSeconds} s of CPU`] : []),
    ...(lines >= MOST_LINES ? [`${targets} targets: the mail has ${lines} lines`] : []),
  ]);
}
