import * as sdk from '@aws-sdk/client-sns';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { query } from '../protocols/query.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { topicOperations } from './topic-operations.ts';

export const sns = awsService({
  name: 'sns',
  iam: 'sns',
  protocol: query,
  id: '2010-03-31',
  shapes: operationsOf(sdk),
  operations: topicOperations,
  throttled: { code: 'Throttled', status: 429 },
  denied: { code: 'AuthorizationError', status: 403 },
  lists: {
    topics: {
      shape: structureOf(sdk.Topic$),
      add({ TopicArn }: sdk.Topic, account: AccountStores) {
        account.topics.add(required(TopicArn, 'TopicArn'));
      },
    },
  },
});
