// Adds the run to the record of the last nights, from which its report shows the trend.
import type { Night } from '../domain/night.ts';
import { countRevisions } from '../report/model/counts.ts';
import type { Report } from '../report/model/report.ts';
import { loadCache, saveRecord } from '../state/records.ts';
import { addNight, trendRecord } from '../state/trend.ts';
import type { OpenRun, RunOptions } from './context.ts';
import { ifPossible } from './progress.ts';

/** A run of some families only neither shows the trend nor is part of it: its counts are not those of the account. */
export async function addTrend(report: Report, options: RunOptions, run: OpenRun | undefined): Promise<Report> {
  const { stateAccess, settings, keepsRecords } = options;
  if (run === undefined || stateAccess === undefined || settings.runFamilies !== undefined) return report;
  const { state } = stateAccess;
  const type = trendRecord(run.target);
  let nights: readonly Night[] = [];
  await ifPossible(async () => {
    const earlier = await loadCache(state, type);
    nights = earlier.value ?? [];
    const night = nightOf(report);
    if (!keepsRecords || night === undefined) return;
    nights = addNight(nights, night);
    await saveRecord(state, type, earlier, nights);
  });
  return nights.length === 0 ? report : { ...report, trend: nights };
}

/** Nothing where the run did not list the revisions. */
function nightOf(report: Report): Night | undefined {
  if (report.plan === undefined) return undefined;
  const { id, beganAt } = report.run;
  return {
    id,
    beganAt,
    active: countRevisions(report).active,
    deregistered: report.results.deregistered.length,
    waiting: report.backlog.revisions,
    outcome: report.outcome,
  };
}
