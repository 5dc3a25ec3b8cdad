// The commands from their arguments to the exit code, against the sandbox over HTTP: what is printed where, who is asked,
// and every exit code once.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { main } from '../../cli/main.ts';
import type { World } from '../../cli/world.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { ACCOUNT, type AccountBuilder, anAccount, REGION, TOPIC } from '../account.ts';
import { TestClock } from '../clock.ts';

const open: Sandbox[] = [];
const web = () => anAccount().family('web', '1-8').service('prod/web', 'web:3');

beforeEach(() => {
  for (const [name, value] of Object.entries({
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'CLI',
    AWS_SECRET_ACCESS_KEY: 'secret',
  }))
    vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  const problems = open.flatMap((sandbox) => sandbox.problems);
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  if (problems.length > 0) throw new Error(problems.join('\n'));
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly asked: readonly string[];
  readonly sandbox: Sandbox;
}

async function pruner(
  args: string,
  {
    account = web(),
    world = {},
    types = '',
    endpoint,
    prepare,
  }: {
    account?: AccountBuilder;
    world?: Partial<World>;
    types?: string;
    endpoint?: string;
    prepare?: (sandbox: Sandbox, interrupt: () => void) => void;
  } = {},
): Promise<Run> {
  const clock = new TestClock();
  const sandbox = await startSandbox({ account: account.file(), clock });
  open.push(sandbox);
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint ?? sandbox.url);
  let [out, err] = ['', ''];
  let interrupt = (): void => undefined;
  const asked: string[] = [];
  prepare?.(sandbox, () => interrupt());
  const code = await main(args === '' ? [] : args.split(' '), {
    clock,
    env: {},
    out: (text) => (out += text),
    err: (text) => (err += text),
    canAsk: false,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(types);
    },
    showsProgress: false,
    isTerminal: false,
    width: 80,
    onInterrupt: (handle) => (interrupt = handle),
    exitNow: (now) => {
      throw new Error(`left at once with ${now}`);
    },
    ...world,
  });
  return { code, out, err, asked, sandbox };
}

const writes = ({ sandbox }: Run) => sandbox.calls.count('DeregisterTaskDefinition');
const document = ({ out }: Run): Record<string, unknown> => {
  const value: unknown = JSON.parse(out);
  return Object.fromEntries(Object.entries(value ?? {}));
};
const sure = `--yes --account ${ACCOUNT}`;

describe('plan', () => {
  test('shows what would go and writes nothing', async () => {
    const run = await pruner('plan --keep-latest 2');
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('5 revisions would have been deregistered');
    expect(run.err).toBe('');
    expect(writes(run)).toBe(0);
  });

  test('--json: one document on standard output and nothing else', async () => {
    const run = await pruner('plan --json --keep-latest 2');
    expect(document(run)).toMatchObject({
      version: 1,
      outcome: 'PREVIEW',
      plan: [
        { family: 'web', ranges: ['1-2', '4-6'], revisions: ['web:1', 'web:2', 'web:4', 'web:5', 'web:6'] },
      ],
      deregistered: [],
      later: [],
    });
    expect(run.out.trimEnd().split('\n')).toHaveLength(1);
  });

  test('--families narrows, and --max-deregistrations leaves the rest for later', async () => {
    const run = await pruner('plan --json --keep-latest 2 --families we* --max-deregistrations 2', {
      account: web().family('api', '1-9'),
    });
    expect(document(run)).toMatchObject({
      plan: [{ family: 'web', ranges: ['1-2'] }],
      later: [{ family: 'web', ranges: ['4-6'] }],
    });
  });

  test('a glob that matches nothing is reported, and is no error', async () => {
    const run = await pruner('plan --families nope*');
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('nope*');
  });

  test('--min-age-days 0 turns the rule off, with a warning on standard error and in the report', async () => {
    const young = anAccount().family('web', '1-8', { daysAgo: 1 }).cluster('prod');
    const run = await pruner('plan --json --keep-latest 2 --min-age-days 0', { account: young });
    expect(run.err).toMatch(/^Warning: minAgeDays is 0/);
    expect(document(run)).toMatchObject({
      plan: [{ ranges: ['1-6'] }],
      notes: [expect.stringMatching(/^minAgeDays is 0/)],
    });
    expect(document(await pruner('plan --json --keep-latest 2', { account: young }))).toMatchObject({
      plan: [],
    });
  });

  test('--topic publishes the report as well; without it nothing is sent', async () => {
    const sent = await pruner(`plan --topic ${TOPIC}`);
    expect(sent.sandbox.account.published.map(({ Subject }) => Subject)).toEqual([
      'PREVIEW: 2 revisions would have gone (dry run), 123456789012 eu-west-1',
    ]);
    expect((await pruner('plan')).sandbox.account.published).toEqual([]);
  });

  test('a topic that does not exist: the plan is printed, and the run has failed', async () => {
    const run = await pruner(`plan --json --topic ${TOPIC}x`);
    expect(run.code).toBe(exitCodes.failed);
    expect(document(run)).toMatchObject({
      outcome: 'FAILED',
      failure: { doing: `sending the report to ${TOPIC}x` },
    });
  });

  test('an account with no ECS at all is a success', async () => {
    const run = await pruner('plan', { account: anAccount() });
    expect(run.code).toBe(exitCodes.done);
  });
});

