// A digest that hostile members attack over HTTP: it goes out, and shows the other targets.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { sendDigest } from '../../shared/fleet/digest.ts';
import { openStore } from '../../shared/state/open-store.ts';
import { anAccount, TOPIC } from '../support/account.ts';
import { accountOf, type GivenEvent, HOUR_MS, NIGHT, send } from '../support/fleet.ts';
import { aReader } from '../support/reader.ts';

const text = z.object({ email: z.string() });

async function digestOf(...events: readonly GivenEvent[]) {
  const { sandbox, clock, aws } = await aReader(anAccount().bucket('hub').file());
  const store = await openStore('s3://hub', aws);
  clock.advance(NIGHT + 4 * HOUR_MS - clock.now());
  for (const event of events) await send(store, event);
  const options = { store, aws, clock, version: '1.2.3', topicArn: TOPIC, silentHours: 36 };
  const fleet = await sendDigest({ ...options, stackSet: undefined, targets: [], again: false });
  const [mail] = sandbox.account.published;
  return {
    fleet,
    subject: mail?.Subject,
    email: text.parse(JSON.parse(mail?.Message ?? '{}')).email,
  };
}

const asking = (count: number, text: (n: number) => string) => ({
  change: (event: object) => ({
    ...event,
    needsAction: true,
    attention: Array.from({ length: count }, (_, n) => ({ problem: text(n), remedy: text(n) })),
  }),
});
/** Texts with the same letters have another cause each. */
const other = (n: number) => `${'ab'.repeat(n % 40)}c${'d'.repeat(n)}`;

test.each([
  { what: 'invisible characters', filler: '\u202E' },
  { what: 'quotes', filler: '"' },
  { what: 'backslashes', filler: '\\' },
  { what: 'characters of four bytes', filler: '\u{20000}' },
])('goes out where a member fills its items with $what', async ({ filler }) => {
  const { subject } = await digestOf(
    { account: accountOf(1), ...asking(20, (n) => `${other(n)}${filler.repeat(5_000)}`) },
    { account: accountOf(2), night: 'held-by-a-denied-reading' },
  );
  expect(subject).toBe('[fleet] ACTION: 2 of 2 targets need action');
});

test('names the problem of each other account where one account floods it from 64 Regions', async () => {
  const flood = Array.from({ length: 64 }, (_, region) => ({
    account: accountOf(1),
    region: `eu-west-${region + 1}`,
    ...asking(20, (n) => `flood ${other(n)}${'x'.repeat(region)}`),
  }));
  const { fleet, email } = await digestOf(
    ...flood,
    { account: accountOf(2), region: 'us-east-1', ...asking(1, () => 'the disk is full') },
    { account: accountOf(3), region: 'us-east-1', ...asking(1, () => 'the moon is full') },
  );
  expect(fleet?.items.map(({ problem }) => problem)).toContain('the disk is full');
  expect(email).toContain('[000000000002 us-east-1] The disk is full.');
  expect(email).toContain('[000000000003 us-east-1] The moon is full.');
});

test.each([
  { what: 'silent', began: NIGHT - 48 * HOUR_MS },
  { what: 'in need of action', began: NIGHT },
])('names another target that is $what where one account has it in 64 Regions', async ({ began }) => {
  const counts = { backlog: { revisions: 1_000_000_000, nights: 1, atLeast: false } };
  const flood = Array.from({ length: 64 }, (_, region) => {
    const change = (event: object) => ({ ...event, ...counts, needsAction: true });
    return { account: accountOf(1), region: `eu-west-${region + 1}`, began, change };
  });
  const other = { account: accountOf(2), began, change: (event: object) => ({ ...event, needsAction: true }) };
  const { email } = await digestOf(...flood, other);
  expect(email).toContain('- 000000000002 eu-west-1: ');
});

test('names the problem of another account where one account repeats its own in 64 Regions', async () => {
  const flood = Array.from({ length: 64 }, (_, region) => ({
    account: accountOf(1),
    region: `eu-west-${region + 1}`,
    ...asking(20, (n) => `flood ${other(n)}`),
  }));
  const { email } = await digestOf(...flood, { account: accountOf(2), ...asking(1, () => 'the disk is full') });
  expect(email).toContain('[000000000002 eu-west-1] The disk is full.');
});

test('names the problem of another account where one account sends events that are ignored for every reason', async () => {
  const bad = [
    { account: accountOf(9), envelope: { account: accountOf(1) } },
    { envelope: { detail: 1 } },
    { began: NIGHT + 24 * HOUR_MS, envelope: { time: 'x' } },
    ...Array.from({ length: 70 }, (_, region) => ({ region: `eu-west-${region + 1}` })),
  ];
  const { email, subject } = await digestOf(...bad, { account: accountOf(2), ...asking(1, () => 'the disk is full') });
  expect(subject).toContain('events ignored');
  expect(email).toContain('[000000000002 eu-west-1] The disk is full.');
});
