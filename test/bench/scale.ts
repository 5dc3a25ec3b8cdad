// Measures very large accounts from outside: the command line and the function as processes of their own, beside a sandbox
// without quotas.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { SkippingClock } from '../../sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { buildCli } from '../../scripts/build-cli.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { REGION } from '../support/account.ts';
import { LARGEST_FUNCTION_MEGABYTES, limitedNight, stateBucket } from '../support/limited-night.ts';
import { type ScaleSize, scaleAccount } from './scale-account.ts';

export const scaleSizes: readonly (ScaleSize & { readonly name: string; readonly mostMegabytes: number })[] = [
  { name: '100,000', families: 500, revisions: 200, mostMegabytes: 160 },
  // Each revision is a range of its own.
  { name: '100,000, every second one gone', families: 500, revisions: 400, hasGaps: true, mostMegabytes: 180 },
  { name: '1,000,000', families: 1_000, revisions: 1_000, mostMegabytes: 300 },
];

export interface ScaleMeasured {
  readonly size: string;
  readonly what: 'plan' | 'plan --json' | 'function';
  readonly calls: number;
  readonly peakMegabytes: number;
  readonly mostMegabytes: number;
  /** Of the command line. */
  readonly cpuSeconds?: number;
  readonly outputBytes?: number;
  readonly invocations?: number;
  /** The failure, if there was one. */
  readonly problem?: string;
}

/** So much that no call waits. */
const unlimited = Object.fromEntries(bucketNames.map((name) => [name, { burst: 1_000_000, perSecond: 1_000_000 }]));

export async function* measureScale(): AsyncGenerator<ScaleMeasured> {
  await buildCli(true);
  for (const { name: size, mostMegabytes, ...shape } of scaleSizes) {
    const clock = new SkippingClock();
    const sandbox = await startSandbox({ account: scaleAccount(shape, clock.now()), quotas: 'none', clock });
    sandbox.account.storage.add(stateBucket(clock.now()));
    const callsSince = () => {
      const calls = sandbox.calls.count();
      sandbox.calls.clear();
      return calls;
    };
    try {
      for (const what of ['plan', 'plan --json'] as const) {
        const { peakMegabytes, ...measured } = await commandLineRuns(sandbox, what);
        yield { size, what, calls: callsSince(), peakMegabytes, mostMegabytes, ...measured };
      }
      const { answer, peakMegabytes, invocations } = await limitedNight({
        sandbox,
        clock,
        settings: { quotas: unlimited, share: 1, writeShare: 1 },
      });
      yield {
        size,
        what: 'function',
        calls: callsSince(),
        peakMegabytes,
        mostMegabytes: LARGEST_FUNCTION_MEGABYTES,
        invocations,
        ...('failed' in answer ? { problem: answer.failed } : {}),
      };
    } finally {
      await sandbox.close();
    }
  }
}

const usage = z.object({ peakKilobytes: z.number(), cpuMicroseconds: z.number() });

async function commandLineRuns({ url }: Sandbox, command: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'));
  const settings = join(folder, 'pruner.yml');
  writeFileSync(settings, JSON.stringify({ share: 1, quotas: unlimited }));
  const [told, main] = ['tell-usage.mjs', '../../cli/bin.mjs'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const args = ['--import', told ?? '', main ?? '', ...command.split(' '), '--settings', settings];
  try {
    const run = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: 'BENCHMARK',
        AWS_SECRET_ACCESS_KEY: 'none',
      },
    });
    let outputBytes = 0;
    run.stdout?.on('data', (chunk: Buffer) => (outputBytes += chunk.length));
    const textOf = (stream: unknown) => (stream instanceof Readable ? text(stream) : Promise.resolve(''));
    const [errors, cost] = [textOf(run.stderr), textOf(run.stdio[3])];
    await once(run, 'close');
    const { peakKilobytes, cpuMicroseconds } = usage.parse(JSON.parse((await cost) || '{}'));
    return {
      peakMegabytes: Math.ceil(peakKilobytes / 1024),
      cpuSeconds: Math.round(cpuMicroseconds / 100_000) / 10,
      outputBytes,
      ...(run.exitCode === 0 ? {} : { problem: await errors }),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function scaleTable(measured: readonly ScaleMeasured[]): string {
  const rows = measured.map((one) => [
    one.size,
    one.what,
    one.calls.toLocaleString('en'),
    `${one.peakMegabytes} MiB`,
    one.cpuSeconds === undefined ? '' : `${one.cpuSeconds.toFixed(1)} s`,
    one.outputBytes === undefined ? '' : `${Math.ceil(one.outputBytes / 1000).toLocaleString('en')} kB`,
    one.invocations === undefined ? '' : one.invocations.toLocaleString('en'),
  ]);
  const head = ['revisions', 'run', 'calls', 'peak memory', 'CPU', 'output', 'invocations'];
  const print = ([size = '', what = '', ...cells]: readonly string[]) =>
    `  ${size.padEnd(34)}${what.padEnd(12)}${cells.map((cell) => cell.padStart(13)).join('')}`.trimEnd();
  return ['without quotas, each run in a process of its own', '', ...[head, ...rows].map(print), ''].join('\n');
}

export function scaleComplaints(measured: readonly ScaleMeasured[]): string[] {
  return measured.flatMap(({ size, what, peakMegabytes, mostMegabytes, problem }) => [
    ...(problem === undefined ? [] : [`${size}, ${what}: ${problem}`]),
    ...(peakMegabytes > mostMegabytes
      ? [`${size}, ${what}: it took ${peakMegabytes} MiB, more than ${mostMegabytes}`]
      : []),
  ]);
}
