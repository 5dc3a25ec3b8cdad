// The command line's start: CPU seconds of its process with compiled code in the cache, the size of the package, and what the
// deployed nightly function loads before its first call.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { readAccount } from '../../sandbox/account-file.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { build } from '../../scripts/build.ts';
import { buildCli } from '../../scripts/build-cli.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** The first start fills the cache. The least of the others has the fewest disturbances. */
const STARTS = 5;

export interface Figure {
  readonly what: string;
  readonly is: number;
  /** Absent where nothing can be done about it. */
  readonly atMost?: number;
  readonly unit: string;
}

export async function measureCommandLine(): Promise<Figure[]> {
  await buildCli(true);
  const folder = mkdtempSync(path.join(tmpdir(), 'ecs-revision-pruner-bench-'));
  const sandbox = await startSandbox({
    account: readAccount(path.join(root, 'sandbox/accounts/default.json')),
    quotas: 'none',
  });
  const settings = path.join(folder, 'settings.json');
  const quick = { perSecond: 1000, burst: 1000 };
  writeFileSync(settings, JSON.stringify({ quotas: Object.fromEntries(bucketNames.map((name) => [name, quick])) }));
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: sandbox.account.place.region,
    AWS_ACCESS_KEY_ID: 'BENCH',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  const bin = path.join(root, 'cli/bin.mjs');
  const least = async (...args: string[]) => {
    const seconds: number[] = [];
    for (let start = 0; start <= STARTS; start++) seconds.push(await cpuSeconds(args, env));
    return Math.min(...seconds.slice(1));
  };
  const empty = await least('--eval', '0');
  const help = await least(bin, '--help');
  const plan = await least(bin, 'plan', '--settings', settings);
  await sandbox.close();
  const tarball = packedBytes(folder);
  const outdir = path.join(folder, 'functions');
  const { files } = await build({ outdir });
  const code = files.filter((file) => file.endsWith('.mjs'));
  const gzipped = (names: readonly string[]) =>
    names.reduce((bytes, name) => bytes + gzipSync(readFileSync(path.join(outdir, name))).length, 0);
  const [early, all] = [gzipped(loadedBeforeFirstCall(outdir)), gzipped(code)];
  rmSync(folder, { recursive: true });
  return [
    { what: 'CPU of Node.js without a program', is: empty, unit: 's' },
    { what: 'CPU of --help', is: help, atMost: 0.25, unit: 's' },
    { what: 'CPU of plan, the default account', is: plan, atMost: 0.8, unit: 's' },
    { what: 'package, packed', is: tarball / 1000, atMost: 2000, unit: 'kB' },
    { what: 'function, gzipped, before its first call', is: early / 1000, atMost: 140, unit: 'kB' },
    { what: 'functions, gzipped, without source maps', is: all / 1000, atMost: 700, unit: 'kB' },
  ];
}

export function commandLineTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, is, atMost, unit }) => {
    const digits = unit === 's' ? 2 : 0;
    const aim = atMost === undefined ? '' : `   aim: ${atMost.toFixed(digits)}${is > atMost ? ', missed' : ''}`;
    return `  ${what.padEnd(42)} ${is.toFixed(digits).padStart(6)} ${unit.padEnd(2)}${aim}`;
  });
  return ['The command line and the code of the functions', ...rows, ''].join('\n');
}

/** User and system time of one process, as bash measures it. */
function cpuSeconds(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const script = `TIMEFORMAT='%U %S'; { time "$@" >/dev/null 2>&1; }`;
  const all = ['-c', script, 'bash', process.execPath, ...args];
  return new Promise((resolve, reject) => {
    execFile('bash', all, { env }, (error, _out, err) => {
      if (error === null)
        resolve(
          err
            .trim()
            .split(' ')
            .reduce((seconds, part) => seconds + Number(part), 0),
        );
      else reject(new Error(`${args.join(' ')}: ${err}`));
    });
  });
}

function packedBytes(folder: string): number {
  const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const name = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  return statSync(path.join(folder, name)).size;
}

function loadedBeforeFirstCall(outdir: string): string[] {
  const script = path.join(import.meta.dirname, 'first-call.ts');
  const written = execFileSync(process.execPath, [script, outdir], { encoding: 'utf8' });
  return z.array(z.string()).parse(JSON.parse(written));
}
