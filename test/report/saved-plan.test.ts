// Reports of a run that a saved plan limits.
import { expect, test } from 'vitest';
import { reportDocument } from '../../shared/report/json/report-schema.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import type { SavedPlanUse } from '../../shared/report/model/report.ts';
import { printSavedPlan } from '../../shared/report/sections/saved-plan.ts';
import { printProposal } from '../../shared/report/terminal/plan.ts';
import { aPlan, aReport, began, denied } from '../support/reports.ts';

const saved = (given: Partial<SavedPlanUse> = {}): SavedPlanUse => ({
  run: 'run-1',
  createdAt: began,
  revisions: 8,
  changes: [],
  outside: 0,
  ...given,
});
const at = (from: number, upto = from) => [{ from, upto }];
const text = (given: Partial<SavedPlanUse>, width = 80) => printSavedPlan({ saved: saved(given) }, width).join('\n');

test('nothing without a saved plan', () => {
  expect(printSavedPlan({}, 80)).toEqual([]);
});

test('that nothing has changed', () => {
  expect(text({})).toBe(
    'Saved plan: 8 revisions on 24 November 2026, 02:30 UTC; all of them are still to\n  be deregistered',
  );
  expect(text({ revisions: 0 })).toBe('Saved plan: it has no revisions');
});

test('what of it was left when a run that is over began, and that a held run compares nothing', () => {
  const plan = aPlan({ web: { '2': 'deregister' } });
  const changes = [{ family: 'api', ranges: at(1, 7), change: 'not ACTIVE any more' }];
  const over = (given: Partial<SavedPlanUse>) =>
    printSavedPlan(aReport({ plan, saved: saved(given) }), 200)[0]?.replace('Saved plan: 8 revisions on ', '');
  expect(over({})).toBe('24 November 2026, 02:30 UTC; all of them were still to be deregistered when this run began');
  expect(over({ changes })).toBe('24 November 2026, 02:30 UTC; 1 was still to be deregistered when this run began');
  const held = aReport({ plan: aPlan({ web: { '2': 'hold' } }, [denied]), saved: saved() });
  expect(printSavedPlan(held, 200)).toEqual([
    'Saved plan: 8 revisions on 24 November 2026, 02:30 UTC; not compared, since the run is held',
  ]);
});

test('what has changed, and what is left for another run', () => {
  const changes = [
    { family: 'api', ranges: at(1, 3), change: 'not ACTIVE any more' },
    { family: 'web', ranges: at(41), change: 'kept now: service prod/web deploys it' },
    { family: 'web', ranges: [...at(43, 44), ...at(46)], change: 'on hold now: it may be referenced dynamically' },
  ];
  expect(text({ changes, outside: 12 })).toBe(`\
Saved plan: 8 revisions on 24 November 2026, 02:30 UTC; 1 is still to be
  deregistered
  api:1-3 are not ACTIVE any more
  web:41 is kept now: service prod/web deploys it
  web:43-44, 46 are on hold now: it may be referenced dynamically
  12 revisions that no rule keeps are not in it, and left for another run`);
});

test('twenty changes at most, with a count of the others', () => {
  const changes = Array.from({ length: 23 }, (_, index) => ({
    family: 'web',
    ranges: at(index * 10 + 1, index * 10 + 2),
    change: `kept now: task ${index} runs it`,
  }));
  const lines = printSavedPlan({ saved: saved({ revisions: 100, changes }) }, 80);
  expect(lines.filter((line) => line.includes('kept now'))).toHaveLength(20);
  expect(lines.at(-1)).toBe('  ... and 6 more revisions (--json lists all)');
});

test('hostile text as what it is, within forty columns', () => {
  const changes = [
    {
      family: 'web',
      ranges: at(1),
      change: 'kept now: tagged \u202Egnp.\u001B[2J\n<b>&\u0301\u0301\u0301\u0301\u0301\u0301 x',
    },
    { family: 'a'.repeat(255), ranges: at(1), change: 'not ACTIVE any more' },
  ];
  const report = aReport({ plan: aPlan({ web: { '2': 'deregister' } }), saved: saved({ changes }) });
  const shown = printProposal(report, { width: 40, color: false });
  expect(shown).toContain('\\u{202e}');
  expect(['\u202E', '\u001B'].filter((unseen) => shown.includes(unseen))).toEqual([]);
  // A name stays whole, so that it can be copied.
  const lines = printSavedPlan({ saved: saved({ changes }) }, 40).filter((line) => !line.includes('aaa'));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(48);
  expect(reportDocument.safeParse(toReportDocument(report)).success).toBe(true);
});