describe('prune', () => {
  test('elsewhere than on a terminal it needs --yes and --account', async () => {
    for (const args of ['prune', `prune --account ${ACCOUNT}`]) {
      const run = await pruner(args);
      expect(run.code).toBe(exitCodes.usage);
      expect(run.err).toBe(
        'prune: nobody can be asked here, so it needs --yes --account 123456789012 (the account that you mean).\n',
      );
      expect(run.sandbox.calls.list()).toEqual([]);
    }
  });

  test('deregisters with both, and prints what it did', async () => {
    const run = await pruner(`prune --json --keep-latest 2 ${sure}`);
    expect(run.code).toBe(exitCodes.done);
    const all = [
      { family: 'web', ranges: ['1-2', '4-6'], revisions: ['web:1', 'web:2', 'web:4', 'web:5', 'web:6'] },
    ];
    expect(document(run)).toMatchObject({ outcome: 'OK', deregistered: all, plan: all, later: [] });
    expect(writes(run)).toBe(5);
  });

  test('any other account is refused before anything is read', async () => {
    const run = await pruner('prune --yes --account 999999999999');
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe(
      'prune: these credentials are of account 123456789012, not of 999999999999; nothing was done.\n',
    );
    expect(run.sandbox.calls.byOperation()).toEqual({ GetCallerIdentity: 1 });
  });

  test('on a terminal it shows the plan and asks for the account to be typed', async () => {
    const run = await pruner('prune --keep-latest 2', { world: { canAsk: true }, types: ACCOUNT });
    expect(run.asked).toEqual([`Type the account's number to deregister 5 revisions in it (${ACCOUNT}): `]);
    expect(run.code).toBe(exitCodes.done);
    expect(writes(run)).toBe(5);
    expect(run.out).toContain('5 revisions were deregistered');
  });

  test.each(['', 'y', 'yes', '123456789013'])('answered with "%s" it does nothing', async (types) => {
    const run = await pruner('prune --keep-latest 2', { world: { canAsk: true }, types });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe('prune: declined; nothing was done.\n');
    expect(writes(run)).toBe(0);
  });

  test('asks nothing when there is nothing to do', async () => {
    const run = await pruner('prune', { account: anAccount().family('web', '1'), world: { canAsk: true } });
    expect(run.asked).toEqual([]);
    expect(run.code).toBe(exitCodes.done);
  });

  test('--json on a terminal keeps standard output clean: the plan is shown on standard error', async () => {
    const run = await pruner('prune --json --keep-latest 2', { world: { canAsk: true }, types: ACCOUNT });
    expect(document(run)).toMatchObject({ outcome: 'OK' });
    expect(run.err).toContain('web');
  });
});

