// The night that is disturbed: a small account with something of everything that keeps a revision, a cap below what could
// go, and the run as the function makes it, as a durable execution or plainly, or the command line.
import { onTestFinished, vi } from 'vitest';
import { createSteps } from '../../../functions/durable.ts';
import { Aws } from '../../../shared/aws/connect.ts';
import { Pacer } from '../../../shared/aws/pacer.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { run, type RunOptions } from '../../../shared/run/run.ts';
import { parseSettings } from '../../../shared/settings/parse.ts';
import { openStore } from '../../../shared/state/open-store.ts';
import { inProcess, type Steps } from '../../../shared/run/steps.ts';
import type { AccountFile } from '../../../sandbox/account-file.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { type AccountBuilder, anAccount, REGION, TOPIC } from '../../support/account.ts';
import { TestClock } from '../../support/clock.ts';
import { backoff } from '../../support/night.ts';
import { type Ended, execute, type ExecutionOptions, live, type Program } from './execution.ts';
import type { Life } from './life.ts';
import { BUCKET, Witness } from './witness.ts';

/** May go: web:1, web:3, web:7, web:8 and batch:1 to batch:3, of which the cap lets five go. */
export const CAP = 5;
export const settings = { keepLatest: 3, maxDeregistrations: CAP, usedWithinDays: 0 };
export const mayGo = ['batch:1', 'batch:2', 'batch:3', 'web:1', 'web:3', 'web:7', 'web:8'];
export const kept: readonly string[] = [
  'web:2 web:4 web:5 web:6 web:9 web:10 web:11 web:12',
  'batch:4 batch:5 batch:6',
  'young:1 young:2 young:3 young:4',
].flatMap((names) => names.split(' '));
/** Oldest first within a family, families in turn. */
export const goesFirst = ['batch:1', 'batch:2', 'batch:3', 'web:1', 'web:3'];

export function account(): AccountBuilder {
  return anAccount()
    .bucket(BUCKET)
    .family('web', '1-5,7-12')
    .family('web', '6', { tags: { 'ecs-revision-pruner:keep': '' } })
    .family('batch', '1-6')
    .family('young', '1-4', { daysAgo: 3 })
    .service('prod/web', 'web:9')
    .schedule('nightly', 'web:2')
    .rule('orders', 'web:4')
    .task('prod', 'web:5');
}

/** The machine's clock goes with the test's: where AWS's answers are of another hour, the SDK tries each refused call again,
 *  to see whether it was refused for that, and there would be three calls in the place of each one. */
class MachineClock extends TestClock {
  override advance(ms: number): void {
    super.advance(ms);
    if (vi.isFakeTimers()) vi.setSystemTime(this.now());
  }

  override jump(ms: number): void {
    super.jump(ms);
    if (vi.isFakeTimers()) vi.setSystemTime(this.now());
  }
}

export interface Making {
  readonly settings?: Record<string, unknown>;
  readonly version?: string;
  /** Of the run; for a durable execution the same in each of its invocations. */
  readonly id?: string;
  /** After so many deregistrations the time of an invocation is over, so that there are several passes. */
  readonly actsALife?: number;
  /** Wraps the steps before the run gets them. */
  readonly steps?: (steps: Steps) => Steps;
  readonly more?: Partial<RunOptions>;
}

export interface Night {
  readonly sandbox: Sandbox;
  readonly clock: TestClock;
  readonly witness: Witness;
  /** Every report of a run. */
  readonly told: readonly Report[];
  /** The handler of the function. */
  program(making: Making): Program;
  /** The function as a durable execution. */
  durable(making?: Making, options?: Partial<ExecutionOptions>): Promise<Ended>;
  /** The function where durable functions are not available: one invocation, a pass a night. */
  plain(making?: Making, options?: Partial<ExecutionOptions>): Promise<Ended>;
  /** `pruner prune` on an operator's machine, which waits for the end of the window. */
  commandLine(making?: Making, options?: Partial<ExecutionOptions>): Promise<Ended>;
}

