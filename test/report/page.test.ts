// The page of a run has the same figures as every other output, and hostile texts as nothing but text.
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rangesOf, sizeOf } from '../../shared/domain/revision.ts';
import { consoleAddress } from '../../shared/report/html/console-address.ts';
import { countMarks, listFamilies } from '../../shared/report/html/families.ts';
import { printHistoryPage } from '../../shared/report/html/history-page.ts';
import { listHolders } from '../../shared/report/html/holders.ts';
import { printHtml } from '../../shared/report/html/html.ts';
import { printPage } from '../../shared/report/html/page.ts';
import { drawStrip, layOutBins } from '../../shared/report/html/strip.ts';
import { countRevisions } from '../../shared/report/model/counts.ts';
import type { Night } from '../../shared/domain/night.ts';
import { anyReport } from '../support/any-report.ts';
import { attributesOf, knownTags, tagsOf, textOf } from '../support/markup.ts';
import { aPlan, aReference, aReport, began, someResults, target } from '../support/reports.ts';

const reports = fc.sample(anyReport, { numRuns: 30, seed: 133 });

describe('the figures of the page', () => {
  test('agree with those of every other output', () => {
    for (const report of reports) {
      const counts = countRevisions(report);
      const marks = countMarks(listFamilies(report));
      expect(marks.keep).toBe(counts.kept);
      expect(marks.hold).toBe(counts.held);
      expect(marks.deferred).toBe(counts.deferred);
      expect(marks.deregister + marks.left).toBe(counts.planned);
      const isLive = !report.run.dryRun && report.plan !== undefined;
      expect(marks.deregister).toBe(isLive ? report.results.deregistered.length : counts.planned);
    }
  });

  test('are those of each family, and its strip has each revision once and in order', () => {
    for (const report of reports)
      for (const row of listFamilies(report)) {
        const plan = report.plan?.families.find(({ family }) => family === row.family);
        const all = (plan?.spans ?? []).flatMap(({ ranges }) => ranges);
        expect(row.active).toBe(sizeOf(all));
        expect(rangesOf(row.pieces.flatMap(({ from, upto }) => [...numbers(from, upto)]))).toEqual(
          rangesOf(all.flatMap(({ from, upto }) => [...numbers(from, upto)])),
        );
        const starts = row.pieces.map(({ from }) => from);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      }
  });

  test('are printed', () => {
    const plan = aPlan({
      web: { '1-6': 'deregister', '7': 'referenced: service prod/web deploys it', '8-12': 'deferred' },
      batch: { '1-2': 'min-age: registered since 12 June' },
    });
    const page = textOf(printPage(aReport({ plan, results: someResults(plan) })));
    expect(page).toContain('OK No action required');
    expect(page).toContain('6 revisions were deregistered in account 123456789012, eu-west-1.');
    expect(page).toContain('deregistered 6 deferred 5 kept 3 ACTIVE, before and after 14 → 8');
    expect(page).toContain(
      'web 1-6 deregistered 7 kept: service prod/web deploys it 8-12 deferred: over the cap 12 6 5 1',
    );
    expect(page).toContain('min-age 2 registered since 12 June');
    expect(page).toContain('service prod/web 1 1 family');
    expect(page).toContain('Backlog: 5 revisions, 1 night (at most 300 a night).');
  });

  test('of a dry run say that nothing was deregistered', () => {
    const plan = aPlan({ web: { '1-6': 'deregister', '7': 'newest: the newest of its family' } });
    const page = textOf(printPage(aReport({ plan, run: { dryRun: true } })));
    expect(page).toContain('PREVIEW Dry run, no action required');
    expect(page).toContain('would be deregistered 6 deferred 0 kept 1 ACTIVE, and after a live run 7 → 1');
    expect(page).toContain('Nothing was deregistered: this was a dry run.');
  });

  test('tell what a live run left of its plan', () => {
    const plan = aPlan({ web: { '1-6': 'deregister', '9': 'newest: the newest of its family' } });
    const results = someResults(plan, { notReached: [{ family: 'web', number: 2 }] });
    const page = textOf(printPage(aReport({ plan, results })));
    expect(page).toContain('1, 3-6 deregistered 2 planned, not deregistered 9 kept');
    expect(page).toContain('7 5 of 6');
  });
});

