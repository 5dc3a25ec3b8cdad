// What both functions are made of: settings and surroundings from the stack, one call into the run, then logs, metrics and
// the answer. The functions themselves say only which event they take and what they may do.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { systemClock } from '../shared/clock.ts';
import { verdictSentence } from '../shared/report/headline.ts';
import { json } from '../shared/report/json.ts';
import type { Report } from '../shared/report/model.ts';
import { run, type RunOptions } from '../shared/run.ts';
import { parseSettings } from '../shared/settings/parse.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { openState } from '../shared/state/open.ts';
import { inProcess } from '../shared/steps.ts';
import { narrowed, parseEvent } from './event.ts';
import { measure } from './metrics.ts';

/** The run failed; its report was sent, or stands in the log. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

interface Kind<Event> {
  readonly schema: z.ZodType<Event>;
  readonly dryRun: (event: Event) => boolean;
  readonly notify: (event: Event) => boolean;
  /** Whether it leaves what it has found out to the next run. */
  readonly writes: boolean;
  /** Whether the alarm for missing runs counts this function's. */
  readonly counted: boolean;
  /** The packed settings, beside the function's own file. */
  readonly settings: URL;
}

/** What is left of an invocation's 15 minutes when reading must end, so that the report can still be made and sent. */
const REPORT_MS = 30_000;
/** And when no further revision may go: the last look at services and tasks comes before the report. */
const LAST_LOOK_MS = 90_000;
/** Lambda answers a synchronous call with at most 6 MB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ANSWER_BYTES = 5_000_000;
/** CloudWatch Logs takes events of up to 256 KB (1 MB since 2025, but not everywhere). */
const LOG_BYTES = 200_000;

export function handlerOf<
  Event extends { families?: string[] | undefined; maxDeregistrations?: number | undefined },
>(kind: Kind<Event>) {
  const logger = new Logger();
  const metrics = new Metrics({ singleMetric: false });

  const handle = async (input: unknown, context: Context) => {
    logger.appendKeys({ runId: context.awsRequestId });
    const event = parseEvent(kind.schema, input);
    const settings = narrowed(packedSettings(kind.settings), event);
    const report = await prune(settings, kind, event, context, logger);
    measure(metrics, report, kind.counted);
    const lines = { outcome: report.outcome, attention: report.attention };
    logger[report.outcome === 'FAILED' ? 'error' : 'info'](verdictSentence(report), lines);
    if (report.outcome !== 'FAILED') return json(report, { bytes: ANSWER_BYTES });
    logger.error('The report of the failed run', { report: json(report, { bytes: LOG_BYTES }) });
    throw new RunFailed(verdictSentence(report));
  };

  return middy()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .handler(handle);
}

async function prune<Event>(
  settings: Settings,
  kind: Kind<Event>,
  event: Event,
  context: Context,
  logger: Logger,
): Promise<Report> {
  const clock = systemClock;
  const pacer = new Pacer(clock, settings.share, settings.quotas);
  const aws = new Aws({ clock, pacer, endpoint: process.env['AWS_ENDPOINT_URL'] });
  const place = process.env['STATE'] ?? settings.state;
  const left = () => context.getRemainingTimeInMillis();
  let report: Report | undefined;
  const options: RunOptions = {
    id: context.awsRequestId,
    by: 'function',
    records: kind.writes,
    continues: false,
    waitsNot: () => 'not durable',
    told: (made) => {
      report = made;
    },
    unexpected: (error) => logger.error('An unexpected error', { error }),
    version: manifest.version,
    aws,
    pacer,
    clock,
    settings,
    keeping:
      place === ''
        ? undefined
        : { state: await openState(place, aws), writes: kind.writes, version: manifest.version },
    dryRun: kind.dryRun(event),
    topicArn: kind.notify(event) ? process.env['TOPIC_ARN'] : undefined,
    outOfTime: () => left() < REPORT_MS,
    stopped: () =>
      left() < LAST_LOOK_MS
        ? {
            by: 'time',
            says: 'the time of this invocation is over',
            next: 'The rest follows in the next run.',
          }
        : undefined,
    progress: ({ part, items, calls, throttled, tookMs, faults }) =>
      logger.info('read', { part, items, calls, throttled, tookMs, faults }),
    acted: (revision, became) => logger.info(became, { revision: `${revision.family}:${revision.number}` }),
  };
  const ended = await run(options, inProcess({ clock }));
  if (report === undefined) throw new RunFailed(ended.says);
  return report;
}

/** Read at every invocation: the file is small, and the demonstration and the tests put another in its place.
 *  @throws SettingsError when it does not fit */
function packedSettings(beside: URL): Settings {
  const file = process.env['SETTINGS_FILE'] ?? beside;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return parseSettings(value, 'settings.json');
}
