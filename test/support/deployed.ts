// The function of a stage with its environment, against an account in the sandbox over HTTP.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { type AccountBuilder, anAccount, REGION, TOPIC } from './account.ts';
import { aContext } from './execution.ts';

const quick = { perSecond: 1000, burst: 1000 };
/** Without them the functions wait on the real clock. */
export const quotas = Object.fromEntries(bucketNames.map((name) => [name, quick]));
const folder = mkdtempSync(join(tmpdir(), 'pruner-'));
const open: Sandbox[] = [];

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export interface Stage {
  readonly settings?: Record<string, unknown>;
  /** DRY_RUN of the stack. */
  readonly dryRun?: string | undefined;
  readonly topic?: string;
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  /** Called before each invocation, from the first. */
  readonly before?: (invocation: number) => void;
  readonly remainingMs?: (invocation: number) => number;
}

export type Prepare = (sandbox: Sandbox) => void;

/** For a file whose tests do not read the log: silences it, and ends the sandboxes after each test. */
export function silenceFunctions(): void {
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await undeploy();
  });
}

/** Eight revisions, of which the functions keep the newest three. */
export const eightRevisions = () => anAccount().family('web', '1-8').cluster('prod');

/** The function of a stage, with its environment, and the account in the sandbox. */
export async function deployed(
  which: 'prune' | 'preview',
  account: AccountBuilder,
  stage: Stage,
  prepare: Prepare = () => undefined,
) {
  // The functions wait on the real clock; apply/deregister.test.ts tests the pace.
  const sandbox = await startSandbox({ account: account.file(), quotas: 'none' });
  open.push(sandbox);
  prepare(sandbox);
  const file = join(folder, `${open.length}.json`);
  writeFileSync(file, JSON.stringify({ keepLatest: 3, usedWithinDays: 0, quotas, ...stage.settings }));
  const env = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'LAMBDA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    TOPIC_ARN: stage.topic ?? TOPIC,
    DRY_RUN: 'dryRun' in stage ? stage.dryRun : 'false',
    STATE: mkdtempSync(join(folder, 'state-')),
    SETTINGS_FILE: file,
    POWERTOOLS_SERVICE_NAME: 'ecs-revision-pruner-test',
    POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
    ...stage.env,
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { handler } =
    which === 'prune' ? await import('../../functions/prune.ts') : await import('../../functions/preview.ts');
  const context = (invocation: number) => {
    stage.before?.(invocation);
    return aContext({ getRemainingTimeInMillis: () => stage.remainingMs?.(invocation) ?? 900_000 });
  };
  return { handler, context, sandbox, mails: sandbox.account.published };
}

/** After each test. @throws what the sandbox could not answer */
export async function undeploy(): Promise<void> {
  vi.unstubAllEnvs();
  vi.resetModules();
  const problems = open.flatMap((sandbox) => sandbox.problems);
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
