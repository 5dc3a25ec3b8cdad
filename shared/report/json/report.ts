// Prints the report as a JSON document for scripts.
import { safe } from '../../domain/safe-text.ts';
import type { Reference } from '../../domain/evidence.ts';
import { targetName } from '../../domain/dangling.ts';
import { type Reason, withVerdict } from '../../plan/verdict.ts';
import { nameOf, printRanges, withName } from '../../domain/revision.ts';
import { countRevisions } from '../model/counts.ts';
import { needsAction, type Report, type SavedPlanUse } from '../model/report.ts';
import { findRetiredFamilies } from '../model/retirement.ts';
import { summarize } from '../sections/headline.ts';
import { toDeletionsDocument } from './deletions.ts';
import {
  countResults,
  printApproval,
  printGroups,
  printLateReference,
  printProblem,
  printReference,
  printRevisions,
  printStop,
  printTime,
} from './parts.ts';
import type { ReportDocument } from './report-schema.ts';
import { collect, type Lazy, lazily } from './write-json.ts';

export function toReportDocument(report: Report): ReportDocument {
  return collect<ReportDocument>(toLazyDocument(report));
}

/** The whole document, whose lists are made while it is written. */
export function toLazyDocument(report: Report): Lazy<ReportDocument> {
  return toWholeDocument(safe(report));
}

function toWholeDocument(report: Report): Lazy<ReportDocument> {
  const { run, plan, results, failure, target, deletions } = report;
  const { arn = null, alias = null, endpoint = null } = run.caller ?? {};
  const printVerdict = (verdict: 'deferred' | 'hold') =>
    plan === undefined ? [] : printGroups(withVerdict(plan, verdict));
  return {
    version: 2,
    tool: { name: 'ecs-revision-pruner', version: run.version },
    run: toRunDocument(run),
    caller: { arn, alias, endpoint },
    target: target === undefined ? null : { ...target },
    outcome: report.outcome,
    needsAction: needsAction(report),
    verdict: summarize(report),
    counts: toCounts(report),
    plan: printRevisions(plan?.toDeregister ?? []),
    deregistered: printRevisions(results.deregistered),
    ...(plan?.retiredSince === undefined
      ? {}
      : { retired: { since: printTime(plan.retiredSince), families: findRetiredFamilies(report) } }),
    ...(deletions === undefined ? {} : { deletions: toDeletionsDocument(deletions) }),
    ...(report.saved === undefined ? {} : { saved: toSavedDocument(report.saved) }),
    ...(report.approval === undefined ? {} : { approval: printApproval(report.approval) }),
    deferred: printVerdict('deferred'),
    held: printVerdict('hold'),
    kept: listKept(report),
    alreadyInactive: printRevisions(results.alreadyInactive),
    skipped: results.skipped.map(withName),
    failed: results.failed.map(withName),
    notReached: printRevisions(results.notReached),
    stop: printStop(results.stop),
    lateReferences: results.lateReferences.map(printLateReference),
    danglingReferences: report.danglingReferences.map(({ reference, status, newest }) => ({
      revision: targetName(reference),
      status,
      ...printReference(reference),
      newest: newest === undefined ? null : nameOf({ family: reference.target.family, number: newest }),
    })),
    problems: (plan?.hold?.problems ?? []).map((one) => ({ part: one.part, kind: one.kind, ...printProblem(one) })),
    failure: failure === undefined ? null : printProblem(failure),
    attention: report.actionItems.map(({ problem, remedy }) => ({ problem, remedy })),
    notes: [...report.notes],
    unread: report.unread.map(({ name, reason }) => ({ name, why: reason })),
    readings: report.readings.map(({ part, items, calls, throttled, tookMs }) => ({
      part,
      items,
      calls,
      throttled,
      seconds: toSeconds(tookMs),
    })),
    backlog: { ...report.backlog },
    trend: (report.trend ?? []).map(({ beganAt, ...night }) => ({ ...night, began: printTime(beganAt) })),
  };
}

function toRunDocument(run: Report['run']): ReportDocument['run'] {
  const { window, before } = run;
  return {
    id: run.id,
    dryRun: run.dryRun,
    began: printTime(run.beganAt),
    seconds: toSeconds(run.tookMs),
    settingsDigest: run.settingsDigest,
    state: run.where ?? null,
    window:
      window === undefined
        ? null
        : window.waited
          ? { waited: true, until: printTime(window.until) }
          : { waited: false, reason: window.why },
    passes: run.passes ?? null,
    resumed: run.resumed ?? 0,
    before:
      before === undefined
        ? null
        : { id: before.id, began: printTime(before.beganAt), deregistered: before.deregistered },
  };
}

function toSavedDocument({ run, createdAt, revisions, changes, outside }: SavedPlanUse) {
  return {
    run,
    created: printTime(createdAt),
    revisions,
    changes: changes.map(({ family, ranges, change }) => ({ family, ranges: printRanges(ranges), change })),
    outside,
  };
}

function toCounts(report: Report): ReportDocument['counts'] {
  const counts = countRevisions(report);
  return {
    ...counts,
    keptBy: Object.fromEntries(counts.keptBy.map(({ rule, revisions }) => [rule, revisions])),
    ...countResults(report.results),
    danglingReferences: report.danglingReferences.length,
  };
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function listKept({ plan }: Report): Lazy<ReportDocument['kept']> {
  const families = (plan?.families ?? []).filter(({ spans }) =>
    spans.some(({ verdict }) => verdict.verdict === 'keep'),
  );
  return lazily(families, ({ family, spans }) => ({
    family,
    spans: spans.flatMap(({ ranges, verdict }) =>
      verdict.verdict === 'keep' ? [{ ranges: printRanges(ranges), reasons: verdict.reasons.map(printReason) }] : [],
    ),
  }));
}

/** A revision may have ten thousand tasks, and each one is the same reason. */
const MOST_REFERRERS = 20;

function printReason(reason: Reason): ReportDocument['kept'][number]['spans'][number]['reasons'][number] {
  const { rule, text } = reason;
  if (!('by' in reason)) return { rule, text };
  const all: readonly (Reference | string)[] = reason.by;
  const by = all
    .slice(0, MOST_REFERRERS)
    .map((one) => (typeof one === 'string' ? { referrer: one } : printReference(one)));
  const more = all.length - by.length;
  return { rule, text, by, ...(more > 0 ? { more } : {}) };
}
