// The page of a fleet: what it lists, what it folds, what it links to, and how large it becomes.
import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../shared/report/fleet/model.ts';
import { printFleetPage } from '../../shared/report/fleet/page.ts';
import { accountOf, DAY_MS, NIGHT } from '../support/fleet.ts';
import { aFleet, aLargeFleet, aTarget, fourDays, fourNights } from '../support/fleets.ts';
import { hostileReports } from '../support/hostile.ts';
import { attributesOf, knownTags, tagsOf, textOf } from '../support/markup.ts';

const shop = aTarget({ account: accountOf(1), alias: 'shop', nights: fourNights });
const held = aTarget({
  account: accountOf(2),
  alias: 'billing',
  state: 'action',
  last: { outcome: 'HELD', deregistered: 0, backlog: { revisions: 2_000, nights: 7, atLeast: true } },
});
const silent = aTarget({ account: accountOf(3), state: 'silent', last: { beganAt: NIGHT - 4 * DAY_MS } });
const never = aTarget({ account: accountOf(1), region: 'us-east-1', state: 'silent', last: null });
const preview = aTarget({
  account: accountOf(4),
  last: { outcome: 'PREVIEW', dryRun: true, deregistered: 0, planned: 7 },
});

const pageOf = (fleet: Fleet) => textOf(printFleetPage(fleet));
const targets = [shop, never, held, silent, preview];

describe('the page of a fleet', () => {
  test('begins with the answer, the states and the totals', () => {
    expect(pageOf(aFleet(targets))).toContain(
      '5 targets 24 November 2026, 07:00 UTC ACTION 2 of 5 targets fine; 1 needs action; 2 silent. ' +
        'What to do Accounts and Regions Targets fine 2 need action 1 silent 2 paused 0 targets 5 ' +
        'ACTIVE revisions now 3,800 Deregistered by the last runs 200 Backlog at least 2,000 1 dry run would deregister 7 ',
    );
  });

  test('of a fleet without a target says so and has nothing else', () => {
    expect(pageOf(aFleet([]))).toMatch(/OK No target reports to this hub\. $/);
  });

  test('shows ACTIVE, the backlog and what was deregistered over the days, also as a table', () => {
    const page = pageOf(aFleet([shop], { days: fourDays }));
    expect(page).toContain('Trend of 4 days ACTIVE revisions: 1,204 → 433');
    expect(page).toContain('Backlog: 771 → 0');
    expect(page).toContain('Deregistered: 771 in 4 days');
    expect(page).toContain('Day (UTC) ACTIVE Deregistered Backlog 2026-11-24 433 0 0 2026-11-23 700 267 267');
  });

  test('draws a part of the bar for each state that a target has', () => {
    const [bar = ''] = /<svg class="s whole".*?<\/svg>/s.exec(printFleetPage(aFleet([shop, shop, shop, held]))) ?? [];
    expect([...bar.matchAll(/<path class="(\w)" d="M(\d+) 0H(\d+)V28/g)].map((found) => found.slice(1))).toEqual([
      ['f', '0', '747'],
      ['w', '747', '1000'],
    ]);
  });

  test('writes the large numbers of an axis so that they fit', () => {
    const days = fourDays.map((day) => ({ ...day, active: day.active * 500 }));
    const page = printFleetPage(aFleet([shop], { days }));
    expect(page).toMatch(/<text x="320" y="[\d.]+">600K<\/text>/);
    expect(page).toMatch(/<text x="320" y="[\d.]+">800<\/text>/);
  });

  test('has no trend before the second day', () => {
    expect(pageOf(aFleet([shop], { days: fourDays.slice(0, 1) }))).not.toContain('Trend');
  });

  test('has its notes at its end', () => {
    const notes = ['No longer in the stack set pruner and left out: 000000000006/eu-west-1'];
    expect(pageOf(aFleet([shop], { notes }))).toMatch(/Notes No longer in the stack set .*1\. $/);
  });
});

describe('what to do', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => aTarget({ account: accountOf(index + 1), state: 'action' }));
  const item = { problem: 'Reading services failed', remedy: 'Read the role: `aws iam get-role --role-name pruner`' };

  test('begins with the silent targets, and when each was last heard', () => {
    expect(pageOf(aFleet(targets))).toContain(
      'What to do No event arrived in time. In 2 targets: 000000000001 us-east-1 (never reported), ' +
        '000000000003 eu-west-1 (since Friday). Check the stack, its schedule and its alarms there.',
    );
  });

  test('names one target with its report', () => {
    const page = printFleetPage(aFleet([held], { items: [{ ...item, targets: [held] }] }));
    expect(textOf(page)).toContain(
      'Reading services failed. In billing (000000000002) eu-west-1 . Read the role: aws iam get-role --role-name pruner',
    );
    expect(page).toMatch(/In <a href="https:\/\/eu-west-1\.console\.aws\.amazon\.com\/s3\/object\//);
  });

  test('names six of forty targets, and opens the others', () => {
    const all = many(40);
    const page = printFleetPage(aFleet(all, { items: [{ ...item, targets: all }] }));
    const [, paragraph = '', opened = ''] =
      /In 40 targets, such as (.*?)<\/p><details class="data"><summary>34 more targets<\/summary>(.*?)<\/details>/s.exec(
        page,
      ) ?? [];
    expect(paragraph.match(/<a /g)).toHaveLength(6);
    expect(textOf(paragraph)).toContain('. The command is that of 000000000001 eu-west-1.');
    expect(opened.match(/<li>/g)).toHaveLength(34);
    expect(opened).not.toContain('JSON');
  });

  test('opens at most two hundred targets of an item, and counts the others', () => {
    const all = many(5_000);
    const page = printFleetPage(aFleet(all, { items: [{ ...item, targets: all }] }));
    const [, opened = ''] = /<summary>4,994 more targets<\/summary>(.*?)<\/details>/s.exec(page) ?? [];
    expect(opened.match(/<li>/g)).toHaveLength(200);
    expect(textOf(opened)).toContain('… and 4,794 more targets, in the JSON document.');
  });

  test('opens at most two thousand targets of all items together', () => {
    const all = many(1_000);
    const items = Array.from({ length: 40 }, () => ({ ...item, targets: all }));
    const page = printFleetPage(aFleet(all, { items }));
    const [before = ''] = page.split('<h2 id="grid">');
    expect(
      before
        .match(/<ul class="names">.*?<\/ul>/gs)
        ?.join('')
        .match(/<li>/g),
    ).toHaveLength(2_000);
    expect(textOf(before)).toContain('… and 994 more targets, in the JSON document.');
  });

  test('counts the items that only the targets have', () => {
    const page = pageOf(aFleet([held], { items: [{ ...item, targets: [held] }], moreItems: 7 }));
    expect(page).toContain('… and 7 more items, in the reports of the targets and in fleet actions --json.');
  });

  test('lists a hundred items, and counts the others', () => {
    const items = Array.from({ length: 150 }, () => ({ ...item, targets: [held] }));
    const page = printFleetPage(aFleet([held], { items, moreItems: 7 }));
    expect(page.match(/<p class="problem">/g)).toHaveLength(100);
    expect(textOf(page)).toContain('… and 57 more items, in');
  });

  test('tells of ignored events by account, and of a problem of the hub', () => {
    const ignored = Array.from({ length: 7 }, (_, index) => ({
      account: accountOf(index + 1),
      reason: 'its run began in the future',
      count: 2,
      claims: undefined,
    }));
    const problems = [{ operation: 'reading the stack set', reason: 'AccessDenied', remedy: 'Allow it.' }];
    const page = pageOf(aFleet([shop], { ignored, problems }));
    expect(page).toContain('Reading the stack set failed: AccessDenied. Allow it.');
    expect(page).toContain('2 events ignored: its run began in the future. In account 000000000003.');
    expect(page.match(/8 more events were ignored, of 4 accounts\./g)).toHaveLength(1);
  });
});

