// Emulates Lambda: runs a bundled function in a worker with an event and an environment, and passes on its log line by line.
// With a limit of memory the worker is a process. A durable function is invoked as often as its execution needs, and waits
// are skipped.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DurableExecution } from '../sandbox/lambda/execution.ts';
import type { DurableExecutions } from '../sandbox/lambda/executions.ts';
import type { Answer, Invocation, Message, Starting } from './lambda-worker.ts';

export interface EnvironmentOptions {
  /** The bundle's entry point, as a path. */
  readonly bundle: string;
  readonly functionArn: string;
  /** The whole environment of the function. */
  readonly env: Readonly<Record<string, string>>;
  /** How far the account's clock is ahead of the machine's. Default: 0. */
  readonly ahead?: Float64Array;
  /** The memory of the function, beyond which its process is killed (Linux). By default it is a thread without a limit. */
  readonly memoryMegabytes?: number;
  readonly onLine?: ((line: string) => void) | undefined;
}

/** Handles one event in a new environment. */
export async function invoke({
  event,
  ...options
}: EnvironmentOptions & { readonly event: unknown }): Promise<{ answer: Answer; log: string[] }> {
  const environment = new Environment(options);
  try {
    return { answer: await environment.invoke(event), log: environment.log };
  } finally {
    await environment.close();
  }
}

const MEMORY_CHECK_MS = 250;
const TICKS_PER_SECOND = 100;

/** An execution environment: loads the code once, and handles events one by one. The caller closes it. */
export class Environment {
  readonly functionArn: string;
  readonly log: string[] = [];
  readonly #worker: Worker | ChildProcess;
  readonly #ahead: Float64Array;
  readonly #memoryMegabytes: number | undefined;
  readonly #memoryCheck: NodeJS.Timeout;
  #overrun: Error | undefined;
  #rest = '';

