// The report for machines, as schema.ts describes it. Whole unless it must fit: then details go first, numbers never.
import { safe } from '../domain/safe-text.ts';
import type { Reference } from '../domain/evidence.ts';
import { targetName } from '../domain/dangling.ts';
import type { Reason } from '../plan/verdict.ts';
import { withVerdict } from '../plan/verdict.ts';
import { nameOf, numbersIn, printRanges } from '../domain/revision.ts';
import { countsOf, type Group, grouping } from './counts.ts';
import { deletionsJson } from './deletions.ts';
import { verdictSentence } from './headline.ts';
import { needsAction, type Report } from './model.ts';
import { retiredFamilies } from './retired.ts';
import type { ReportDocument } from './schema.ts';
import { shorten } from './shorten.ts';

/** @param bytes what the document may take as JSON text in UTF-8; without it nothing is left out */
export function json(report: Report, { bytes = Infinity }: { readonly bytes?: number } = {}): ReportDocument {
  return shorten(whole(safe(report)), bytes);
}

function whole(report: Report): ReportDocument {
  const { run, plan, results, failure, target } = report;
  const counts = countsOf(report);
  const deletions = deletionsJson(report.deletions);
  const { stop, lateReferences, alreadyInactive, notReached } = results;
  return {
    version: 1,
    tool: { name: 'ecs-revision-pruner', version: run.version },
    run: {
      id: run.id,
      dryRun: run.dryRun,
      began: new Date(run.beganAt).toISOString(),
      seconds: seconds(run.tookMs),
      settingsDigest: run.settingsDigest,
      ...courseOf(run),
    },
    caller: {
      arn: run.caller?.arn ?? null,
      alias: run.caller?.alias ?? null,
      endpoint: run.caller?.endpoint ?? null,
    },
    target: target === undefined ? null : { ...target },
    outcome: report.outcome,
    needsAction: needsAction(report),
    verdict: verdictSentence(report),
    counts: {
      ...counts,
      keptBy: Object.fromEntries(counts.keptBy.map(({ rule, revisions }) => [rule, revisions])),
      deregistered: results.deregistered.length,
      alreadyGone: alreadyInactive.length,
      spared: results.skipped.length,
      failed: results.failed.length,
      left: notReached.length,
      stranded: lateReferences.length,
      strandedBefore: report.danglingReferences.length,
    },
    plan: printed(grouping(plan?.toDeregister ?? [])),
    deregistered: printed(grouping(results.deregistered)),
    ...(plan?.retiredSince === undefined
      ? {}
      : {
          retired: {
            since: new Date(plan.retiredSince).toISOString(),
            families: retiredFamilies(report),
          },
        }),
    ...(deletions === undefined ? {} : { deletions }),
    later: plan === undefined ? [] : printed(withVerdict(plan, 'deferred')),
    held: plan === undefined ? [] : printed(withVerdict(plan, 'hold')),
    kept: kept(report),
    alreadyGone: printed(grouping(alreadyInactive)),
    spared: results.skipped.map(({ revision, reason }) => ({ revision: nameOf(revision), says: reason })),
    failed: results.failed.map(({ revision, reason, answer }) => ({
      revision: nameOf(revision),
      says: reason,
      said: answer,
    })),
    left: printed(grouping(notReached)),
    stop: stop === undefined ? null : { by: stop.by, says: stop.reason, next: stop.remedy },
    stranded: lateReferences.map(({ source, referrer, relation, target }) => ({
      revision: target.kind === 'revision' ? nameOf(target) : target.family,
      source,
      who: referrer,
      use: relation,
    })),
    strandedBefore: report.danglingReferences.map(({ reference, status, newest }) => ({
      revision: targetName(reference),
      status,
      source: reference.source,
      who: reference.referrer,
      use: reference.relation,
      newest: newest === undefined ? null : nameOf({ family: reference.target.family, number: newest }),
    })),
    faults: (plan?.hold?.problems ?? []).map(({ part, kind, operation, reason, remedy }) => ({
      part,
      kind,
      doing: operation,
      said: reason,
      next: remedy,
    })),
    failure:
      failure === undefined ? null : { doing: failure.operation, said: failure.reason, next: failure.remedy },
    attention: report.actionItems.map(({ problem, remedy }) => ({ says: problem, next: remedy })),
    notes: [...report.notes],
    unread: report.unread.map(({ name, reason }) => ({ name, why: reason })),
    readings: report.readings.map(({ part, items, calls, throttled, tookMs }) => ({
      part,
      items,
      calls,
      throttled,
      seconds: seconds(tookMs),
    })),
    backlog: { ...report.backlog },
    shortened: [],
  };
}

function courseOf({ where, window, passes, resumed, before }: Report['run']) {
  return {
    state: where ?? null,
    window:
      window === undefined
        ? null
        : window.waited
          ? { waited: true as const, until: new Date(window.until).toISOString() }
          : { waited: false as const, why: window.why },
    passes: passes ?? null,
    resumed: resumed ?? 0,
    before:
      before === undefined
        ? null
        : {
            id: before.id,
            began: new Date(before.beganAt).toISOString(),
            deregistered: before.deregistered,
          },
  };
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function printed(groups: readonly Group[]): ReportDocument['plan'] {
  return groups.map(({ family, ranges }) => ({
    family,
    ranges: printRanges(ranges),
    revisions: Array.from(numbersIn(ranges), (number) => nameOf({ family, number })),
  }));
}

function kept({ plan }: Report): ReportDocument['kept'] {
  return (plan?.families ?? [])
    .map(({ family, spans }) => ({
      family,
      spans: spans.flatMap(({ ranges, verdict }) =>
        verdict.verdict === 'keep'
          ? [{ ranges: printRanges(ranges), reasons: verdict.reasons.map(printedReason) }]
          : [],
      ),
    }))
    .filter(({ spans }) => spans.length > 0);
}

/** A revision that ten thousand tasks run is kept no better by the last of them. */
const MOST_NAMINGS = 20;

function printedReason(reason: Reason): ReportDocument['kept'][number]['spans'][number]['reasons'][number] {
  const says = reason.text;
  if (!('by' in reason)) return { rule: reason.rule, says };
  const by: readonly (Reference | string)[] = reason.by;
  const shown = by
    .slice(0, MOST_NAMINGS)
    .map((one) =>
      typeof one === 'string' ? { who: one } : { source: one.source, who: one.referrer, use: one.relation },
    );
  const more = by.length - shown.length;
  return { rule: reason.rule, says, by: shown, ...(more > 0 ? { more } : {}) };
}