describe('the grid', () => {
  const gridOf = (page: string) => /<table class="cells".*?<\/table>/s.exec(page)?.[0] ?? '';

  test('has a row for each account, those first that need a look, and a cell for each Region', () => {
    expect(textOf(gridOf(printFleetPage(aFleet(targets)))).trim()).toBe(
      'Account eu-west-1 us-east-1 ' +
        'shop 000000000001 OK 4 h SILENT never ' +
        '000000000003 SILENT 4 days ' +
        'billing 000000000002 HELD 4 h ≥ 2,000 wait ' +
        '000000000004 PREVIEW 4 h',
    );
  });

  test('links each cell to the report of its target', () => {
    expect(gridOf(printFleetPage(aFleet([shop])))).toContain(
      '<a class="badge OK" href="https://eu-west-1.console.aws.amazon.com/s3/object/ecs-revision-pruner-prod-statebucket-1q2w3e4r5t6y?region=eu-west-1&amp;prefix=000000000001/eu-west-1/runs/20261124T033000Z_6f1c0a52/report.html">OK</a>',
    );
  });

  test('has no link where there is no report, or where its address is none of S3', () => {
    for (const report of [undefined, '/var/state/report.json', `s3://bucket/${'k'.repeat(1_100)}/report.json`]) {
      const grid = gridOf(printFleetPage(aFleet([aTarget({ last: { report } })])));
      expect(grid).not.toContain('href');
      expect(grid).toContain('<span class="badge OK">OK</span>');
    }
  });

  test('draws the trend of a target with its numbers as its name', () => {
    expect(gridOf(printFleetPage(aFleet([shop])))).toContain(
      '<svg role="img" aria-label="1,204 → 433 ACTIVE"><path d="M0 1L20 4L40 6L60 9"></path></svg>',
    );
  });

  test('leaves a Region empty where an account has no target', () => {
    expect(gridOf(printFleetPage(aFleet([shop, never, silent]))).match(/<td role="cell"><\/td>/g)).toHaveLength(1);
  });

  test('calls a target paused and not as its last run ended', () => {
    const page = printFleetPage(aFleet([aTarget({ state: 'paused' })]));
    expect(gridOf(page)).toMatch(/<a class="badge PAUSED" [^>]*>PAUSED<\/a>/);
    expect(textOf(page)).toContain('PAUSED silent, and the stack set is paused');
  });

  test('shortens an alias and an outcome that AWS and no version have', () => {
    const grid = textOf(
      gridOf(printFleetPage(aFleet([aTarget({ alias: 'n'.repeat(100), last: { outcome: 'X'.repeat(99) } })]))),
    );
    expect(grid).toContain(`${'n'.repeat(63)}... (37 more characters) 000000000001 `);
    expect(grid).toContain(` ${'X'.repeat(20)}... (79 more characters) `);
  });

  test('gives an outcome of a later version its word', () => {
    const grid = printFleetPage(aFleet([aTarget({ state: 'action', last: { outcome: 'LOST' } })]));
    expect(gridOf(grid)).toMatch(/<a class="badge OTHER" [^>]*>LOST<\/a>/);
    expect(textOf(grid)).toContain('OTHER as a later version says');
  });

  test('of thousands of accounts in thirty Regions shows as many as a browser lays out, and counts the others', () => {
    const regions = Array.from({ length: 26 }, (_, index) => `ap-south${String.fromCodePoint(97 + index)}-1`);
    const all = Array.from({ length: 2_600 }, (_, index) =>
      aTarget({ account: accountOf(index + 1), region: regions[index % 26] ?? '' }),
    );
    const page = printFleetPage(aFleet(all));
    expect(gridOf(page).match(/<td /g)).toHaveLength(961 * 26);
    expect(textOf(page)).toContain('… and 1,639 more accounts, in the table below.');
    expect(page.match(/data-s=/g)).toHaveLength(2_600);
  });
});

