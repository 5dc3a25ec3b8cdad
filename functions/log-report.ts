// Writes the report of a run to the log, with its metrics. Loaded when there is a report.
import type { Logger } from '@aws-lambda-powertools/logger';
import { toDocumentWithin } from '../shared/report/json/run-event.ts';
import type { Report } from '../shared/report/model/report.ts';
import { summarize } from '../shared/report/sections/headline.ts';
import { publishMetrics, publishSuccess } from './metrics.ts';

/** CloudWatch Logs accepts events of up to 256 KB (1 MB since 2025, but not in all Regions). */
const LOG_BYTES = 200_000;

/** Called in the step that sends the report, so a replay repeats neither log lines nor metrics. */
export function logReport(report: Report, at: string | undefined, logger: Logger, countsSuccess: boolean): void {
  publishMetrics(report, countsSuccess);
  const lines = { outcome: report.outcome, attention: report.actionItems };
  logger[report.outcome === 'FAILED' ? 'error' : 'info'](summarize(report), lines);
  if (report.outcome === 'FAILED')
    logger.error('The report of the failed run', { report: toDocumentWithin(report, at, LOG_BYTES) });
}

/** A run that waits for approval works. Its other metrics come with its report, which may be more than a day after the last one. */
export function logQuestion(question: Report, logger: Logger, countsSuccess: boolean): void {
  if (countsSuccess) publishSuccess();
  logger.info(summarize(question), { asks: question.actionItems });
}
