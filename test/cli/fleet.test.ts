// `fleet`: what the hub knows, on the terminal, as JSON and as a page.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, onTestFinished, test } from 'vitest';
import actionsSchema from '../../schemas/fleet-actions.schema.json' with { type: 'json' };
import targetSchema from '../../schemas/fleet-target.schema.json' with { type: 'json' };
import schema from '../../schemas/fleet.schema.json' with { type: 'json' };
import { openFolderStore } from '../../shared/state/folder.ts';
import { hostileTexts } from '../support/hostile.ts';
import { TestClock } from '../support/clock.ts';
import { accountOf, DAY_MS, type GivenEvent, MORNING, NIGHT, send } from '../support/fleet.ts';
import { document, pruner } from '../support/pruner.ts';

const HELD = 'held-by-a-denied-reading';

/** A hub in a folder, read in the morning. */
async function fleet(args: string, events: readonly GivenEvent[], width = 80) {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-hub-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  if (events.length > 0) await send(openFolderStore(folder), ...events);
  const clock = new TestClock();
  clock.advance(MORNING - clock.now());
  const page = join(folder, 'page.html');
  const run = await pruner(`fleet ${args.replace('PAGE', page)} --hub ${folder}`, { clock, world: { width } });
  return { ...run, page: () => readFileSync(page, 'utf8') };
}

const three: readonly GivenEvent[] = [
  { account: accountOf(1), alias: 'shop', night: 'ok' },
  { account: accountOf(2), night: HELD },
  { account: accountOf(3), region: 'us-east-1', began: NIGHT - 4 * DAY_MS },
];

test('status is a table with those first that need a look, what they need, and the answer', async () => {
  const run = await fleet('status', three, 100);
  expect(run.code).toBe(0);
  expect(run.out).toBe(`target                         outcome  last run    ACTIVE  deregistered  backlog
000000000003 us-east-1         SILENT   4 days ago     235           190        0
000000000002 eu-west-1         HELD     4 h ago         41             0       40
shop (000000000001) eu-west-1  OK       4 h ago        235           190        0

Action required: 1 item
 1. [000000000002 eu-west-1] Reading services: ListServices in
    arn:aws:ecs:eu-west-1:000000000002:cluster/prod failed, and 1 more like it: User:
    arn:aws:sts::000000000002:assumed-role/pruner/run is not authorized to perform:
    ecs:ListServices.
    Allow ecs:ListServices in the role or user that runs this. Then check with a plan, which changes
    nothing:
      ./pruner plan --region eu-west-1 \\
        --state s3://ecs-revision-pruner-prod-statebucket-1q2w3e4r5t6y

Total: 131 ACTIVE revisions; 380 deregistered by the last runs; backlog 40
Trend: 321 → 131 ACTIVE revisions in 5 days

1 of 3 targets fine; 1 needs action; 1 silent since Friday.
`);
});

test('status on a narrow screen gives each target two lines', async () => {
  const run = await fleet('status', three, 60);
  expect(run.out).toContain('shop (000000000001) eu-west-1\n  OK       4 h ago        235           190        0\n');
});

test('status on the narrowest screen gives each target its name and a sentence', async () => {
  const run = await fleet('status', three, 40);
  expect(run.out).toMatch(/^000000000003 us-east-1\n {2}SILENT 4 days ago, 235 ACTIVE, 190\n {4}deregistered\n/);
  expect(run.out).toContain('000000000002 eu-west-1\n  HELD 4 h ago, 41 ACTIVE, 0\n    deregistered, 40 wait\n');
});

test.each([
  { args: 'status --json', of: schema },
  { args: 'actions --json', of: actionsSchema },
  { args: 'show 000000000002/eu-west-1 --json', of: targetSchema },
])('$args follows its schema', async ({ args, of }) => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const run = await fleet(args, three);
  expect(run.code).toBe(0);
  ajv.validate(of, document(run));
  expect(ajv.errors).toBeNull();
});

test('the JSON document counts what the table shows', async () => {
  expect(document(await fleet('status --json', three))).toMatchObject({
    needsAction: true,
    verdict: '1 of 3 targets fine; 1 needs action; 1 silent since Friday.',
    counts: { targets: 3, fine: 1, action: 1, silent: 1, paused: 0, active: 131, deregistered: 380, backlog: 40 },
  });
});

