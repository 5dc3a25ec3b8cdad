// Builds the SDK's clients. Each attempt waits for the pacer and is counted, and a tally receives the raw answers. The
// SDK does the rest: credentials, Region, endpoints, signing, retries, serialisation.
import type { SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient, type STSClientResolvedConfig } from '@aws-sdk/client-sts';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type {
  AwsCredentialIdentity,
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  InitializeMiddleware,
  MiddlewareStack,
  Pluggable,
  StandardRetryBackoffStrategy,
} from '@smithy/types';
import type { Clock } from '../domain/clock.ts';
import type { Caller, Target } from '../domain/revision.ts';
import { kindOf } from './errors.ts';
import type { Pacer } from './pacer.ts';
import { bucketFor } from '../sources/quotas.ts';
import { withListener } from './response-listener.ts';
import { AWS, realmOf } from './realm.ts';
import { withholdText } from './error-text.ts';
import { Tally } from './tally.ts';

export interface ConnectOptions {
  readonly region?: string | undefined;
  /** A profile of the shared configuration files. */
  readonly profile?: string | undefined;
  /** Instead of those of the SDK's own chain. */
  readonly credentials?: (() => Promise<AwsCredentialIdentity>) | undefined;
  /** The value of AWS_ENDPOINT_URL, which the SDK reads by itself: another machine in AWS's place. */
  readonly endpoint?: string | undefined;
  readonly clock: Clock;
  readonly pacer: Pacer;
  /** How long one attempt may take, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** The wait between attempts; by default the SDK's own exponential one, with jitter. */
  readonly backoff?: StandardRetryBackoffStrategy | undefined;
  /** Sends the requests; by default with the timeouts below. */
  readonly handler?: NodeHttpHandler | undefined;
}

/** Throttled reads wait 1, 2, 4, … s: six attempts bridge about half a minute of a busy account before the run is
 *  held. */
const READ_ATTEMPTS = 6;
/** The identity is read first: a wrong Region or a network without AWS should show within seconds. */
const IDENTITY_ATTEMPTS = 3;
/** A write is tried once: after a missing answer, a read finds out what happened, not a second write. */
const WRITE_ATTEMPTS = 1;
const REQUEST_TIMEOUT_MS = 20_000;
const CONNECTION_TIMEOUT_MS = 5_000;

/** The settings of every client. */
export interface ClientSettings extends Pick<STSClientResolvedConfig, 'region' | 'credentials'> {
  readonly maxAttempts: number;
  readonly retryStrategy: StandardRetryStrategy;
  readonly requestHandler: ReturnType<typeof withListener>;
}

/** Nothing is written when calls go to several machines: see realm.ts. */
export class MixedEndpoints extends Error {
  override readonly name = 'MixedEndpoints';
  constructor(realms: readonly string[]) {
    super(`calls go to ${realms.join(' and ')}`);
  }
}

interface Listening<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

export class Aws {
  readonly #options: ConnectOptions;
  readonly #handler: NodeHttpHandler;
  readonly #sts: STSClient;
  #skewMs = 0;
  #arn: string | undefined;
  readonly #realms = new Set<string>();
  #account: string | undefined;

  constructor(options: ConnectOptions) {
    this.#options = options;
    const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#handler =
      options.handler ??
      new NodeHttpHandler({
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout,
        socketTimeout: requestTimeout,
        throwOnRequestTimeout: true,
      });
    // `region` and `profile` stay absent rather than undefined, so the SDK uses its own chain.
    const chain = {
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    };
    this.#sts = new STSClient({ ...chain, ...this.#shared(IDENTITY_ATTEMPTS) });
  }