describe('the table', () => {
  test('has a row for each target, those first that need a look, with UTC in its head', () => {
    const [table = ''] = printFleetPage(aFleet(targets)).split('<table').slice(-1);
    expect(textOf(`<table${table}`).trim()).toBe(
      'Target Region State Outcome Last run (UTC) ACTIVE Deregistered Backlog Version ' +
        '000000000001 us-east-1 silent SILENT never ' +
        '000000000003 eu-west-1 silent SILENT 2026-11-20 03:30 1,000 100 0 0.1.0 ' +
        'billing 000000000002 eu-west-1 action HELD 2026-11-24 03:30 1,000 0 ≥ 2,000 0.1.0 ' +
        'shop 000000000001 eu-west-1 fine OK 2026-11-24 03:30 1,000 100 0 0.1.0 ' +
        '000000000004 eu-west-1 fine PREVIEW 2026-11-24 03:30 1,000 would 7 0 0.1.0',
    );
  });
});

describe('hostile texts', () => {
  test.each(hostileReports)('%s is text, wherever it stands', (_, text) => {
    const target = aTarget({
      alias: text,
      state: 'action',
      nights: fourNights.map((night) => ({ ...night, outcome: text })),
      last: { outcome: text, verdict: text, version: text, id: text, report: `s3://bucket/${text}/report.json` },
    });
    const page = printFleetPage(
      aFleet([target, never], {
        items: [{ problem: text, remedy: `${text}: \`${text.replaceAll('`', '')}\``, targets: [target] }],
        ignored: [{ account: text, reason: text, count: 1, claims: text }],
        problems: [{ operation: text, reason: text, remedy: text }],
        notes: [text],
      }),
    );
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(tagsOf(page).filter((tag) => !knownTags.has(tag))).toEqual([]);
    expect(attributesOf(page).filter((name) => name.startsWith('on') || ['src', 'style'].includes(name))).toEqual([]);
    for (const [, address] of page.matchAll(/ href="([^"]*)"/g))
      expect(address).toMatch(/^(?:#[a-z]+|https:\/\/eu-west-1\.console\.aws\.amazon\.com\/s3\/object\/\S+)$/);
    expect(page.replaceAll(/<script>.*?<\/script>/gs, '')).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u);
  });
});

describe('the size', () => {
  test.each([
    { count: 3, regions: 1, most: 40_000 },
    { count: 214, regions: 5, most: 500_000 },
  ])('of $count targets in $regions Regions is below $most bytes', ({ count, regions, most }) => {
    expect(Buffer.byteLength(printFleetPage(aLargeFleet(count, regions)))).toBeLessThan(most);
  });
});