test('actions lists what the targets ask for', async () => {
  const run = await fleet('actions', three);
  expect(run.out).toMatch(/^Action required: 1 item\n 1\. \[000000000002 eu-west-1\] Reading services/);
});

test('show is everything that the newest event of one target says', async () => {
  const run = await fleet('show 000000000002/eu-west-1', [
    ...three,
    { account: accountOf(2), began: NIGHT - DAY_MS, night: 'ok' },
  ]);
  expect(run.code).toBe(0);
  expect(run.out).toMatch(/^000000000002 eu-west-1: HELD\. Nothing was deregistered/);
  expect(run.out).toContain('Last nights:\n  24 November 2026, 03:30 UTC: HELD, 41 ACTIVE');
  expect(run.out).toContain('  23 November 2026, 03:30 UTC: OK, 235 ACTIVE, 190 deregistered');
  expect(run.out).toContain('Report: s3://pruner-statebucket-000000000002/');
});

test('status --html writes the page as well', async () => {
  const run = await fleet('status --html PAGE', three);
  expect(run.err).toContain('Wrote ');
  expect(run.page()).toContain('1 of 3 targets fine');
});

test('a target without a record is refused with the number of those that have one', async () => {
  const run = await fleet('show 000000000009/eu-west-1', three);
  expect(run.code).toBe(2);
  expect(run.err).toContain('fleet show: the hub has no target 000000000009/eu-west-1');
  expect(run.err).toContain('fleet status lists the 3 that it has.');
});

test('a hub to which no target has reported is refused with what to check', async () => {
  const run = await fleet('status', []);
  expect(run.code).toBe(2);
  expect(run.err.replaceAll(/\s+/g, ' ')).toContain("have the hub's bus as their parameter FleetBusArn");
});

test('a hub that ignored every event shows which', async () => {
  const run = await fleet('status', [{ account: accountOf(1), envelope: { account: accountOf(9) } }]);
  expect(run.code).toBe(0);
  expect(run.out.replaceAll(/\s+/g, ' ')).toContain(
    '[000000000009] 1 event ignored: it names another account than the one that sent it (000000000001/eu-west-1).',
  );
});

test.each(Object.entries(hostileTexts))('%s in every text of an event is shown as what it is', async (_, text) => {
  const change = (event: object) => ({
    ...event,
    alias: text.slice(0, 100),
    needsAction: true,
    verdict: text,
    report: text,
    tool: { version: text.slice(0, 200) },
    attention: [{ problem: text, remedy: text }],
    trend: [
      { id: 'x', began: '2026-11-23T03:30:00Z', active: 1, deregistered: 0, waiting: 0, outcome: text.slice(0, 200) },
    ],
  });
  for (const args of ['status', 'actions', 'show 000000000001/eu-west-1', 'status --json'])
    for (const width of [20, 80]) {
      const run = await fleet(args, [{ change }], width);
      expect(run.code).toBe(0);
      expect(run.out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u);
      expect(run.out.split('\n')).not.toContain('No action required.');
    }
});

test('a bucket that does not exist is refused with the option that names it', async () => {
  const run = await pruner('fleet status --hub s3://missing');
  expect(run.code).toBe(3);
  expect(run.err.replaceAll(/\s+/g, ' ')).toContain('--hub gives');
});

test.each([
  { args: 'fleet', says: 'fleet: given nothing, allowed: status, show, actions as the first word' },
  { args: 'fleet list --hub s3://hub', says: 'fleet: given "list", allowed: status, show, actions as the first word' },
  { args: 'fleet status', says: '--hub: not given' },
  { args: 'fleet status prod --hub s3://hub', says: 'fleet status: given "prod", allowed: only options' },
  { args: 'fleet show --hub s3://hub', says: 'allowed: one target, such as 123456789012/eu-west-1' },
  { args: 'fleet show shop --hub s3://hub', says: 'fleet show: given "shop", allowed: an account and a Region' },
  { args: 'fleet actions --html x.html --hub s3://hub', says: '--html: allowed only for fleet status' },
])('`$args` is wrong usage', async ({ args, says }) => {
  const run = await pruner(args);
  expect(run.code).toBe(2);
  expect(run.err).toContain(says);
});
