// Measures what a run does to a deployer beside it, who registers revisions of one family while the run deregisters others:
// how many of the deployer's registrations AWS throttles, at the published quota that both share.
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { Pacer } from '../../shared/aws/pacer.ts';
import { run, type RunOptions } from '../../shared/run/run.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { inProcess } from '../../shared/run/steps.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { anAccount, REGION } from '../support/account.ts';
import { TestClock } from '../support/clock.ts';
import { MemoryState } from '../support/memory-state.ts';
import { connectTo } from '../support/night.ts';

export interface Deployer {
  readonly name: string;
  /** How many registrations at once, and how far apart. */
  readonly burst: number;
  readonly everyMs: number;
  /** Whether the run deregisters revisions of the same family, and so sees it grow. */
  readonly seen: boolean;
}

export const deployers: readonly Deployer[] = [
  { name: '0.25 a second', burst: 1, everyMs: 4_000, seen: false },
  { name: '0.5 a second', burst: 1, everyMs: 2_000, seen: false },
  { name: '0.75 a second', burst: 1, everyMs: 1_333, seen: false },
  { name: '0.75 a second, of a family that goes', burst: 1, everyMs: 1_333, seen: true },
  { name: 'bursts of 6, 0.75 a second', burst: 6, everyMs: 8_000, seen: false },
  { name: 'bursts of 15, 0.75 a second', burst: 15, everyMs: 20_000, seen: false },
];

export interface Throttled {
  readonly deployer: string;
  readonly writeShare: number;
  readonly registrations: number;
  /** Of these. */
  readonly throttled: number;
  readonly deregistered: number;
  readonly minutes: number;
}

/** Time passes only while a task waits, and the deployer has its own schedule. */
class SharedClock extends TestClock {
  /** Does what is due, and says when the next is; in milliseconds. */
  deploy: (now: number) => Promise<number> = () => Promise.resolve(Infinity);
  #next = 0;
  #waiting: Promise<void> = Promise.resolve();

  override sleep(ms: number): Promise<void> {
    // One after the other: two sleeps side by side would each deploy.
    this.#waiting = this.#waiting.then(() => this.#pass(ms));
    return this.#waiting;
  }

  async #pass(ms: number): Promise<void> {
    const end = this.monotonic() + ms;
    while (this.#next <= end) {
      this.advance(Math.max(0, this.#next - this.monotonic()));
      this.#next = await this.deploy(this.monotonic());
    }
    this.advance(Math.max(0, end - this.monotonic()));
  }
}

const CAP = 60;

export async function beside(deployer: Deployer, writeShare?: number): Promise<Throttled> {
  const clock = new SharedClock();
  const account = anAccount()
    .family('web', `1-${CAP + 5}`)
    .family('other', '1')
    .cluster('prod');
  const sandbox = await startSandbox({ account: account.file(), clock });
  const settings = parseSettings(
    { usedWithinDays: 0, maxDeregistrations: CAP, ...(writeShare === undefined ? {} : { writeShare }) },
    'settings of the benchmark',
  );
  const pacer = new Pacer(clock, settings.share, settings.quotas, settings.writeShare);
  const aws = connectTo(sandbox, clock, pacer, 20_000);
  const ecs = new ECSClient({ region: REGION, maxAttempts: 1 });
  let [registrations, throttled, due] = [0, 0, deployer.everyMs];
  clock.deploy = async (now) => {
    if (now < due) return due;
    for (let one = 0; one < deployer.burst; one++) {
      registrations++;
      await ecs.send(registration(deployer.seen ? 'web' : 'other')).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'ThrottlingException')) throw error;
        throttled++;
      });
    }
    return (due += deployer.everyMs);
  };
  let deregistered = 0;
  const options: RunOptions = {
    id: 'benchmark',
    by: 'command line',
    stateAccess: { state: new MemoryState(), writes: true, version: '0.0.0' },
    keepsRecords: true,
    allowsMorePasses: true,
    // A run that waits for the end of the window writes nothing meanwhile.
    skipWindowReason: () => 'no-wait',
    version: '0.0.0',
    aws,
    pacer,
    clock,
    settings,
    dryRun: false,
    outOfTime: () => false,
    stopRequested: () => undefined,
    onReading: () => undefined,
    onProgress: () => undefined,
    onReport: ({ results }) => {
      deregistered = results.deregistered.length;
    },
  };
  try {
    await run(options, inProcess({ clock }));
    const minutes = clock.monotonic() / 60_000;
    return {
      deployer: deployer.name,
      writeShare: settings.writeShare,
      registrations,
      throttled,
      deregistered,
      minutes,
    };
  } finally {
    aws.close();
    ecs.destroy();
    await sandbox.close();
  }
}

function registration(family: string): RegisterTaskDefinitionCommand {
  return new RegisterTaskDefinitionCommand({
    family,
    containerDefinitions: [{ name: 'app', image: 'app:2', memory: 128 }],
  });
}

/** At the default, and at twice that, which shows what the default is for. */
const SHARES = [undefined, 0.5] as const;

export async function measureDeployers(): Promise<Throttled[]> {
  const measured: Throttled[] = [];
  for (const deployer of deployers) for (const share of SHARES) measured.push(await beside(deployer, share));
  return measured;
}

export function deployersTable(measured: readonly Throttled[]): string {
  const rows = measured.map(({ deployer, writeShare, registrations, throttled, deregistered, minutes }) =>
    [
      `  ${deployer.padEnd(38)}`,
      `${writeShare}`.padStart(10),
      `${throttled} of ${registrations}`.padStart(14),
      `${deregistered}`.padStart(14),
      `${minutes.toFixed(1)} min`.padStart(12),
    ].join(''),
  );
  const head = `  ${'registers'.padEnd(38)}${'writeShare'.padStart(10)}${'throttled'.padStart(14)}${'deregistered'.padStart(14)}${'time'.padStart(12)}`;
  return ['a deployer beside a run', '', head, ...rows, ''].join('\n');
}

/** A run with the default settings throttles no deployer. */
export function deployersComplaints(measured: readonly Throttled[]): string[] {
  return measured
    .filter(({ writeShare, throttled }) => writeShare <= 0.25 && throttled > 0)
    .map(({ deployer, throttled, registrations }) => `${deployer}: ${throttled} of ${registrations} were throttled`);
}
