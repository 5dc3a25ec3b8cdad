// Runs the real `main` of the command line against the sandbox and records its output and its questions.
import { onTestFinished, vi } from 'vitest';
import { main } from '../../cli/main.ts';
import type { ProcessContext } from '../../cli/context.ts';
import { StorageBucket } from '../../sandbox/s3/storage.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { ACCOUNT, type AccountBuilder, anAccount, REGION } from './account.ts';
import { TestClock } from './clock.ts';
import { backoff } from './night.ts';

export const web = () => anAccount().family('web', '1-8').service('prod/web', 'web:3');

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: readonly string[];
  readonly sandbox: Sandbox;
}

export async function pruner(
  args: string,
  {
    account = web(),
    world = {},
    types = '',
    endpoint,
    env = {},
    prepare,
    state = true,
    lateTask,
    interruptsAtMinute,
    keeps,
    clock = new TestClock(),
  }: {
    account?: Pick<AccountBuilder, 'file'>;
    world?: Partial<ProcessContext>;
    types?: string;
    endpoint?: string;
    /** The environment of the process, for the SDK. */
    env?: Record<string, string | undefined>;
    prepare?: (sandbox: Sandbox, interrupt: () => void) => void;
    /** Whether a command with a journal gets a state folder. */
    state?: boolean;
    /** Runs a task of this revision this many minutes after the last deregistration. */
    lateTask?: { minute: number; revision: string };
    interruptsAtMinute?: number;
    /** Receives the records of the state store at the end. */
    keeps?: Map<string, string>;
    clock?: TestClock;
  } = {},
): Promise<Run> {
  const sandbox = await startSandbox({ account: account.file(), clock });
  // `prune` needs a state store for the journal.
  const needsState = state && /^prune( |$)/.test(args) && !args.includes('--state') && args !== 'prune --help';
  if (needsState || args.includes('--state s3://kept'))
    sandbox.account.storage.add(new StorageBucket('kept', { region: REGION, createdAt: new Date(clock.now()) }));
  const given = needsState ? `${args} --state s3://kept` : args;
  const surroundings = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'CLI',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ...env,
    AWS_ENDPOINT_URL: endpoint ?? sandbox.url,
  };
  for (const [name, value] of Object.entries(surroundings)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await sandbox.close();
    if (sandbox.problems.length > 0) throw new Error(sandbox.problems.join('\n'));
  });
  let [out, err] = ['', ''];
  let interrupt = (): void => undefined;
  const asked: string[] = [];
  prepare?.(sandbox, () => interrupt());
  const sinceLast = (minute: number, act: () => void) => {
    let last = Infinity;
    sandbox.before(({ operation }) => {
      if (operation === 'DeregisterTaskDefinition') last = clock.now();
    });
    clock.onSleep(() => {
      if (clock.now() - last < minute * 60_000) return;
      last = Infinity;
      act();
    });
  };
  if (interruptsAtMinute !== undefined) sinceLast(interruptsAtMinute, () => interrupt());
  if (lateTask !== undefined)
    sinceLast(lateTask.minute, () => {
      sandbox.account.runTask({ cluster: 'prod', taskDefinition: lateTask.revision });
    });
  const code = await main(given === '' ? [] : given.split(' '), {
    clock,
    backoff,
    env: { ...env, AWS_ENDPOINT_URL: surroundings.AWS_ENDPOINT_URL },
    cwd: process.cwd(),
    out: (text) => (out += text),
    err: (text) => (err += text),
    canAsk: false,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(types);
    },
    saveSecret: (name) => `${name}.json`,
    showsProgress: false,
    isTerminal: false,
    width: 80,
    onInterrupt: (handle) => (interrupt = handle),
    exitNow: (now) => {
      throw new Error(`left at once with ${now}`);
    },
    ...world,
  });
  const bucket = sandbox.account.storage.find('kept');
  for (const key of bucket?.keys() ?? []) keeps?.set(key, bucket?.versions(key)[0]?.object?.text ?? '');
  return { code, out, err, asked, sandbox };
}

export const deregisterCount = ({ sandbox }: Run) => sandbox.calls.count('DeregisterTaskDefinition');
export const document = ({ out }: Run): Record<string, unknown> => {
  const value: unknown = JSON.parse(out);
  return Object.fromEntries(Object.entries(value ?? {}));
};
export const confirmed = `--yes --account ${ACCOUNT}`;
