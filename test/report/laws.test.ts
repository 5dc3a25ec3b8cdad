// Laws of every report, for any account and any end of a run.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { buildMessage } from '../../shared/notify/sns.ts';
import { countRevisions } from '../../shared/report/model/counts.ts';
import { printEmail } from '../../shared/report/mail/email.ts';
import { summarize } from '../../shared/report/sections/headline.ts';
import { parseReport } from '../../shared/report/json/parse-report.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { runEvent, toDocumentWithin } from '../../shared/report/json/run-event.ts';
import { outcomes, type Report } from '../../shared/report/model/report.ts';
import schema from '../../schemas/report.schema.json' with { type: 'json' };
import { printSms } from '../../shared/report/mail/sms.ts';
import { printPlan, printProposal } from '../../shared/report/terminal/plan.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import type { Screen } from '../../shared/report/text/screen.ts';
import { sizeOf } from '../../shared/domain/revision.ts';
import { anyReport } from '../support/any-report.ts';
import { nights } from '../support/nights.ts';

/** Made once: making them takes longer than any law. Each law names the first report that breaks it by its place. */
const reports = [...fc.sample(anyReport, { numRuns: 30, seed: 133 }), ...Object.values(nights)];

/** The outputs of one report, printed once for several laws. */
function once<Made>(make: (report: Report) => Made): (report: Report) => Made {
  const made = new Map<Report, Made>();
  return (report) => {
    const found = made.get(report) ?? make(report);
    made.set(report, found);
    return found;
  };
}
const mailOf = once(printEmail);
const documentOf = once(toReportDocument);

const screensOf = (report: Report, screen: Screen) => [
  printTerminal(report, screen, { verbose: true }),
  printPlan(report, screen, { all: true, verbose: true }),
  printProposal(report, screen),
];

function law(holds: (report: Report) => void): void {
  for (const [place, report] of reports.entries()) {
    try {
      holds(report);
    } catch (error) {
      throw new Error(`Report ${place} breaks the law`, { cause: error });
    }
  }
}

/** Characters that move a cursor, change the direction, have no width or are half a character. The line feed is allowed. */
const UNSEEN = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\u2028\u2029\u00AD\u3164]/u;

/** One word of a command, or an option with its quoted value. It must not be broken. */
const PASTED = /^ {2,8}(?:--\S+ )?(?:\S+|'[^']+')(?: \\)?$/u;

const validate = addFormats.default(new Ajv2020({ strict: true })).compile(schema);

const faultsOf = (document: object) => (validate(document) ? [] : (validate.errors ?? []));

describe('every mail', () => {
  test('has lines that mail programs and SMTP servers leave whole', () => {
    law((report) => {
      // https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1; a command can be longer, and stays whole.
      const wide = mailOf(report)
        .body.split('\n')
        .filter((line) => stringWidth(line) > 998);
      for (const line of wide) expect(line).toMatch(/^ {4}\S/);
    });
  });

  test('has a subject of ASCII, under 100 characters, that begins with the place and the outcome', () => {
    law((report) => {
      const { subject } = mailOf(report);
      expect(subject).toMatch(/^[ -~]{6,99}$/);
      expect(subject.replace(/^\[[^\]]*\] /, '').startsWith(`${report.outcome}:`)).toBe(true);
      expect(subject.trim()).toBe(subject);
    });
  });

  test('says in its subject and in its first sentence that it is a dry run', () => {
    law((report) => {
      if (!report.run.dryRun) return;
      const { subject, body } = mailOf(report);
      expect(subject).toMatch(/dry run|PREVIEW/);
      expect(body.startsWith('Dry run: ')).toBe(true);
    });
  });
});

test('no format lets through what a person cannot see', () => {
  law((report) => {
    const { subject, body } = mailOf(report);
    const screen = { width: 80, color: false };
    for (const text of [subject, body, printSms(report), ...screensOf(report, screen)])
      expect(text).not.toMatch(UNSEEN);
    expect(JSON.stringify(documentOf(report), null, 1)).not.toMatch(UNSEEN);
  });
});

/** Words of ours by which a format chooses what to say. */
const OURS =
  /^(?:FAILED|HELD|ACTION|PREVIEW|OK|keep|hold|deferred|deregister|revision|floating|reference|pattern|services|abort|time|throttled|interrupted|unreadable|unresolved|unknown|denied|credentials|unreachable|incomplete|collapsed|ACTIVE|INACTIVE|DELETE_IN_PROGRESS|runs|ran|deploys|rolls back to|starts|holds|mentions|referenced|in-flight|newest|keep-latest|min-age|recently-used|protected)$/;