/** A run for one test. */
export async function aNight(of?: AccountBuilder): Promise<Night> {
  const { close, ...night } = await openNight(of);
  onTestFinished(close);
  return night;
}

/** Outside of a test, the caller must close it. */
export async function openNight(
  of: AccountBuilder | AccountFile = account(),
): Promise<Night & { close: () => Promise<void> }> {
  const clock = new MachineClock();
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
  const sandbox = await startSandbox({ account: 'file' in of ? of.file() : of, clock });
  const key = process.env['AWS_ACCESS_KEY_ID'];
  process.env['AWS_ENDPOINT_URL'] = sandbox.url;
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'secret';
  const close = async () => {
    vi.useRealTimers();
    process.env['AWS_ACCESS_KEY_ID'] = key ?? 'TEST';
    await sandbox.close();
    if (sandbox.problems.length > 0)
      throw new Error(`The sandbox met what does not fit the SDK's schemas:\n${sandbox.problems.join('\n')}`);
  };
  const witness = new Witness(sandbox, clock);
  const told: Report[] = [];
  const more = { onReport: (report: Report) => void told.push(report) };
  const once = (name: string, by: RunOptions['by'], continues: boolean) => {
    return async (making: Making = {}, options: Partial<ExecutionOptions> = {}) =>
      live(
        async (life) => {
          const steps = inProcess({ clock: life.clock });
          const made = { id: name, more, ...making };
          return run(await optionsOf(life, sandbox.url, by, continues, made), wrapped(steps, making));
        },
        { sandbox, clock, name, ...options },
      );
  };
  // The getters may return other values in each invocation.
  const program = (making: Making, id = 'FUNCTION'): Program => {
    return async (context, life) =>
      run(
        await optionsOf(life, sandbox.url, 'function', true, { id, more, ...making }),
        wrapped(createSteps(context), making),
      );
  };
  return {
    close,
    sandbox,
    clock,
    witness,
    told,
    program,
    durable: (making = {}, options = {}) => execute(program(making, options.name), { sandbox, clock, ...options }),
    plain: once('PLAIN', 'function', false),
    commandLine: once('TERMINAL', 'command line', true),
  };
}

function wrapped(steps: Steps, making: Making): Steps {
  return making.steps?.(steps) ?? steps;
}

/** The remaining time at which reading must end, and at which deregistering must end: the same values as the function's. */
const REPORT_MS = 30_000;
const LAST_LOOK_MS = 90_000;

async function optionsOf(
  life: Life,
  endpoint: string,
  by: RunOptions['by'],
  continues: boolean,
  { settings: other = {}, version = '1.0.0', id = 'run', actsALife = Infinity, more = {} }: Making,
): Promise<RunOptions> {
  const { clock, handler } = life;
  const parsed = parseSettings({ ...settings, ...other }, 'settings of the test');
  const pacer = new Pacer(clock, parsed.share, parsed.quotas, parsed.writeShare);
  const aws = new Aws({ region: REGION, endpoint, clock, pacer, backoff, handler });
  let acts = 0;
  return {
    id,
    by,
    version,
    aws,
    pacer,
    clock,
    settings: parsed,
    dryRun: false,
    keepsRecords: true,
    allowsMorePasses: continues,
    stateAccess: { state: await openStore(`s3://${BUCKET}`, aws), writes: true, version },
    topicArn: TOPIC,
    skipWindowReason: () => (continues ? undefined : 'not durable'),
    outOfTime: () => life.leftMs() < REPORT_MS,
    stopRequested: () =>
      life.leftMs() < LAST_LOOK_MS || acts >= actsALife
        ? {
            by: 'time',
            reason: 'the time of this invocation is over',
            remedy: 'The rest follows in the next run.',
          }
        : undefined,
    onReading: () => undefined,
    onProgress: () => {
      acts++;
    },
    onReport: () => undefined,
    // As the function does: it is told in the report. A terminal shows it as it is.
    ...(by === 'function' ? { onUnexpectedError: () => undefined } : {}),
    ...more,
  };
}
