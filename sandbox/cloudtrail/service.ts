import * as sdk from '@aws-sdk/client-cloudtrail';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { eventOperations } from './event-operations.ts';

export const cloudtrail = awsService({
  name: 'cloudtrail',
  iam: 'cloudtrail',
  protocol: awsJson('1.1'),
  id: 'CloudTrail_20131101',
  shapes: operationsOf(sdk),
  operations: eventOperations,
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: {
    events: {
      shape: structureOf(sdk.Event$),
      add(event: sdk.Event, account: AccountStores) {
        account.trail.add({ ...event, EventTime: required(event.EventTime, 'EventTime') });
      },
    },
  },
});
