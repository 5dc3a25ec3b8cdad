// Stands in for Lambda on this machine: runs a bundled function in a worker of its own, with an event, an environment and
// nothing else, and hands on its log line by line, as CloudWatch would get it.
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Answer, Invocation } from './lambda-worker.ts';

export interface InvokeOptions {
  /** The bundle's entry point, as a path. */
  readonly bundle: string;
  readonly event: unknown;
  readonly functionArn: string;
  /** All that the function finds in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

export async function invoke({
  bundle,
  event,
  functionArn,
  env,
  onLine,
}: InvokeOptions): Promise<{ answer: Answer; log: string[] }> {
  const invocation: Invocation = {
    bundle: pathToFileURL(bundle).href,
    event,
    functionArn,
    requestId: crypto.randomUUID(),
  };
  const worker = new Worker(new URL('lambda-worker.ts', import.meta.url), {
    name: basename(bundle),
    workerData: invocation,
    stdout: true,
    stderr: true,
    env,
  });
  const log: string[] = [];
  for (const stream of [worker.stdout, worker.stderr]) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        log.push(line);
        onLine?.(line);
      }
    });
  }
  const answered = new Promise<Answer>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  // The worker ends by itself, once its last lines have been handed on.
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const answer = await answered;
  await ended;
  return { answer, log };
}
