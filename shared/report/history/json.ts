// Prints the three histories as JSON documents.
import { safe } from '../../domain/safe-text.ts';
import { nameOf, printRanges, type Revision, withName } from '../../domain/revision.ts';
import { countResults, printApproval, printLateReference, printProblem, printStop, printTime } from '../json/parts.ts';
import { groupByFamily } from '../model/counts.ts';
import {
  type FamilyHistory,
  type HistoryScope,
  isRecorded,
  type RecordedRun,
  type RevisionHistory,
  type RunHistory,
  type RunIdentity,
  type RunsHistory,
} from './model.ts';
import type { DocumentAbout } from './schema.ts';

export function toRunsDocument(given: RunsHistory): DocumentAbout<'runs'> {
  const history = safe(given);
  const { runs, more, foreign } = history;
  return {
    ...toScope(history),
    about: 'runs',
    runs: runs.map((run) =>
      isRecorded(run)
        ? { readable: true, ...toRecorded(run) }
        : { readable: false, ...toIdentity(run), problem: printProblem(run.problem) },
    ),
    more,
    foreign,
  };
}

export function toRunDocument(given: RunHistory): DocumentAbout<'run'> {
  const history = safe(given);
  const { run } = history;
  const { results } = run;
  return {
    ...toScope(history),
    about: 'run',
    ...toRecorded(run),
    stop: printStop(results.stop),
    unverified: printStop(results.unverified),
    deregistered: toGroups(results.deregistered),
    alreadyInactive: toGroups(results.alreadyInactive),
    skipped: results.skipped.map(withName),
    failed: results.failed.map(withName),
    notReached: toGroups(results.notReached),
    planned: toGroups(run.planned),
    lateReferences: results.lateReferences.map(printLateReference),
  };
}

export function toFamilyDocument(given: FamilyHistory): DocumentAbout<'family'> {
  const history = safe(given);
  const { family, ambiguousRuns, runs, unclaimed, more, problems } = history;
  return {
    ...toScope(history),
    about: 'family',
    family,
    ambiguousRuns: [...ambiguousRuns],
    runs: runs.map((run) => ({
      ...toIdentity(run),
      deregistered: run.deregistered.map((one) => toRevision(family, one)),
    })),
    unclaimed: unclaimed.map((one) => ({ ...toRevision(family, one), run: one.run, at: printTime(one.at) })),
    more,
    problems: problems.map(printProblem),
  };
}

function toScope({ target, where }: HistoryScope) {
  return { version: 1 as const, target: { ...target }, state: where };
}

function toIdentity({ id, short, beganAt }: RunIdentity) {
  return { id, short, began: printTime(beganAt) };
}

function toRecorded(run: RecordedRun) {
  const { endedAt } = run;
  return {
    ...toIdentity(run),
    by: run.by,
    tool: run.version,
    settingsDigest: run.settings,
    dryRun: run.dryRun,
    course: run.state,
    ended: endedAt === undefined ? null : printTime(endedAt),
    outcome: run.outcome ?? null,
    passes: run.passes,
    started: run.started,
    published: run.published,
    approval: run.approval === undefined ? null : printApproval(run.approval),
    counts: countResults(run.results),
  };
}

function toRevision(family: string, { number, now, journaled, restored }: RevisionHistory) {
  return {
    revision: nameOf({ family, number }),
    now,
    journaled,
    restored: restored.map(({ as, at }) => ({ as: nameOf({ family, number: as }), at: printTime(at) })),
  };
}

function toGroups(revisions: readonly Revision[]) {
  return groupByFamily(revisions).map(({ family, ranges }) => ({ family, ranges: printRanges(ranges) }));
}