  constructor(options: EnvironmentOptions) {
    const { functionArn, ahead = new Float64Array(1), onLine, memoryMegabytes } = options;
    this.functionArn = functionArn;
    this.#ahead = ahead;
    this.#memoryMegabytes = memoryMegabytes;
    this.#worker = memoryMegabytes === undefined ? startThread(options, ahead) : startProcess(options, memoryMegabytes);
    this.#memoryCheck = setInterval(() => this.#checkMemory(), MEMORY_CHECK_MS).unref();
    this.#worker.on('message', (message: Message) => {
      if (!('log' in message)) return;
      const lines = `${this.#rest}${message.log}`.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        this.log.push(line);
        onLine?.(line);
      }
    });
  }

  /** Throws where the function's code cannot be loaded or breaks the environment. */
  async invoke(event: unknown, requestId: string = crypto.randomUUID()): Promise<Answer> {
    const answered = new Promise<Answer>((resolve, reject) => {
      const done = () => {
        this.#worker.off('message', heard).off('error', broken).off('exit', gone);
      };
      const heard = (message: Message) => {
        if ('log' in message) return;
        done();
        this.#checkMemory();
        if (this.#overrun === undefined) resolve(message);
        else reject(this.#overrun);
      };
      const broken = (error: Error) => {
        done();
        reject(error);
      };
      const gone = () => broken(this.#overrun ?? new Error(`The environment of ${this.functionArn} has ended`));
      this.#worker.on('message', heard).on('error', broken).on('exit', gone);
    });
    const invocation: Invocation = { event, requestId, aheadMs: this.#ahead[0] ?? 0 };
    if (this.#worker instanceof Worker) this.#worker.postMessage(invocation);
    else this.#worker.send(invocation);
    return answered;
  }

  /** The peak of the resident set of a process so far. */
  get peakMegabytes(): number | undefined {
    if (this.#worker instanceof Worker) return undefined;
    const status = `/proc/${this.#worker.pid}/status`;
    const [, kilobytes] = existsSync(status) ? (/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8')) ?? []) : [];
    return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024);
  }

  /** The processor time of a process so far. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
  get cpuSeconds(): number | undefined {
    if (this.#worker instanceof Worker) return undefined;
    const stat = `/proc/${this.#worker.pid}/stat`;
    if (!existsSync(stat)) return undefined;
    // utime and stime, in ticks, after the name in parentheses.
    const fields = readFileSync(stat, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Lambda kills an environment that exceeds its memory. */
  #checkMemory(): void {
    const [peak, limit] = [this.peakMegabytes ?? 0, this.#memoryMegabytes ?? Infinity];
    if (peak <= limit || this.#worker instanceof Worker) return;
    this.#overrun = new Error(`The environment of ${this.functionArn} took ${peak} MB; the limit is ${limit}`);
    this.#worker.kill('SIGKILL');
  }

  async close(): Promise<void> {
    clearInterval(this.#memoryCheck);
    if (this.#worker instanceof Worker) await this.#worker.terminate();
    else if (this.#worker.exitCode === null && this.#worker.signalCode === null) {
      const ended = once(this.#worker, 'exit');
      this.#worker.kill('SIGKILL');
      await ended;
    }
  }
}

const workerFile = new URL('lambda-worker.ts', import.meta.url);

function startThread({ bundle, functionArn, env }: EnvironmentOptions, ahead: Float64Array): Worker {
  const workerData: Starting = { bundle: pathToFileURL(bundle).href, functionArn, ahead };
  return new Worker(workerFile, { name: basename(bundle), workerData, env });
}

/** The part of the memory that the heap may have. The rest is for code, buffers and Node.js itself. */
const HEAP_SHARE = 0.75;

function startProcess({ bundle, functionArn, env }: EnvironmentOptions, memoryMegabytes: number): ChildProcess {
  return fork(workerFile, [pathToFileURL(bundle).href, functionArn], {
    env: { ...env },
    execArgv: [`--max-old-space-size=${Math.floor(memoryMegabytes * HEAP_SHARE)}`],
    serialization: 'advanced',
  });
}

/** Each wait is an operation, so an execution with more waits never ends. */
const MOST_INVOCATIONS = 3000;
/** Lambda retries until the execution times out. Here a permanent failure must surface. */
const MOST_CRASHES = 3;

export interface LambdaContext {
  readonly executions: DurableExecutions;
  readonly clock: { now(): number; advance(ms: number): void };
  /** Called when the function waits, before the time is skipped. */
  readonly waiting?: (until: number, execution: DurableExecution) => void | Promise<void>;
}

/** Runs a durable execution to its end. */
export async function execute(
  environment: Environment,
  event: unknown,
  { executions, clock, waiting }: LambdaContext,
): Promise<{ answer: Answer; execution: DurableExecution; invocations: number }> {
  const { functionArn } = environment;
  const execution = executions.start({ functionArn, payload: JSON.stringify(event) });
  let crashes = 0;
  for (let invocations = 1; invocations <= MOST_INVOCATIONS; invocations++) {
    const answer = await environment.invoke(execution.begin(clock.now()));
    if ('failed' in answer && ++crashes === MOST_CRASHES)
      throw new Error(`The function crashed ${crashes} times in a row: ${answer.failed}`);
    if ('answer' in answer) crashes = 0;
    execution.settle(answer, clock.now());
    if (execution.status !== 'RUNNING') return { answer: ended(execution), execution, invocations };
    const until = execution.wakesAt(clock.now());
    if (until === undefined || crashes > 0) continue;
    await waiting?.(until, execution);
    clock.advance(Math.max(0, until - clock.now()));
  }
  throw new Error(`${execution.arn} has not ended after ${MOST_INVOCATIONS} invocations`);
}

function ended({ status, result, error }: DurableExecution): Answer {
  if (status !== 'SUCCEEDED') return { failed: `${status}: ${error ?? ''}` };
  return { answer: result === undefined ? undefined : JSON.parse(result) };
}
