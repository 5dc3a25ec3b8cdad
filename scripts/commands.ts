// The commands that a mail or an answer prints, found in it and carried out, as who pastes them would. `./pruner` is the
// command line's own code in this process; of `aws` it is the same call by the SDK: not every machine has the AWS CLI, and
// it takes seconds to start.
import { parseArgs } from 'node:util';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { main } from '../cli/main.ts';
import type { ProcessContext } from '../cli/context.ts';
import type { Stage } from './stage.ts';

/** The sandbox, clock and environment of a documented command. */
export type Place = Pick<Stage, 'sandbox' | 'clock' | 'env'>;

export interface CarriedOut {
  /** Its output, standard output and standard error together. */
  readonly output: string;
  readonly code: number;
  /** The program that ran in its place, if another one did. */
  readonly by?: string;
}

/** Each command that stands on lines of its own; one goes on after a backslash. */
export function commandsIn(text: string): string[] {
  const commands: string[] = [];
  let begun: string | undefined;
  for (const line of text.split('\n')) {
    const part = line.trim();
    if (begun === undefined && !/^(?:\.\/pruner|aws) /.test(part)) continue;
    const whole = begun === undefined ? part : `${begun} ${part}`;
    begun = whole.endsWith('\\') ? whole.slice(0, -1).trimEnd() : undefined;
    if (begun === undefined) commands.push(whole);
  }
  return commands;
}

/** The one command that begins so. */
export function commandIn(text: string, begins: string): string {
  const command = commandsIn(text).find((one) => one.startsWith(begins));
  if (command === undefined) throw new Error(`There is no command "${begins} ..." in:\n${text}`);
  return command;
}

/** @param width of what it prints */
export async function carryOut(command: string, place: Place, width: number): Promise<CarriedOut> {
  const [program = '', ...args] = describeError(command);
  if (program === './pruner') return pruner(args, place, width);
  return bySdk(args, place);
}

/** No command of ours holds anything that a shell would have to understand, or it is not for here. */
function describeError(command: string): string[] {
  if (!/^[\w./:=, -]+$/.test(command)) throw new Error(`Not a plain command: ${command}`);
  return command.split(/ +/);
}

async function pruner(args: readonly string[], { clock, env, sandbox }: Place, width: number) {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const world = {
    clock: {
      now: () => clock.now(),
      monotonic: () => performance.now(),
      sleep: (ms: number) => Promise.resolve(clock.advance(ms)),
    },
    // The account's clock differs from this machine's, so the SDK retries every refused call. It need not wait between tries.
    backoff: { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 },
    env,
    cwd: process.cwd(),
    out: write,
    err: write,
    // The operator confirms the account.
    canAsk: true,
    ask: (question: string) => {
      write(`${question}${sandbox.account.place.account}\n`);
      return Promise.resolve(sandbox.account.place.account);
    },
    showsProgress: false,
    isTerminal: false,
    width,
    saveSecret: (): string => {
      throw new Error('The demonstration leaves no definition behind');
    },
    onInterrupt: () => undefined,
    exitNow: (code: number) => process.exit(code),
  } satisfies ProcessContext & Record<string, unknown>;
  const code = await main(args, world);
  return { output, code };
}

/** `aws ecs update-service`, which is the one that the demonstration is told. */
async function bySdk(args: readonly string[], { env, sandbox }: Place): Promise<CarriedOut> {
  const [service, operation, ...rest] = args;
  if (service !== 'ecs' || operation !== 'update-service')
    throw new Error(`The demonstration has no SDK call for aws ${service} ${operation}`);
  const { values } = parseArgs({
    args: rest,
    options: {
      cluster: { type: 'string' },
      service: { type: 'string' },
      'task-definition': { type: 'string' },
      region: { type: 'string' },
    },
  });
  const client = new ECSClient({
    endpoint: sandbox.url,
    region: values.region ?? env['AWS_REGION'] ?? '',
    credentials: { accessKeyId: 'OPERATOR', secretAccessKey: 'none' },
  });
  try {
    const updated = await client.send(
      new UpdateServiceCommand({
        cluster: values.cluster,
        service: values.service,
        taskDefinition: values['task-definition'],
      }),
    );
    return { output: `"${updated.service?.taskDefinition ?? ''}"`, code: 0, by: 'the AWS SDK' };
  } finally {
    client.destroy();
  }
}