describe('what the operator must do', () => {
  test('begins with late and dangling references, each with what fails', () => {
    const plan = aPlan({ web: { '1-3': 'deregister', '4': 'newest: the newest of its family' } });
    const late = aReference('services', 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web', 'deploys', 'web:2');
    const dangling = aReference(
      'schedules',
      'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly',
      'starts',
      'old:7',
    );
    const page = textOf(
      printPage(
        aReport({
          plan,
          results: someResults(plan, { lateReferences: [late] }),
          danglingReferences: [{ reference: dangling, status: 'INACTIVE', newest: undefined }],
        }),
      ),
    );
    expect(page).toContain('ACTION 2 actions required');
    expect(page).toMatch(
      /What to do References to revisions that are not ACTIVE .* service prod\/web late: deploys web:2, INACTIVE/,
    );
    expect(page).toContain('schedule default/nightly dangling: starts old:7, INACTIVE The next start fails');
    expect(page.indexOf('What to do')).toBeLessThan(page.indexOf('What happened', 300));
  });
});

describe('who holds the most', () => {
  test('counts a revision once for each of its referrers', () => {
    const plan = aPlan({
      web: { '1-4': 'referenced: service prod/web deploys it', '5': 'referenced: service prod/api deploys it' },
      api: { '1': 'referenced: service prod/web deploys it + in-flight: of a deployment' },
    });
    expect(listHolders({ plan })).toEqual([
      { name: 'service prod/web', revisions: 5, families: 2 },
      { name: 'service prod/api', revisions: 1, families: 1 },
    ]);
  });
});

describe('a strip', () => {
  test('has one cell for each revision of a small family', () => {
    const strip = printHtml(
      drawStrip([
        { from: 1, upto: 2, mark: 'deregister' },
        { from: 5, upto: 5, mark: 'keep' },
      ]),
    );
    expect(strip).toContain('class="s c"');
    expect(strip).toContain('<path class="d" d="M0 0H10V14H0z"');
    expect(strip).toContain('<path class="k" d="M10 0H15V14H10z"');
  });

  test('of a million revisions has no more elements than verdicts, and shows what most of them are', () => {
    const pieces = Array.from({ length: 2_000 }, (_, index) => ({
      from: index * 500 + 1,
      upto: index * 500 + 500,
      mark: index < 1_000 ? ('deregister' as const) : ('keep' as const),
    }));
    expect(layOutBins(pieces, 1_000_000)).toEqual([
      { mark: 'deregister', from: 0, upto: 160 },
      { mark: 'keep', from: 160, upto: 320 },
    ]);
    expect(printHtml(drawStrip(pieces)).length).toBeLessThan(300);
  });
});

describe('the trend', () => {
  const nights = [1_204, 900, 433].map((active, index): Night => ({
    id: `${index}`,
    beganAt: began - (2 - index) * 86_400_000,
    active,
    deregistered: 300,
    waiting: active - 433,
    outcome: 'OK',
  }));

  test('is a picture with its numbers, and a table of the same numbers', () => {
    const plan = aPlan({ web: { '1': 'newest: the newest of its family' } });
    const page = textOf(printPage({ ...aReport({ plan }), trend: nights }));
    expect(page).toContain('ACTIVE revisions: 1,204 → 133 in 3 nights');
    expect(page).toContain('Backlog: 771 → 0');
    expect(page).toContain(
      '2026-11-24 02:30 OK 433 300 0 2026-11-23 02:30 OK 900 300 467 2026-11-22 02:30 OK 1,204 300 771',
    );
  });

  test('is left out before the second night', () => {
    const plan = aPlan({ web: { '1': 'newest: the newest of its family' } });
    expect(printPage({ ...aReport({ plan }), trend: nights.slice(0, 1) })).not.toContain('The nights as a table');
  });
});

/** Texts that have broken other reports. */
const corpus = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><script>alert(1)</script>',
  '</style></script><!--',
  '&lt;b&gt;&amp;',
  '[link](javascript:alert(1)) **bold** | a | b |',
  '${alert(1)} {{7*7}} <%= 7 %>',
  '\u001B[2J\u001B]0;title\u0007',
  '\u202Eevil\u202C \u2066x\u2069',
  'שלום עולם مرحبا',
  `a${'\u0301'.repeat(50)}`,
  'x'.repeat(255),
  '漢字 👩‍👩‍👧 🇩🇪',
  '\u0000\u200B\uFEFF\u2028',
];

