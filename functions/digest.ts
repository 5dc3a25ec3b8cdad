// Mails the digest of a fleet once a day, and writes its page. The schedule sends `{}`; `{"again": true}` sends it once more.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { systemClock } from '../shared/domain/clock.ts';
import { safeMember } from '../shared/domain/safe-text.ts';
import { setTimeZone } from '../shared/domain/time-zone.ts';
import { sendDigest } from '../shared/fleet/digest.ts';
import { parseTargets } from '../shared/fleet/expected.ts';
import { DEFAULT_SILENT_HOURS } from '../shared/fleet/summarize.ts';
import { summarizeFleet } from '../shared/report/fleet/headline.ts';
import { countStates, type Fleet, sumTargets } from '../shared/report/fleet/model.ts';
import { closed, parseEvent } from './event.ts';
import { openHub } from './hub.ts';

const logger = new Logger({ jsonReplacerFn: safeMember });
const hub = openHub();
const schema = closed({ again: z.literal(true, 'true, or no such key').optional() });

export const handler = middy()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .handler(async (input: unknown) => {
    const { again } = parseEvent(schema, input);
    const { env } = process;
    setTimeZone(env['TIME_ZONE'] ?? 'UTC');
    const { aws, store } = await hub();
    const name = env['STACK_SET'] ?? '';
    const fleet = await sendDigest({
      store,
      aws,
      clock: systemClock,
      version: manifest.version,
      topicArn: env['TOPIC_ARN'] ?? '',
      silentHours: Number(env['SILENT_HOURS'] ?? DEFAULT_SILENT_HOURS),
      stackSet: name === '' ? undefined : { name, isDelegated: env['STACK_SET_CALL_AS'] === 'DELEGATED_ADMIN' },
      targets: parseTargets(env['TARGETS'] ?? ''),
      again: again === true,
    });
    if (fleet === undefined) {
      logger.info('This digest was sent before');
      return { sent: false };
    }
    publishMetrics(fleet);
    const summary = summarizeFleet(fleet);
    logger.info(summary, { attention: fleet.items.slice(0, LOGGED_ITEMS), problems: fleet.problems });
    return { sent: true, summary };
  });

/** The page and the JSON document have all. */
const LOGGED_ITEMS = 20;

function publishMetrics(fleet: Fleet): void {
  const metrics = new Metrics({ singleMetric: false });
  const count = (name: string, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  const { fine, action, silent } = countStates(fleet);
  const { active, deregistered, backlog } = sumTargets(fleet);
  count('DigestsSent', 1);
  count('Targets', fleet.targets.length);
  count('TargetsFine', fine);
  count('TargetsActing', action);
  count('TargetsSilent', silent);
  count('FleetRevisions', active);
  count('FleetDeregistered', deregistered);
  count('FleetBacklog', backlog);
  metrics.publishStoredMetrics();
}