const CANARY = '\u001B[2J\u202E\u200B\n\u2028';

/** The same report with something that moves a cursor and turns the direction in every other text and key. */
function planted<Value>(value: Value): Value;
function planted(value: unknown): unknown {
  if (typeof value === 'string') return OURS.test(value) ? value : `${value}${CANARY}x`;
  if (Array.isArray(value)) return value.map((one: unknown) => planted(one));
  if (value instanceof Map) return new Map(Array.from(value, ([key, one]) => [planted(key), planted(one)]));
  if (value instanceof Set) return new Set(Array.from(value, (one: unknown) => planted(one)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, planted(one)]));
}

test('no text of any field of a report comes out as it was written', () => {
  law((report) => {
    const everywhere = planted(report);
    const screen = { width: 80, color: false };
    const { subject, body } = printEmail(everywhere);
    const all = [
      subject,
      body,
      printSms(everywhere),
      ...screensOf(everywhere, screen),
      summarize(everywhere),
      JSON.stringify(toReportDocument(everywhere), null, 1),
      buildMessage(everywhere).Subject,
    ];
    for (const text of all) expect(text).not.toMatch(UNSEEN);
  });
});

test('a text message is one line of at most 140 characters of the GSM alphabet', () => {
  law((report) => {
    expect(printSms(report)).toMatch(/^[A-Za-z0-9 @$_!"#%&'()*+,\-./:;<=>?]{6,140}$/);
  });
});

test.each([40, 60, 80, 200])(
  'a terminal of %i columns breaks no word, and no line but before its last word',
  (width) => {
    law((report) => {
      const lines = screensOf(report, { width, color: false })
        .flatMap((text) => text.split('\n'))
        .filter((line) => stringWidth(line) > width);
      for (const line of lines) {
        const beforeLast = line.replace(/ (?:\\|\.\.\.)$/u, '').replace(/(?<=\S) +(?:--\S+ )?(?:'[^']*'|\S+)$/u, '');
        const isWhole = PASTED.test(line) || !line.trim().includes(' ') || stringWidth(beforeLast) <= width;
        expect(isWhole ? '' : line).toBe('');
      }
    });
  },
);

test('colour changes no word', () => {
  law((report) => {
    const screen = { width: 80, color: true };
    expect(stripVTControlCharacters(printTerminal(report, screen))).toBe(
      printTerminal(report, { ...screen, color: false }),
    );
  });
});

test('the counts add up: every ACTIVE revision once, every kept one under one reason', () => {
  law((report) => {
    const { active, kept, keptBy, held, deferred, planned } = countRevisions(report);
    const spans = (report.plan?.families ?? []).flatMap(({ spans }) => spans);
    expect(active).toBe(spans.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0));
    expect(kept + held + deferred + planned).toBe(active);
    expect(keptBy.reduce((sum, { revisions }) => sum + revisions, 0)).toBe(kept);
    const { counts } = documentOf(report);
    const fates = counts.deregistered + counts.alreadyInactive + counts.skipped + counts.failed + counts.notReached;
    const decided = report.run.dryRun || report.plan === undefined ? fates : counts.planned;
    expect(fates).toBe(decided);
  });
});

describe('every JSON document', () => {
  test('is valid against the schema that is published', () => {
    const seen = new Set<string>();
    law((report) => {
      seen.add(report.outcome);
      expect(faultsOf(documentOf(report))).toEqual([]);
    });
    expect([...seen].sort()).toEqual([...outcomes].sort());
  });

  test('is read back as it is', () => {
    law((report) => {
      expect(parseReport(documentOf(report))).toEqual(documentOf(report));
    });
  });

  test('is replaced by its event where it does not fit, with the same counts', () => {
    law((report) => {
      for (const bytes of [20_000, 40_000]) {
        const short = toDocumentWithin(report, 's3://state/report.json', bytes);
        expect(Buffer.byteLength(JSON.stringify(short))).toBeLessThanOrEqual(bytes);
        expect(short.counts).toEqual(documentOf(report).counts);
        expect(short).toEqual('report' in short ? runEvent.parse(short) : documentOf(report));
      }
    });
  });
});

test('every message is one that SNS takes', () => {
  law((report) => {
    const { Message, MessageStructure, MessageAttributes } = buildMessage(report);
    expect(Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(MessageAttributes))).toBeLessThan(262_144);
    expect(MessageStructure).toBe('json');
    const bodies: unknown = JSON.parse(Message);
    expect(bodies).toMatchObject({ email: mailOf(report).body, sms: printSms(report) });
    for (const { StringValue } of Object.values(MessageAttributes)) expect(StringValue).toMatch(/./);
  });
});