describe('hostile text', () => {
  test.each(corpus)('%j is text, wherever it stands', (text) => {
    const referrer = `arn:aws:ecs:eu-west-1:123456789012:service/${text}`;
    const plan = aPlan({ web: { '1': 'deregister', '2': 'newest: the newest of its family' } });
    const hostile = {
      ...plan,
      families: [
        {
          family: text,
          newest: 2,
          unresolved: [],
          spans: [
            {
              ranges: [{ from: 1, upto: 2 }],
              verdict: {
                verdict: 'keep' as const,
                reasons: [
                  { rule: 'referenced' as const, text, by: [aReference(text, referrer, 'deploys', 'web:1')] },
                ] as const,
              },
            },
          ],
        },
      ],
    };
    const report = aReport({
      plan: hostile,
      notes: [text],
      asks: [{ problem: text, remedy: `${text}: \`${text.replaceAll('`', '')}\`` }],
      unread: [{ name: text, reason: text }],
      readings: [{ part: text, tookMs: 1, calls: 1, throttled: 0, items: 1 }],
      failure: { operation: text, reason: text, remedy: text },
      run: {
        id: text,
        version: text,
        settingsDigest: text,
        where: text,
        caller: { alias: text, arn: text, endpoint: text },
      },
    });
    const plain = printPage(aReport({ plan: { ...hostile, families: [] } }));
    const page = printPage(report);
    expect(page.match(/<script/g)).toEqual(plain.match(/<script/g));
    expect(tagsOf(page).filter((tag) => !knownTags.has(tag))).toEqual([]);
    expect(attributesOf(page).filter((name) => name.startsWith('on') || name === 'src')).toEqual([]);
    expect(page.match(/ href="/g)).toEqual(page.match(/ href="#[a-z]+"/g)?.map(() => ' href="'));
    // Characters that are not seen are shown as their escape.
    const shown = page.replaceAll(/<script>.*?<\/script>/gs, '');
    expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029]/u);
  });

  test('of a name stands apart from the direction of the text around it', () => {
    const plan = aPlan({ web: { '1': 'newest: שלום' } });
    expect(printPage(aReport({ plan }))).toContain('<bdi>שלום</bdi>');
  });

  test('in random reports never makes an element that a plain report does not have', () => {
    for (const report of reports) expect(tagsOf(printPage(report)).filter((tag) => !knownTags.has(tag))).toEqual([]);
  });
});

function* numbers(from: number, upto: number): Generator<number> {
  for (let number = from; number <= upto; number++) yield number;
}

describe('the document', () => {
  const page = printPage(aReport({ plan: aPlan({ web: { '1': 'newest: the newest of its family' } }) }));

  test('allows its own style and script alone, by their hashes', () => {
    const hash = (tag: string) => {
      const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(page) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'`,
    );
  });

  test('names no other place', () => {
    expect(page).not.toMatch(/https?:|url\((?!#)| src=| href="(?!#)/);
  });

  test('is small', () => {
    expect(page.length).toBeLessThan(25_000);
  });

  test('of 5,000 families is below 5 MB', () => {
    const lines = {
      '1-30': 'deregister',
      '31': 'referenced: service production/a-service-with-a-usual-name deploys it',
      '32-40': 'min-age: registered since 25 October 2026',
      '41-44': 'keep-latest: among the newest 5',
      '45': 'referenced: service production/a-service-with-a-usual-name deploys it + newest: the newest of its family',
    };
    const families = Array.from(
      { length: 5_000 },
      (_, index) => [`team-${index % 97}-service-${index}`, lines] as const,
    );
    const plan = aPlan(Object.fromEntries(families));
    const large = printPage(aReport({ plan, run: { dryRun: true } }));
    expect(Buffer.byteLength(large)).toBeLessThan(5_000_000);
  });
});

describe('the page of the nights', () => {
  test('lists what each run did, and the one that could not be read', () => {
    const results = someResults(aPlan({ web: { '1-3': 'deregister' } }));
    const run = {
      id: '6f1c0a52-98d7',
      short: '6f1c0a52',
      beganAt: began,
      by: 'function',
      version: '0.1.0',
      settings: 'abc',
      dryRun: false,
      state: 'ended' as const,
      endedAt: began + 60_000,
      outcome: 'OK',
      passes: 1,
      started: 1,
      published: true,
      planned: [],
      results,
    };
    const problem = { operation: 'reading <b>', reason: 'it does not exist', remedy: 'Nothing.' };
    const runs = [run, { id: 'a', short: 'a', beganAt: began - 86_400_000, problem }];
    const page = textOf(printHistoryPage({ target, where: 's3://state', runs, more: 2, foreign: 0 }, []));
    expect(page).toContain('1 of 2 runs did not end well');
    expect(page).toContain('3 revisions deregistered, 0 late references, in account 123456789012');
    expect(page).toContain('2026-11-24 02:30 6f1c0a52 OK 3');
    expect(page).toContain('UNREADABLE Reading <b> failed: it does not exist.');
    expect(page).toContain('… and 2 older runs');
  });
});

describe('the address in the console', () => {
  const at = 's3://bucket/prefix/123456789012/eu-west-1/runs/20261124T023000Z_6f1c/report.html';

  test.each([
    ['aws', 'eu-west-1', 'https://eu-west-1.console.aws.amazon.com/s3/object/bucket?region=eu-west-1&prefix='],
    ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn/s3/object/bucket?region=cn-north-1&prefix='],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://console.amazonaws-us-gov.com/s3/object/bucket?region=us-gov-west-1&prefix=',
    ],
  ])('of partition %s is that of its own console', (partition, region, start) => {
    expect(consoleAddress(at, { account: '123456789012', partition, region })).toBe(
      `${start}prefix/123456789012/eu-west-1/runs/20261124T023000Z_6f1c/report.html`,
    );
  });

  test('does not exist for a folder or an unknown partition', () => {
    expect(consoleAddress('/var/state/report.html', target)).toBeUndefined();
    expect(consoleAddress(at, { ...target, partition: 'aws-iso' })).toBeUndefined();
  });
});
