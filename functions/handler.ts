// Creates the handlers of the functions: settings and environment of the stack, one run, its logs, metrics and response.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import type { Stop } from '../shared/domain/apply-results.ts';
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { strayEndpoints } from '../shared/aws/realm.ts';
import { systemClock } from '../shared/domain/clock.ts';
import { setTimeZone } from '../shared/domain/time-zone.ts';
import type { Report } from '../shared/report/model/report.ts';
import { type RunSummary, run, type RunOptions } from '../shared/run/run.ts';
import { safeMember, safeText } from '../shared/domain/safe-text.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { openStateAccess } from '../shared/state/open-store.ts';
import { inProcess, type Steps } from '../shared/run/steps.ts';
import { narrowSettings, parseEvent } from './event.ts';
import { type DeployedSettings, readPackedSettings, readSettingsParameter } from './settings.ts';

/** The run failed. Its report was sent, or is in the log. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

interface FunctionDefinition<Event> {
  readonly schema: z.ZodType<Event>;
  readonly dryRun: (event: Event) => boolean;
  readonly notify: (event: Event) => boolean;
  /** Whether it writes to the state store. */
  readonly writes: boolean;
  /** Whether it may read the journal, whose definitions contain environment values. */
  readonly readsJournal: boolean;
  /** Whether the alarm for missing runs counts its runs. */
  readonly countsSuccess: boolean;
  /** The packed settings. */
  readonly settings: URL;
}

/** Reading stops this long before the invocation's 15 minutes end, to build and send the report. */
const REPORT_MS = 30_000;
/** Deregistering stops earlier: late references are read before the report. */
const FINAL_READ_MS = 90_000;
/** Lambda returns at most 6 MB from a synchronous invocation. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ANSWER_BYTES = 5_000_000;

/** The part of a run that depends on its invocation, or on its execution of several invocations. */
export interface InvocationContext {
  /** Stable when a part of the run is repeated. */
  readonly id: string;
  readonly steps: Steps;
  /** The time left to the current invocation. */
  readonly leftMs: () => number;
}

export function createFunction<
  Event extends { families?: string[] | undefined; maxDeregistrations?: number | undefined },
>(definition: FunctionDefinition<Event>) {
  setTimeZone(process.env['TIME_ZONE'] ?? 'UTC');
  const logger = new Logger({ jsonReplacerFn: safeMember });
  const logging = injectLambdaContext(logger, { resetKeys: true });

  /** @throws EventError, SettingsError, and whatever ends a run without a report */
  async function start(input: unknown, invocation: InvocationContext, durable: boolean) {
    logger.appendKeys({ runId: invocation.id });
    const event = parseEvent(definition.schema, input);
    const { settings, problem } = await readSettings(definition, event, invocation);
    let report: Report | undefined;
    const told = async (made: Report, at?: string) => {
      report = made;
      const { logReport } = await import('./log-report.ts');
      logReport(made, at, logger, definition.countsSuccess);
    };
    const options = await createOptions(definition, event, settings, invocation, durable, logger);
    const wanted = { ...options, settingsProblem: problem, onReport: told };
    return { ended: await run(wanted, invocation.steps), report: () => report };
  }

  /** A run in one invocation, which returns its report. */
  const runOnce = middy()
    .use(logging)
    .handler(async (input: unknown, context: Context) => {
      const leftMs = () => context.getRemainingTimeInMillis();
      const invocation = { id: context.awsRequestId, steps: inProcess({ clock: systemClock }), leftMs };
      const { ended, report } = await start(input, invocation, false);
      const made = report();
      if (made === undefined || ended.outcome === 'FAILED') throw new RunFailed(safeText(ended.summary));
      const { toDocumentWithin } = await import('../shared/report/json/run-event.ts');
      return toDocumentWithin(made, ended.report, ANSWER_BYTES);
    });

  /** A durable execution returns a summary and the place of its report. */
  async function runDurably(input: unknown, invocation: InvocationContext): Promise<RunSummary> {
    const { ended } = await start(input, invocation, true);
    if (ended.outcome === 'FAILED') throw new RunFailed(safeText(ended.summary));
    return ended;
  }

  return { logging, runOnce, runDurably };
}

/** Those of the parameter are read in a step, so a run keeps the settings with which it began.
 *  @throws EventError; SettingsError for packed ones */
async function readSettings<Event extends Parameters<typeof narrowSettings>[1]>(
  { settings: packed }: FunctionDefinition<Event>,
  event: Event,
  { steps }: InvocationContext,
): Promise<DeployedSettings> {
  const parameter = process.env['SETTINGS'] ?? '';
  if (parameter === '') return { settings: narrowSettings(readPackedSettings(packed), event) };
  const read = await steps.step('settings', () => readSettingsParameter(parameter));
  return read.problem === undefined ? { settings: narrowSettings(read.settings, event) } : read;
}

async function createOptions<Event>(
  definition: FunctionDefinition<Event>,
  event: Event,
  settings: Settings,
  { id, leftMs }: InvocationContext,
  durable: boolean,
  logger: Logger,
): Promise<Omit<RunOptions, 'onReport'>> {
  const clock = systemClock;
  const pacer = new Pacer(clock, settings.share, settings.quotas, settings.writeShare);
  const stray = strayEndpoints(process.env);
  if (!definition.dryRun(event) && stray.length > 0)
    throw new RunFailed(`${stray.join(' and ')} would send some calls to another machine than the others`);
  const aws = new Aws({ clock, pacer, endpoint: process.env['AWS_ENDPOINT_URL'] });
  const place = process.env['STATE'] ?? settings.state;
  return {
    id,
    by: 'function',
    keepsRecords: definition.writes,
    allowsMorePasses: durable,
    skipWindowReason: () => (durable ? undefined : 'not durable'),
    onUnexpectedError: (error) => logger.error('An unexpected error', { error }),
    version: manifest.version,
    aws,
    pacer,
    clock,
    settings,
    stateAccess: await openStateAccess(place, aws, {
      writes: definition.writes,
      readsJournal: definition.readsJournal,
      version: manifest.version,
    }),
    dryRun: definition.dryRun(event),
    goLive: definition.countsSuccess && process.env['DRY_RUN'] !== 'false' ? GO_LIVE : undefined,
    topicArn: definition.notify(event) ? process.env['TOPIC_ARN'] : undefined,
    chatTopicArn: definition.countsSuccess ? process.env['CHAT_TOPIC_ARN'] : undefined,
    busArns: definition.countsSuccess ? listBuses(process.env) : [],
    pauseParameter: process.env['PAUSE_PARAMETER'],
    outOfTime: () => leftMs() < REPORT_MS,
    stopRequested: () => (leftMs() < FINAL_READ_MS ? outOfTime : undefined),
    onReading: ({ part, items, calls, throttled, tookMs, problems }) =>
      logger.info('read', { part, items, calls, throttled, tookMs, faults: problems }),
    onProgress: (revision, became) => logger.info(became, { revision: `${revision.family}:${revision.number}` }),
  };
}

/** The bus of a fleet may be the default bus of this account. */
function listBuses({ EVENT_BUS_ARN = '', FLEET_BUS_ARN = '' }: NodeJS.ProcessEnv): string[] {
  return [...new Set([EVENT_BUS_ARN, FLEET_BUS_ARN])].filter((arn) => arn !== '');
}

const GO_LIVE =
  'deploy the stack with its parameter DryRun set to false. The next nightly run then deregisters what no rule keeps by then.';

const outOfTime: Stop = {
  by: 'time',
  reason: 'the time of this invocation is over',
  remedy: 'The rest follows in the next run.',
};
