// Measures one size: holds its account in a sandbox, lets the product run against it in another process, a dry run first
// and then one that prunes, and puts the calls that arrived beside the fewest.
import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ManualClock } from '../../sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { NOW } from '../support/account.ts';
import { accountOf, type Size } from './account.ts';
import { fewest, terms } from './fewest.ts';
import type { Calls } from './truth.ts';
import { type Cost, costShape } from './cost.ts';

export interface Measured {
  readonly mode: 'dry run' | 'prune';
  readonly calls: Calls;
  readonly fewest: Calls;
  /** How many should go, by what is true of the account. */
  readonly due: number;
  readonly throttled: number;
  readonly cost: Cost;
}

export interface SizeMeasured {
  readonly families: number;
  readonly revisions: number;
  readonly services: number;
  readonly tasks: number;
  /** Of the other lists of the account, those that have any. */
  readonly members: Readonly<Record<string, number>>;
  readonly runs: readonly Measured[];
}

/** Lists of the account that are told apart from the rest, or not at all. */
const ownLine: ReadonlySet<string> = new Set(['taskDefinitions', 'clusters', 'services', 'tasks', 'topics']);
/** Node.js keeps to this as it would in the function's 512 MB, instead of to this machine's memory. */
const HEAP_MEGABYTES = 384;

export async function measure(
  size: Size,
  modes: readonly Measured['mode'][] = ['dry run', 'prune'],
): Promise<SizeMeasured> {
  const { file, truth } = accountOf(size);
  const clock = new ManualClock(Date.parse(NOW));
  const sandbox = await startSandbox({ account: file, clock });
  const follow = following(clock);
  try {
    const runs: Measured[] = [];
    for (const mode of modes) {
      sandbox.calls.clear();
      const cost = await productRuns(sandbox, mode, clock.now());
      if (sandbox.problems.length > 0) throw new Error(sandbox.problems.join('\n'));
      const { calls, going } = fewest(truth, terms, mode === 'prune');
      const [arrived, throttled] = [sandbox.calls.byOperation(), sandbox.calls.throttled()];
      runs.push({ mode, calls: arrived, fewest: calls, due: going, throttled, cost });
    }
    const { services = [], tasks = [] } = file;
    const members = Object.entries(file).flatMap(([list, value]) =>
      Array.isArray(value) && !ownLine.has(list) ? [[list, value.length] as const] : [],
    );
    return {
      families: size.families,
      revisions: size.families * size.revisions,
      services: services.length,
      tasks: tasks.length,
      members: Object.fromEntries(members),
      runs,
    };
  } finally {
    follow.end();
    await sandbox.close();
  }
}

/** The sandbox's clock goes by what each request says, before its token bucket is asked. */
function following(clock: ManualClock): { end: () => void } {
  const follow = (message: unknown) => {
    const request =
      typeof message === 'object' && message !== null && 'request' in message ? message.request : undefined;
    if (!(request instanceof IncomingMessage)) return;
    const at = Number(request.headers['x-benchmark-now']);
    if (at > clock.now()) clock.advance(at - clock.now());
  };
  subscribe('http.server.request.start', follow);
  return { end: () => void unsubscribe('http.server.request.start', follow) };
}

async function productRuns({ url }: Sandbox, mode: Measured['mode'], beganMs: number): Promise<Cost> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      fileURLToPath(new URL('product.ts', import.meta.url)),
      mode,
      String(beganMs),
    ],
    {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: 'BENCHMARK',
        AWS_SECRET_ACCESS_KEY: 'none',
      },
    },
  );
  return costShape.parse(JSON.parse(stdout));
}
