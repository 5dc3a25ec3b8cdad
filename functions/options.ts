// Makes the options of a run from the settings, the event and the environment of the stack. Loaded once the settings are read:
// it brings the SDK.
import type { Logger } from '@aws-lambda-powertools/logger';
import manifest from '../package.json' with { type: 'json' };
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { strayEndpoints } from '../shared/aws/realm.ts';
import type { Stop } from '../shared/domain/apply-results.ts';
import { systemClock } from '../shared/domain/clock.ts';
import type { RunOptions } from '../shared/run/context.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { openStateAccess } from '../shared/state/open-store.ts';
import type { FunctionDefinition, InvocationContext } from './definition.ts';
import type { FunctionEvent } from './event.ts';
import { RunFailed } from './run-failed.ts';

/** Reading stops this long before the invocation's 15 minutes end, to build and send the report. */
const REPORT_MS = 30_000;
/** Deregistering stops earlier: late references are read before the report. */
const FINAL_READ_MS = 90_000;
export async function createOptions(
  definition: FunctionDefinition,
  event: FunctionEvent,
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
    approval: settings.approval === 'required' ? (durable ? 'asks' : 'cannot ask') : undefined,
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
    goLive: definition.countsSuccess && process.env['DRY_RUN'] !== 'false' ? describeGoLive(settings) : undefined,
    topicArn: definition.notify(event) ? process.env['TOPIC_ARN'] : undefined,
    chatTopicArn: definition.countsSuccess ? process.env['CHAT_TOPIC_ARN'] : undefined,
    busArns: definition.countsSuccess ? listBuses(process.env) : [],
    fleetBusArn: definition.countsSuccess ? process.env['FLEET_BUS_ARN'] || undefined : undefined,
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

function describeGoLive({ approval }: Settings): string {
  const next =
    approval === 'required' ? 'asks for approval before it deregisters' : 'deregisters what no rule keeps by then';
  return `deploy the stack with its parameter DryRun set to false. The next nightly run then ${next}.`;
}

const outOfTime: Stop = {
  by: 'time',
  reason: 'the time of this invocation is over',
  remedy: 'The rest follows in the next run.',
};
