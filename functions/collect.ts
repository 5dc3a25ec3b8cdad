// Stores the events of members that the queue of the hub delivers. A message that cannot be stored comes again, and after five
// attempts goes to the dead-letter queue.
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { describeError } from '../shared/aws/errors.ts';
import { safeMember } from '../shared/domain/safe-text.ts';
import { collect } from '../shared/fleet/collect.ts';
import { openHub } from './hub.ts';

const logger = new Logger({ jsonReplacerFn: safeMember });
const hub = openHub();

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .handler(async ({ Records }) => {
    const { store } = await hub();
    const { stored, refused, failures } = await collect(
      store,
      Records.map(({ messageId, body, attributes }) => ({
        id: messageId,
        body,
        sentAt: Number(attributes.SentTimestamp),
      })),
    );
    for (const { account, reason, claims } of refused) logger.warn('An event was ignored', { account, reason, claims });
    for (const { ids, error } of failures)
      logger.error('Events were not stored', { messages: ids.length, reason: describeError(error) });
    logger.info('Events were stored', { stored });
    const metrics = new Metrics({ singleMetric: false });
    metrics.addMetric('RefusedEvents', MetricUnit.Count, refused.length);
    metrics.publishStoredMetrics();
    const batchItemFailures = failures.flatMap(({ ids }) => ids).map((itemIdentifier) => ({ itemIdentifier }));
    return { batchItemFailures };
  });
