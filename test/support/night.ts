// Runs the product against an account in the sandbox over HTTP, with a clock that the test moves.
import { onTestFinished } from 'vitest';
import type { Stop } from '../../shared/domain/apply-results.ts';
import { Aws } from '../../shared/aws/connect.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { run, type RunOptions } from '../../shared/run/run.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { inProcess, type Steps } from '../../shared/run/steps.ts';
import type { AccountFile } from '../../sandbox/account-file.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { type AccountBuilder, anAccount, REGION, TOPIC } from './account.ts';
import { TestClock } from './clock.ts';
import { MemoryState } from './memory-state.ts';

export { asText } from './plan-text.ts';

export interface Night {
  /** The state store of every run of this test. */
  readonly state: MemoryState;
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  /** A dry run. */
  plan(settings?: Record<string, unknown>, more?: Partial<RunOptions>): Promise<Report>;
  /** A run that deregisters. */
  prune(settings?: Record<string, unknown>, more?: Partial<RunOptions>, steps?: Steps): Promise<Report>;
}

export async function aNight(
  account: AccountBuilder | AccountFile,
  { requestTimeoutMs, ...options }: Partial<SandboxOptions> & { requestTimeoutMs?: number } = {},
): Promise<Night> {
  const clock = new TestClock();
  const state = new MemoryState();
  let runs = 0;
  const file = 'file' in account ? account.file() : account;
  const sandbox = await startSandbox({ account: file, clock, ...options });
  onTestFinished(async () => {
    await sandbox.close();
    if (sandbox.problems.length > 0)
      throw new Error(`The sandbox met what does not fit the SDK's schemas:\n${sandbox.problems.join('\n')}`);
  });
  const runWith = async (
    dryRun: boolean,
    settings: Record<string, unknown> = {},
    more: Partial<RunOptions> = {},
    steps: Steps = inProcess({ clock }),
  ) => {
    // Other tests cover usage. It would add five calls and seconds of the clock to each of hundreds of runs.
    const parsed = parseSettings({ usedWithinDays: 0, ...settings }, 'settings of the test');
    const pacer = new Pacer(clock, parsed.share, parsed.quotas, parsed.writeShare);
    const aws = connectTo(sandbox, clock, pacer, requestTimeoutMs);
    let report: Report | undefined;
    const options: RunOptions = {
      id: `run-${++runs}`,
      by: 'function',
      version: '0.0.0',
      stateAccess: dryRun ? undefined : { state, writes: true, version: '0.0.0' },
      keepsRecords: !dryRun,
      allowsMorePasses: false,
      skipWindowReason: () => undefined,
      onReport: (made) => {
        report = made;
      },
      aws,
      pacer,
      clock,
      settings: parsed,
      dryRun,
      topicArn: TOPIC,
      outOfTime: () => false,
      stopRequested: (): Stop | undefined => undefined,
      onReading: () => undefined,
      onProgress: () => undefined,
      ...more,
    };
    await run(options, steps);
    aws.close();
    if (report === undefined) throw new Error('the run has told no report');
    return report;
  };
  return {
    state,
    sandbox,
    clock,
    plan: (settings, more) => runWith(true, settings, more),
    prune: (settings, more, steps) => runWith(false, settings, more, steps),
  };
}

/** No wait between attempts. */
export const backoff = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 };

/** Retries wait only in the pacer, on the test's clock; the SDK does not pause between attempts. */
export function connectTo(
  sandbox: Pick<Sandbox, 'url'>,
  clock: TestClock,
  pacer: Pacer,
  requestTimeoutMs = 2_000,
): Aws {
  process.env['AWS_ENDPOINT_URL'] = sandbox.url;
  process.env['AWS_ACCESS_KEY_ID'] ??= 'TEST';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'secret';
  return new Aws({ region: REGION, endpoint: sandbox.url, clock, pacer, backoff, requestTimeoutMs });
}

/** The deregistered revisions, as `web:1`, in the order of the calls. */
export function deregisteredNames({ results }: Report): string[] {
  return results.deregistered.map(nameOf);
}

/** The skipped revisions with their reasons, as `web:4: tagged keep`. */
export function skippedNames({ results }: Report): string[] {
  return results.skipped.map(({ revision, reason }) => `${nameOf(revision)}: ${reason}`);
}

/** Applies a change once, just before the n-th deregistration takes effect, as a deployment could. */
export function duringDeregistration({ sandbox }: Night, n: number, change: () => void): void {
  let seen = 0;
  sandbox.before(({ operation }) => {
    if (operation === 'DeregisterTaskDefinition' && ++seen === n) change();
  });
}

/** web:8 to web:10 are the newest three, so a run can deregister web:1 to web:7. */
export const keepNewestThree = { keepLatest: 3 };
export function sevenOld(): AccountBuilder {
  return anAccount().family('web', '1-10').cluster('prod');
}
