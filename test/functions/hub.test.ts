// The two functions of a hub: what the queue delivers is stored, and the digest goes out once a day.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { anAccount, REGION, TOPIC } from '../support/account.ts';
import { aContext } from '../support/execution.ts';
import { accountOf, type GivenEvent, HOUR_MS, queued, toBatch } from '../support/fleet.ts';

const open: Sandbox[] = [];
let lines: string[] = [];

beforeEach(() => {
  lines = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.resetModules();
  const problems = open.flatMap((sandbox) => sandbox.problems);
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
  if (problems.length > 0) throw new Error(problems.join('\n'));
});

async function aHub(env: Readonly<Record<string, string>> = {}, bucket = 'hub') {
  const sandbox = await startSandbox({ account: anAccount().bucket(bucket).file(), quotas: 'none' });
  open.push(sandbox);
  const all = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'LAMBDA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    FLEET_BUCKET: 'hub',
    TOPIC_ARN: TOPIC,
    SILENT_HOURS: '36',
    TIME_ZONE: 'Europe/Berlin',
    POWERTOOLS_SERVICE_NAME: 'hub',
    POWERTOOLS_METRICS_NAMESPACE: 'EcsRevisionPruner',
    ...env,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const [{ handler: collect }, { handler: digest }] = [
    await import('../../functions/collect.ts'),
    await import('../../functions/digest.ts'),
  ];
  return {
    sandbox,
    collect: async (...given: readonly GivenEvent[]) =>
      collect(toBatch(given.map((one) => queued({ began: Date.now() - HOUR_MS, ...one }))), aContext({})),
    digest: async (event: unknown = {}): Promise<unknown> => digest(event, aContext({})),
    mails: () => sandbox.account.published,
  };
}

const emf = z.looseObject({ _aws: z.unknown(), service: z.literal('hub') });

/** The metrics of the log, by name. */
function metrics(): Record<string, unknown> {
  const found = lines.flatMap((line) => {
    try {
      return emf.safeParse(JSON.parse(line)).data ?? [];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(found.flatMap((one) => Object.entries(one)));
}

test('events of the queue become the mail of the day', async () => {
  const { collect, digest, mails } = await aHub();
  expect(
    await collect({ account: accountOf(1) }, { account: accountOf(2), night: 'held-by-a-denied-reading' }),
  ).toEqual({
    batchItemFailures: [],
  });
  expect(await digest()).toEqual({ sent: true, summary: '1 of 2 targets fine; 1 needs action.' });
  expect(mails().map(({ Subject }) => Subject)).toEqual(['[fleet] ACTION: 1 of 2 targets needs action']);
  expect(mails()[0]?.Message).toMatch(/ (?:CET|CEST|GMT\+[12])/);
  expect(metrics()).toMatchObject({
    DigestsSent: 1,
    Targets: 2,
    TargetsFine: 1,
    TargetsActing: 1,
    TargetsSilent: 0,
    FleetDeregistered: 190,
    FleetBacklog: 40,
  });
});

test('a second invocation of the same day sends nothing, unless it says so', async () => {
  const { collect, digest, mails } = await aHub();
  await collect({});
  await digest();
  expect(await digest()).toEqual({ sent: false });
  expect(mails()).toHaveLength(1);
  expect(await digest({ again: true })).toMatchObject({ sent: true });
  expect(mails()).toHaveLength(2);
});

test('an ignored event is logged and counted, and not delivered again', async () => {
  const { collect } = await aHub();
  expect(await collect({ envelope: { account: accountOf(9) } })).toEqual({ batchItemFailures: [] });
  expect(metrics()).toMatchObject({ RefusedEvents: 1 });
  expect(lines.join('')).toContain('"reason":"wrong account"');
});

test('messages that cannot be stored are delivered again, each by its id', async () => {
  const { collect } = await aHub({}, 'another');
  const { batchItemFailures } = await collect({ account: accountOf(1) }, { account: accountOf(2) });
  expect(batchItemFailures).toHaveLength(2);
  expect(lines.join('')).toContain('Events were not stored');
});

test.each([
  { what: 'an unknown field', event: { dryRun: true } },
  { what: 'false', event: { again: false } },
])('a digest with $what is refused before anything is read', async ({ event }) => {
  const { digest, sandbox } = await aHub();
  await expect(digest(event)).rejects.toThrow(/event/);
  expect(sandbox.calls.count()).toBe(0);
});

test('a digest that fails is an error of the invocation, so that it is tried again', async () => {
  const { digest, mails } = await aHub({}, 'another');
  await expect(digest()).rejects.toThrow('NoSuchBucket');
  expect(mails()).toEqual([]);
});

test('targets of the parameter should report', async () => {
  const { digest } = await aHub({ TARGETS: '123456789012/eu-west-1, 123456789012/us-east-1\n210987654321/eu-west-1' });
  expect(await digest()).toEqual({ sent: true, summary: '0 of 3 targets fine; 3 silent.' });
});
