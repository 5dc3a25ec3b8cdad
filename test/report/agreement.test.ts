// The figures of all formats agree, for any account and any end of a run.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toRunEvent } from '../../shared/report/json/run-event.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { printPlan } from '../../shared/report/terminal/plan.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { anyReport } from '../support/any-report.ts';
import { nights } from '../support/nights.ts';

/** The number in a line, where `nothing` and `none` are 0; undefined where there is no such line. */
function numberIn(text: string, line: RegExp): number | undefined {
  const found = line.exec(text)?.[1];
  if (found === undefined) return undefined;
  return found === 'nothing' || found === 'none' ? 0 : Number(found.replaceAll(',', ''));
}

const reports: readonly Report[] = [...fc.sample(anyReport, { numRuns: 60, seed: 4711 }), ...Object.values(nights)];
const screen = { width: 120, color: false };

test('mail, terminal, JSON and event have the same numbers', () => {
  for (const report of reports) {
    const { counts, backlog } = toReportDocument(report);
    const hasFamilies = (report.plan?.families.length ?? 0) > 0;
    const deregistered = report.run.dryRun ? counts.planned : counts.deregistered;
    const expected = hasFamilies ? { deregistered, kept: counts.kept } : { deregistered: undefined, kept: undefined };
    const numbersOf = (text: string) => ({
      deregistered: numberIn(text, /^(?:Deregistered|Would deregister): (nothing|[\d,]+)/m),
      kept: numberIn(text, /^Kept: (nothing|[\d,]+)/m),
    });
    expect(numbersOf(printEmail(report).body)).toEqual(expected);
    expect(numbersOf(printTerminal(report, screen))).toEqual(expected);
    expect(toRunEvent(report, undefined)).toMatchObject({ counts, backlog });
    if (counts.active === 0) continue;
    const plan = /^Plan: deregister (none|[\d,]+) of ([\d,]+) ACTIVE .*?; keep ([\d,]+)/m.exec(
      printPlan(report, screen)
        .replaceAll('\n', ' ')
        .replace(/^.*(?=Plan: deregister)/s, ''),
    );
    expect(plan?.slice(1).map((found) => (found === 'none' ? 0 : Number(found.replaceAll(',', ''))))).toEqual([
      counts.planned,
      counts.active,
      counts.kept,
    ]);
  }
});
