// The nightly function of a stage that requires approval, as a durable execution of the sandbox's Lambda, over HTTP.
import {
  LambdaClient,
  SendDurableExecutionCallbackFailureCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import { DurableExecutionApiClient, DurableExecutionInvocationInputWithClient } from '@aws/durable-execution-sdk-js';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { DurableExecution } from '../../sandbox/lambda/execution.ts';
import type { Answer } from '../../shared/state/approval.ts';
import { ACCOUNT, type AccountBuilder, REGION } from './account.ts';
import { anAnswer } from './approved-text.ts';
import { deployed, eightRevisions, type Prepare, quotas, type Stage } from './deployed.ts';

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:ecs-revision-pruner-nightly:$LATEST`;
const MOST_INVOCATIONS = 30;

const mail = z.object({ email: z.string() });
const stored = z.object({ value: z.unknown() });
const asked = z.object({ callbackId: z.string(), plan: z.string() });

export interface Asking {
  readonly sandbox: Awaited<ReturnType<typeof deployed>>['sandbox'];
  /** The folder of the state store. */
  readonly state: string;
  /** Begins another run, and lets it go as far as it does without an answer. */
  readonly start: (name?: string, event?: object) => Promise<Started>;
  readonly deregistered: () => number;
  readonly subjects: () => (string | undefined)[];
  /** Replaces the settings that are packed with the function. */
  readonly deploy: (settings: Record<string, unknown>) => void;
  /** The lock as the state store has it. */
  readonly lock: () => unknown;
  /** An invocation of the function as it is without durable functions. */
  readonly invokeOnce: () => Promise<unknown>;
  /** The text of a mail, by its number from 0. */
  readonly mail: (number: number) => string;
}

export interface Started {
  readonly execution: DurableExecution;
  readonly id: string;
  /** Lets the run go on, at most until it waits again for more than the window. */
  readonly go: (at?: number) => Promise<DurableExecution>;
  readonly approve: (changes?: Partial<Answer>) => Promise<void>;
  readonly succeed: (text: string) => Promise<void>;
  readonly fail: (text?: string) => Promise<void>;
  readonly question: () => { readonly callbackId: string; readonly plan: string };
  /** A record of the run, such as `question.json`. */
  readonly path: (name: string) => string;
  readonly record: (name: string) => unknown;
}

/** Five of eight revisions may be deregistered. */
export async function asking(
  settings: Record<string, unknown> = {},
  {
    account = eightRevisions(),
    stage = {},
    prepare,
  }: { account?: AccountBuilder; stage?: Stage; prepare?: Prepare } = {},
): Promise<Asking> {
  const all = { ...stage, settings: { approval: 'required', ...settings } };
  const { handler, context, sandbox, mails } = await deployed('prune', account, all, prepare);
  const state = process.env['STATE'] ?? '';
  const credentials = { accessKeyId: 'OPERATOR', secretAccessKey: 'secret' };
  const config = { endpoint: sandbox.url, region: REGION, credentials, maxAttempts: 1 };
  const client = new LambdaClient(config);
  const lambda = new DurableExecutionApiClient(
    new LambdaClient({ ...config, credentials: { ...credentials, accessKeyId: 'LAMBDA' } }),
  );
  const go = async (execution: DurableExecution, at = Date.now()) => {
    let now = at;
    for (let invocation = 1; invocation <= MOST_INVOCATIONS; invocation++) {
      // The SDK keeps one client for each process, and each test has a sandbox of its own.
      const event = new DurableExecutionInvocationInputWithClient(execution.begin(now), lambda);
      const outcome = await handler(event, context(invocation)).then(
        (answer: unknown) => ({ answer }),
        (error: unknown) => ({ failed: String(error) }),
      );
      execution.settle(outcome, now);
      const next = execution.status === 'RUNNING' ? (execution.wakesAt(now) ?? now) : Infinity;
      // A wait for an answer is longer than the window.
      if (next - now > 1_000_000) return execution;
      now = Math.max(now, next);
    }
    throw new Error('The execution does not end');
  };
  return {
    sandbox,
    state,
    deregistered: () => sandbox.calls.count('DeregisterTaskDefinition'),
    subjects: () => mails.map(({ Subject }) => Subject?.replace(`[${ACCOUNT} ${REGION}] `, '')),
    deploy: (next) => {
      const file = process.env['SETTINGS_FILE'] ?? '';
      writeFileSync(file, JSON.stringify({ keepLatest: 3, usedWithinDays: 0, quotas, ...next }));
    },
    lock: () => readValue(newestVersion(join(state, ACCOUNT, REGION, 'lock.json'))),
    invokeOnce: () => handler({}, context(1)),
    mail: (number) => mail.parse(JSON.parse(mails[number]?.Message ?? '{}')).email,
    start: async (name, event = {}) => {
      const execution = sandbox.account.durableExecutions.start({
        functionArn: FUNCTION,
        payload: JSON.stringify(event),
        ...(name === undefined ? {} : { name }),
      });
      await go(execution);
      const id = execution.arn.slice(execution.arn.lastIndexOf('/') + 1);
      const path = (name: string) => newestVersion(join(runFolder(state, id), name));
      const record = (name: string) => readValue(path(name));
      const question = () => asked.parse(record('question.json'));
      const succeed = async (text: string) => {
        const Result = Buffer.from(text);
        const { callbackId: CallbackId } = question();
        await client.send(new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result }));
      };
      return {
        execution,
        id,
        go: (at) => go(execution, at),
        succeed,
        approve: (changes = {}) => succeed(anAnswer({ run: id, plan: question().plan, ...changes })),
        fail: async (ErrorData) => {
          const { callbackId: CallbackId } = question();
          const failure = { ErrorType: 'Declined', ErrorMessage: 'declined', ErrorData };
          await client.send(new SendDurableExecutionCallbackFailureCommand({ CallbackId, Error: failure }));
        },
        question,
        path,
        record,
      };
    },
  };
}

function runFolder(state: string, id: string): string {
  const runs = join(state, ACCOUNT, REGION, 'runs');
  return join(runs, readdirSync(runs).find((name) => name.endsWith(`_${id}`)) ?? id);
}

function readValue(file: string): unknown {
  return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).value;
}

/** A folder keeps each record as files that are named by their version. */
function newestVersion(record: string): string {
  const versions = readdirSync(record).map(Number);
  return join(record, String(Math.max(...versions)));
}