describe('explain', () => {
  test('shows every reason with its evidence', async () => {
    const run = await pruner('explain web:3');
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('arn:aws:ecs:eu-west-1:123456789012:service/prod/web');
  });

  test('--json: one document', async () => {
    expect(document(await pruner('explain web:8 --json'))).toMatchObject({
      version: 1,
      revision: 'web:8',
      verdict: 'keep',
      reasons: [{ rule: 'newest' }, { rule: 'keep-latest' }],
    });
  });

  test.each([
    { all: 'are young', old: [] },
    { all: 'that a plan reads are old', old: ['1-7'] },
  ])('an age that no plan would read is read for whoever asks, where all $all', async ({ old }) => {
    const account = anAccount();
    for (const revisions of old) account.family('web', revisions, { daysAgo: 90 });
    account.family('web', old.length === 0 ? '1-8' : '8', { daysAgo: 1 });
    expect(document(await pruner('explain web:8 --json', { account }))).toMatchObject({
      reasons: [
        { rule: 'newest' },
        { rule: 'keep-latest' },
        { rule: 'min-age', says: 'registered since 25 October 2026' },
      ],
    });
  });

  test('a revision that may go', async () => {
    const run = await pruner('explain web:1');
    expect(run.out).toContain('web:1 goes in the next run: no rule keeps it.');
  });

  test('an INACTIVE one', async () => {
    const run = await pruner('explain old:1', { account: web().family('old', '1', { status: 'INACTIVE' }) });
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('old:1 is INACTIVE');
  });

  test.each(['web:99', 'nope:1'])('%s does not exist', async (name) => {
    const run = await pruner(`explain ${name}`);
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe(`explain: there is no ${name} in account 123456789012, eu-west-1.\n`);
    expect(run.out).toBe('');
  });

  test('a held run is no failure of explaining', async () => {
    const run = await pruner('explain web:3', {
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain('ListTasks');
  });
});

describe('exit codes', () => {
  test('1: AWS refuses a deregistration', async () => {
    const run = await pruner(`prune ${sure}`, {
      prepare: ({ faults }) =>
        void faults.add({
          operation: 'DeregisterTaskDefinition',
          kind: 'error',
          code: 'ClientException',
          status: 400,
          times: 1,
        }),
    });
    expect(run.code).toBe(exitCodes.failed);
  });

  test.each(['plan', `prune ${sure}`, 'explain web:3'])(
    '1: expired credentials, before anything is read (%s)',
    async (args) => {
      const run = await pruner(args, {
        prepare: ({ faults }) =>
          void faults.add({
            operation: 'GetCallerIdentity',
            kind: 'error',
            code: 'ExpiredToken',
            status: 403,
            message: 'The security token included in the request is expired',
          }),
      });
      expect(run.code).toBe(exitCodes.failed);
      expect(`${run.out}${run.err}`).toContain('ExpiredToken');
      expect(run.sandbox.calls.count('ListTaskDefinitions')).toBe(0);
    },
  );

  test.each(['plan', `prune ${sure}`, 'explain web:3'])(
    '1: a Region that does not know us (%s)',
    async (args) => {
      const run = await pruner(`${args} --region us-east-1`);
      expect(run.code).toBe(exitCodes.failed);
      expect(`${run.out}${run.err}`).toContain('UnrecognizedClientException');
      expect(run.sandbox.calls.byOperation()).not.toHaveProperty('ListClusters');
    },
  );

  test('3: credentials that expire while the account is read', async () => {
    const run = await pruner('plan', {
      prepare: ({ faults }) =>
        void faults.add({
          operation: 'ListTasks',
          kind: 'error',
          code: 'ExpiredTokenException',
          status: 400,
        }),
    });
    expect(run.code).toBe(exitCodes.held);
  });

  test.each(['plan', `prune ${sure}`, 'explain web:3'])('1: AWS is not reached (%s)', async (args) => {
    // Nothing listens on the discard port.
    const run = await pruner(args, { endpoint: 'http://127.0.0.1:9' });
    expect(run.code).toBe(exitCodes.failed);
    expect(`${run.out}${run.err}`).toContain('ECONNREFUSED');
  });

  test('what to do next is another thing for a network than for credentials', async () => {
    const unreached = await pruner('plan', { endpoint: 'http://127.0.0.1:9' });
    expect(unreached.out).toContain('network path');
    const expired = await pruner('plan', {
      prepare: ({ faults }) =>
        void faults.add({
          operation: 'GetCallerIdentity',
          kind: 'error',
          code: 'ExpiredToken',
          status: 403,
        }),
    });
    expect(expired.out).toContain('renew the credentials');
  });

  test('2: no Region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    const run = await pruner('plan');
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toMatch(/^No Region: give --region, or set AWS_REGION/);
  });

  test.each([
    { args: 'plan --keep-latest 0', says: '--keep-latest' },
    { args: 'plan --keep-latest -1', says: '--keep-latest' },
    { args: 'plan --keep-latest many', says: '--keep-latest' },
    { args: 'plan --settings nowhere.yml', says: 'nowhere.yml: no such file' },
    { args: 'plan --without services', says: 'services' },
    { args: 'plan --without nonsense', says: 'nonsense' },
    { args: 'explode', says: 'explode' },
  ])('2: $args', async ({ args, says }) => {
    const run = await pruner(args);
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toContain(says);
    expect(run.out).toBe('');
    expect(run.sandbox.calls.list()).toEqual([]);
  });

  test.each([
    'ListTaskDefinitions',
    'GetResources',
    'ListClusters',
    'ListServices',
    'DescribeServices',
    'ListTasks',
    'DescribeTasks',
    'DescribeTaskDefinition',
  ])('3: %s denied holds the whole run, and the permission is named', async (operation) => {
    const account = web().task('prod', 'web:4');
    const run = await pruner(`prune ${sure}`, {
      account,
      prepare: ({ faults }) => void faults.add({ operation, kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.held);
    expect(run.out).toContain(`${operation === 'GetResources' ? 'tag' : 'ecs'}:${operation}`);
    expect(writes(run)).toBe(0);
  });

  test('130: interrupted while revisions go, it finishes the call under way and reports', async () => {
    const run = await pruner(`prune --json --keep-latest 2 ${sure}`, {
      prepare: (sandbox, interrupt) =>
        void sandbox.before(({ operation, input }) => {
          if (operation === 'DeregisterTaskDefinition' && input['taskDefinition'] === 'web:2') interrupt();
        }),
    });
    expect(run.code).toBe(exitCodes.interrupted);
    expect(document(run)).toMatchObject({
      deregistered: [{ ranges: ['1-2'] }],
      left: [{ ranges: ['4-6'] }],
      stop: { by: 'interrupted' },
    });
    expect(run.err).toContain('finishing the call that is under way');
  });

  test.each(['plan', `prune ${sure}`])(
    '130: interrupted before anything goes, it leaves at once (%s)',
    async (args) => {
      const left: number[] = [];
      await pruner(args, {
        world: { exitNow: (code) => void left.push(code) },
        prepare: (sandbox, interrupt) =>
          void sandbox.before(({ operation }) => {
            if (operation === 'ListTasks' && left.length === 0) interrupt();
          }),
      });
      expect(left).toEqual([exitCodes.interrupted]);
    },
  );

  test('130: interrupted a second time, it leaves at once', async () => {
    const left: number[] = [];
    await pruner(`prune --keep-latest 2 ${sure}`, {
      world: { exitNow: (code) => void left.push(code) },
      prepare: (sandbox, interrupt) =>
        void sandbox.before(({ operation }) => {
          if (operation !== 'DeregisterTaskDefinition') return;
          interrupt();
          expect(left).toEqual([]);
          interrupt();
        }),
    });
    expect(left).toEqual([exitCodes.interrupted]);
  });

  test('0: help and version', async () => {
    expect((await pruner('--help')).code).toBe(exitCodes.done);
    expect((await pruner('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('what a terminal gets', () => {
  test('progress on standard error, and colours, where it is one', async () => {
    const run = await pruner('plan', { world: { showsProgress: true, isTerminal: true } });
    expect(run.err).toContain('Reading: tasks done');
    expect(run.out).toContain('\u001B[');
  });

  test.each([
    { why: 'NO_COLOR is set', args: 'plan', world: { isTerminal: true, env: { NO_COLOR: '1' } } },
    { why: '--no-color is given', args: 'plan --no-color', world: { isTerminal: true } },
    { why: 'it is a pipe', args: 'plan', world: { isTerminal: false } },
  ])('no colours when $why', async ({ args, world }) => {
    expect((await pruner(args, { world })).out).not.toContain('\u001B');
  });
});
