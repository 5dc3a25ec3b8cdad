// Creates the handlers of the functions: one run, its logs, metrics and response. The first step of a durable execution calls
// Lambda. Code of later steps is loaded after that call.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { systemClock } from '../shared/domain/clock.ts';
import { isObject } from '../shared/domain/objects.ts';
import { setTimeZone } from '../shared/domain/time-zone.ts';
import type { Report } from '../shared/report/model/report.ts';
import type { RunSummary } from '../shared/run/run.ts';
import { safeMember, safeText } from '../shared/domain/safe-text.ts';
import { inProcess } from '../shared/run/steps.ts';
import type { FunctionEvent } from './event.ts';
import type { FunctionDefinition, InvocationContext } from './definition.ts';
import { narrowSettings } from './input.ts';
import { RunFailed } from './run-failed.ts';
import type { DeployedSettings } from './settings.ts';

/** Lambda returns at most 6 MB from a synchronous invocation. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ANSWER_BYTES = 5_000_000;

export function createFunction(definition: FunctionDefinition) {
  setTimeZone(process.env['TIME_ZONE'] ?? 'UTC');
  const logger = new Logger({ jsonReplacerFn: safeMember });
  const logging = injectLambdaContext(logger, { resetKeys: true });

  /** @throws EventError, SettingsError, and whatever ends a run without a report */
  async function start(input: unknown, invocation: InvocationContext, durable: boolean) {
    logger.appendKeys({ runId: invocation.id });
    const event = await readEvent(definition, input);
    const { settings, problem } = await readSettings(definition, event, invocation);
    let report: Report | undefined;
    const told = async (made: Report, at?: string) => {
      report = made;
      const { logReport } = await import('./log-report.ts');
      logReport(made, at, logger, definition.countsSuccess);
    };
    const onQuestion = async (question: Report) => {
      const { logQuestion } = await import('./log-report.ts');
      logQuestion(question, logger, definition.countsSuccess);
    };
    const { createOptions } = await import('./options.ts');
    const options = await createOptions(definition, event, settings, invocation, durable, logger);
    const { run } = await import('../shared/run/run.ts');
    const deployedSettings = async () => readDeployedSettings(definition, event);
    const wanted = { ...options, settingsProblem: problem, deployedSettings, onReport: told, onQuestion };
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

/** Those of the parameter are read in a step, so a run keeps the settings with which it began. That step loads
 *  the code that reads and checks settings.
 *  @throws EventError; SettingsError for packed ones */
async function readSettings(
  { settings: packed }: FunctionDefinition,
  event: FunctionEvent,
  { steps }: InvocationContext,
): Promise<DeployedSettings> {
  const read = await steps.step('settings', async () => {
    const { readSettingsParameter } = await import('./settings.ts');
    return readSettingsParameter();
  });
  if (read?.problem !== undefined) return read;
  const { readPackedSettings } = await import('./settings.ts');
  return { settings: narrowSettings(read?.settings ?? readPackedSettings(packed), event) };
}

/** Those of this moment, which the settings of a run need not be any more. */
async function readDeployedSettings(
  { settings: packed }: FunctionDefinition,
  event: FunctionEvent,
): Promise<DeployedSettings> {
  const { readPackedSettings, readSettingsParameter, unusable } = await import('./settings.ts');
  try {
    const read = await readSettingsParameter();
    if (read?.problem !== undefined) return read;
    return { settings: narrowSettings(read?.settings ?? readPackedSettings(packed), event) };
  } catch (error) {
    return unusable(error, 'the settings as they are deployed now');
  }
}

/** The schedule of the stack sends `{}`.
 *  @throws EventError */
async function readEvent({ schema }: FunctionDefinition, input: unknown): Promise<FunctionEvent> {
  if (isObject(input) && Object.keys(input).length === 0) return {};
  const events = await import('./event.ts');
  return events.parseEvent(events[schema], input);
}