  /** AWS's clock minus the local one, in milliseconds, by the Date header of the last answer. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Whether calls go to another machine than AWS, which has no host names for buckets. */
  get isRedirected(): boolean {
    return (this.#options.endpoint ?? '') !== '';
  }

  /** The destinations of requests: `AWS`, and the origins of other machines. */
  get realms(): readonly string[] {
    return [...this.#realms];
  }

  /** The caller, and the other machine in AWS's place, as far as `identity` and later calls have shown. */
  get caller(): Caller {
    const elsewhere = this.realms.filter((realm) => realm !== AWS).join(', ');
    return {
      ...(this.#arn === undefined ? {} : { arn: this.#arn }),
      ...(elsewhere === '' ? {} : { endpoint: elsewhere }),
    };
  }

  /** Now, by AWS's clock as of its last answer. */
  now(): number {
    return this.#options.clock.now() + this.#skewMs;
  }

  /** Now, by the slower of the local clock and AWS's: nothing may look older than by either of them. */
  asOf(): number {
    return this.#options.clock.now() + Math.min(0, this.#skewMs);
  }

  /** @throws when no Region is set: the SDK's `Region is missing` */
  async region(): Promise<string> {
    return this.#sts.config.region();
  }

  /** From STS, which no policy can deny:
   *  https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
  async target(tally: Tally): Promise<Target> {
    return (await this.identity(tally)).target;
  }

  /** The same, with the caller's ARN. */
  async identity(tally: Tally): Promise<{ readonly target: Target; readonly caller: string }> {
    this.#sts.middlewareStack.use(this.#listening(tally));
    const region = await this.region();
    const { Account: account, Arn: arn } = await this.#sts.send(new GetCallerIdentityCommand({}));
    const partition = arn?.split(':')[1];
    if (account === undefined || arn === undefined || partition === undefined)
      throw new Error('GetCallerIdentity answered without an account');
    this.#account = account;
    this.#arn = arn;
    return { target: { account, region, partition }, caller: arn };
  }

  /** The caller's account, from the last answer if there is one. */
  async account(): Promise<string> {
    return this.#account ?? (await this.target(new Tally())).account;
  }

  /** A client for calls that change something: each is tried once. */
  writer<Input extends object, Output extends object, Client>(
    tally: Tally,
    make: (settings: ClientSettings) => Client & Listening<Input, Output>,
  ): Client {
    const client = make(this.#common(WRITE_ATTEMPTS));
    client.middlewareStack.use(this.#listening(tally, true));
    return client;
  }

  /** Loaded when a report is sent, which most commands never do. */
  async sns(tally: Tally): Promise<SNSClient> {
    const { SNSClient } = await import('./sns-client.ts');
    return this.client(tally, (settings) => new SNSClient(settings));
  }

  /** A client of any service, paced and counted, whose raw answers are searched. A reader imports the module of an
   *  optional client when it reads, so that a run without it does not load it. */
  client<Input extends object, Output extends object, Client>(
    tally: Tally,
    make: (settings: ClientSettings) => Client & Listening<Input, Output>,
  ): Client {
    const client = make(this.#common(READ_ATTEMPTS, tally.isSearched ? tally : undefined));
    client.middlewareStack.use(this.#listening(tally));
    return client;
  }

  /** A client whose raw answers are not searched for references. */
  unsearchedClient<Input extends object, Output extends object, Client>(
    tally: Tally,
    make: (settings: ClientSettings) => Client & Listening<Input, Output>,
  ): Client {
    const client = make(this.#common(READ_ATTEMPTS));
    client.middlewareStack.use(this.#listening(tally));
    return client;
  }

  /** Closes the connections, so that the command line ends at once. */
  close(): void {
    this.#handler.destroy();
  }

  /** The STS client resolves Region and credentials once, for all clients. */
  #common(maxAttempts: number, searching?: Tally): ClientSettings {
    const { region, credentials } = this.#sts.config;
    return { region, credentials, ...this.#shared(maxAttempts, searching) };
  }

  #shared(maxAttempts: number, searching?: Tally) {
    const { backoff, clock } = this.#options;
    return {
      maxAttempts,
      retryStrategy: new StandardRetryStrategy({ maxAttempts, ...(backoff === undefined ? {} : { backoff }) }),
      requestHandler: withListener(this.#handler, {
        date: (at) => {
          this.#skewMs = at - clock.now();
        },
        sent: ({ protocol, hostname, port }) => {
          this.#realms.add(realmOf({ protocol, hostname, port: port === undefined ? '' : String(port) }));
        },
        ...(searching === undefined ? {} : { answer: (answer: unknown) => searching.search(answer) }),
      }),
    };
  }

  /** Counts and paces: `ask` once for each command, `pace` at each attempt, since a retry takes a token as well. */
  #listening<Input extends object, Output extends object>(tally: Tally, writes = false): Pluggable<Input, Output> {
    const { pacer } = this.#options;
    const ask: InitializeMiddleware<Input, Output> = (next, context) => async (args) => {
      const [operation, { input }] = [operationOf(context), args];
      tally.beginCommand(serviceOf(context), operation, input);
      if (writes && this.realms.length > 1) throw new MixedEndpoints(this.realms);
      const result = await next(args).catch((error: unknown) => {
        withholdText(error, { operation, input });
        throw error;
      });
      tally.answered?.({ operation, input, output: result.output });
      return result;
    };
    const pace: FinalizeRequestMiddleware<Input, Output> = (next, context) => async (args) => {
      const operation = operationOf(context);
      const bucket = bucketFor(serviceOf(context), operation);
      if (bucket !== undefined) await pacer.take(bucket, (waits) => tally.wait(waits));
      tally.countAttempt(operation);
      try {
        return await next(args);
      } catch (error) {
        if (kindOf(error) === 'throttled') {
          tally.throttled++;
          if (bucket !== undefined) pacer.slowDown(bucket);
        }
        throw error;
      }
    };
    return {
      applyToStack: (stack) => {
        stack.add(ask, { step: 'initialize', name: 'ask', override: true });
        stack.addRelativeTo(pace, { relation: 'after', toMiddleware: 'retryMiddleware', name: 'pace', override: true });
      },
    };
  }
}

/** `Scheduler` of `SchedulerClient`. */
function serviceOf(context: HandlerExecutionContext): string {
  return (context.clientName ?? 'unknown').replace(/Client$/, '');
}

/** `ListTasks` of `ListTasksCommand`. */
function operationOf(context: HandlerExecutionContext): string {
  return (context.commandName ?? 'unknown').replace(/Command$/, '');
}
