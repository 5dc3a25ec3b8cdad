// Records the metrics of a run in CloudWatch's embedded format, which costs no call. Alarms read them.
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { countRevisions } from '../shared/report/model/counts.ts';
import type { Report } from '../shared/report/model/report.ts';

/** @param countsSuccess whether the alarm for missing runs counts this run; held and failed runs count as 0 */
export function publishMetrics(report: Report, countsSuccess: boolean): void {
  const metrics = new Metrics({ singleMetric: false });
  const count = (name: string, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  const { families, active, held, keptBy } = countRevisions(report);
  count('Families', families);
  count('Revisions', active);
  count('Deregistered', report.results.deregistered.length);
  count('Failed', report.results.failed.length);
  count('Held', held);
  const throttledCalls = report.readings.reduce((sum, { throttled }) => sum + throttled, 0);
  count('Throttled', throttledCalls);
  metrics.addMetric('Seconds', MetricUnit.Seconds, report.run.tookMs / 1000);
  if (countsSuccess) count('SuccessfulRuns', report.outcome === 'FAILED' || report.outcome === 'HELD' ? 0 : 1);
  for (const { rule, revisions: kept } of keptBy) {
    metrics.singleMetric().addDimension('rule', rule).addMetric('Kept', MetricUnit.Count, kept);
  }
  metrics.publishStoredMetrics();
}

export function publishSuccess(): void {
  const metrics = new Metrics({ singleMetric: false });
  metrics.addMetric('SuccessfulRuns', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
