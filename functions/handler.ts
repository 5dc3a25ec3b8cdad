// What the functions are made of: settings and surroundings from the stack, one call into the run, logs and metrics as it
// ends, and the answer. The functions themselves say only which event they take and what they may do.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import type { Stop } from '../shared/domain/apply-results.ts';
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { strayEndpoints } from '../shared/aws/realm.ts';
import { systemClock } from '../shared/domain/clock.ts';
import { verdictSentence } from '../shared/report/headline.ts';
import { json } from '../shared/report/json.ts';
import type { Report } from '../shared/report/model.ts';
import { type RunSummary, run, type RunOptions } from '../shared/run/run.ts';
import { safeMember, safeText } from '../shared/domain/safe-text.ts';
import { parseSettings } from '../shared/settings/parse.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { openStateAccess } from '../shared/state/open-store.ts';
import { inProcess, type Steps } from '../shared/run/steps.ts';
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
  /** Whether it may read the journal, which holds definitions with the values of their environment. */
  readonly readsJournal: boolean;
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

/** What an invocation, or an execution of several, gives to its run. */
export interface Occasion {
  /** The same when a part of the run is done again. */
  readonly id: string;
  readonly steps: Steps;
  /** Of the present invocation. */
  readonly leftMs: () => number;
}

export function functionOf<
  Event extends { families?: string[] | undefined; maxDeregistrations?: number | undefined },
>(kind: Kind<Event>) {
  const logger = new Logger({ jsonReplacerFn: safeMember });
  const metrics = new Metrics({ singleMetric: false });
  const logging = injectLambdaContext(logger, { resetKeys: true });

  /** @throws EventError, SettingsError, and whatever ends a run without a report */
  async function go(input: unknown, occasion: Occasion, durable: boolean) {
    logger.appendKeys({ runId: occasion.id });
    const event = parseEvent(kind.schema, input);
    const settings = narrowed(packedSettings(kind.settings), event);
    let report: Report | undefined;
    const told = (made: Report) => {
      report = made;
      tell(made);
    };
    const options = await optionsOf(kind, event, settings, occasion, durable, logger);
    return { ended: await run({ ...options, onReport: told }, occasion.steps), report: () => report };
  }

  /** In the step in which the report is sent: neither a line nor a number comes twice when the run is replayed. */
  function tell(report: Report): void {
    measure(metrics, report, kind.counted);
    metrics.publishStoredMetrics();
    const lines = { outcome: report.outcome, attention: report.actionItems };
    logger[report.outcome === 'FAILED' ? 'error' : 'info'](verdictSentence(report), lines);
    if (report.outcome === 'FAILED')
      logger.error('The report of the failed run', { report: json(report, { bytes: LOG_BYTES }) });
  }

  /** Invoked plainly, a run is one invocation, and the answer is its report. */
  const ordinary = middy()
    .use(logging)
    .handler(async (input: unknown, context: Context) => {
      const leftMs = () => context.getRemainingTimeInMillis();
      const occasion = { id: context.awsRequestId, steps: inProcess({ clock: systemClock }), leftMs };
      const { ended, report } = await go(input, occasion, false);
      const made = report();
      if (made === undefined || ended.outcome === 'FAILED') throw new RunFailed(safeText(ended.summary));
      return json(made, { bytes: ANSWER_BYTES });
    });

  /** A durable execution answers with little: its report is where the answer says. */
  async function durable(input: unknown, occasion: Occasion): Promise<RunSummary> {
    const { ended } = await go(input, occasion, true);
    if (ended.outcome === 'FAILED') throw new RunFailed(safeText(ended.summary));
    return ended;
  }

  return { logging, ordinary, durable };
}

async function optionsOf<Event>(
  kind: Kind<Event>,
  event: Event,
  settings: Settings,
  { id, leftMs }: Occasion,
  durable: boolean,
  logger: Logger,
): Promise<Omit<RunOptions, 'onReport'>> {
  const clock = systemClock;
  const pacer = new Pacer(clock, settings.share, settings.quotas, settings.writeShare);
  const stray = strayEndpoints(process.env);
  if (!kind.dryRun(event) && stray.length > 0)
    throw new RunFailed(`${stray.join(' and ')} would send some calls to another machine than the others`);
  const aws = new Aws({ clock, pacer, endpoint: process.env['AWS_ENDPOINT_URL'] });
  const place = process.env['STATE'] ?? settings.state;
  return {
    id,
    by: 'function',
    keepsRecords: kind.writes,
    allowsMorePasses: durable,
    skipWindowReason: () => (durable ? undefined : 'not durable'),
    onUnexpectedError: (error) => logger.error('An unexpected error', { error }),
    version: manifest.version,
    aws,
    pacer,
    clock,
    settings,
    stateAccess: await openStateAccess(place, aws, {
      writes: kind.writes,
      readsJournal: kind.readsJournal,
      version: manifest.version,
    }),
    dryRun: kind.dryRun(event),
    topicArn: kind.notify(event) ? process.env['TOPIC_ARN'] : undefined,
    outOfTime: () => leftMs() < REPORT_MS,
    stopRequested: () => (leftMs() < LAST_LOOK_MS ? timeIsOver : undefined),
    onReading: ({ part, items, calls, throttled, tookMs, problems }) =>
      logger.info('read', { part, items, calls, throttled, tookMs, faults: problems }),
    onProgress: (revision, became) =>
      logger.info(became, { revision: `${revision.family}:${revision.number}` }),
  };
}

const timeIsOver: Stop = {
  by: 'time',
  reason: 'the time of this invocation is over',
  remedy: 'The rest follows in the next run.',
};

/** Read at every invocation: the file is small, and the demonstration and the tests put another in its place.
 *  @throws SettingsError when it does not fit */
function packedSettings(beside: URL): Settings {
  const file = process.env['SETTINGS_FILE'] ?? beside;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return parseSettings(value, 'settings.json');
}
