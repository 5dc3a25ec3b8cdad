/**
 * Starts the sandbox: an HTTP server on this machine that the unmodified AWS SDK calls through `AWS_ENDPOINT_URL`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AccountFile } from './account-file.ts';
import { Account } from './account.ts';
import { Buckets, publishedBuckets, type Bucket, type BucketName } from './buckets.ts';
import { Calls, type Call } from './calls.ts';
import { systemClock, type Clock } from './clock.ts';
import type { DispatchContext } from './dispatch-context.ts';
import { dispatch } from './dispatch.ts';
import { Faults } from './faults.ts';
import type { PolicyDocument } from './iam/policy.ts';
import { Ids } from './ids.ts';
import type { Organization } from './organization.ts';
import type { HttpRequest } from './protocols/protocol.ts';

export interface SandboxOptions {
  account: AccountFile;
  /** The account's clock, the system's by default. */
  clock?: Clock;
  /** The upper limit of every page. */
  pageSize?: number;
  /** `published` (the default) with the account file's quotas on top, `none`, or the given buckets only. */
  quotas?: 'published' | 'none' | Partial<Record<BucketName, Bucket>>;
  /** Policies by access key id; a key without policies may do everything. */
  roles?: Record<string, PolicyDocument[]>;
  /** The organization whose buses it may send events to. */
  organization?: Organization;
  /** A free port by default. */
  port?: number;
}

export interface Sandbox {
  readonly url: string;
  readonly account: Account;
  readonly faults: Faults;
  readonly calls: Calls;
  /** Schema problems of requests and of the sandbox's own answers. A test expects none. */
  readonly problems: string[];
  /** Runs a hook before each operation takes effect. @returns a function that removes the hook */
  before(hook: (call: Call) => void | Promise<void>): () => void;
  after(hook: (call: Call, output: unknown) => void | Promise<void>): () => void;
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const clock = options.clock ?? systemClock;
  const account = new Account(options.account, clock);
  account.organization = options.organization;
  const context: DispatchContext = {
    account,
    clock,
    buckets: new Buckets(clock, quotas(options)),
    faults: new Faults(),
    calls: new Calls(),
    problems: [],
    before: new Set(),
    after: new Set(),
    roles: options.roles ?? {},
    pageSize: options.pageSize ?? Infinity,
    requestIds: new Ids(),
  };
  const server = createServer((request, response) => {
    void serve(request, response, context);
  });
  // Connections stay open: Node could otherwise close an idle one while a client writes to it, which would look like
  // a fault.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    account,
    faults: context.faults,
    calls: context.calls,
    problems: context.problems,
    before: (hook) => addHook(context.before, hook),
    after: (hook) => addHook(context.after, hook),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      // Ends all open connections, including those of a `hang` fault.
      server.closeAllConnections();
      await closed;
    },
  };
}

function quotas({ quotas = 'published', account }: SandboxOptions) {
  if (quotas === 'none') return {};
  return quotas === 'published' ? { ...publishedBuckets, ...account.quotas } : quotas;
}

/** Wraps the hook, so that a function can be added twice and each addition can be removed. */
function addHook<Parameters extends unknown[]>(
  hooks: Set<(...parameters: Parameters) => void | Promise<void>>,
  hook: (...parameters: Parameters) => void | Promise<void>,
): () => void {
  const own = (...parameters: Parameters) => hook(...parameters);
  hooks.add(own);
  return () => {
    hooks.delete(own);
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, context: DispatchContext): Promise<void> {
  const bytes = await readBody(request);
  const httpRequest: HttpRequest = {
    method: request.method ?? '',
    path: request.url ?? '/',
    headers: request.headers,
    body: bytes.toString('utf8'),
    bytes,
  };
  const outcome = await dispatch(httpRequest, context);
  if (outcome === 'hang') return;
  if (outcome === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(outcome.status, {
    ...outcome.headers,
    date: new Date(context.clock.now()).toUTCString(),
    'content-length': Buffer.byteLength(outcome.body),
  });
  response.end(outcome.body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
