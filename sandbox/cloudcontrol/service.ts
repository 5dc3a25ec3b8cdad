import * as sdk from '@aws-sdk/client-cloudcontrol';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { cloudControlOperations } from './subscriber-operations.ts';

/** Its IAM actions have CloudFormation's prefix. */
export const cloudcontrol = awsService({
  name: 'cloudcontrol',
  iam: 'cloudformation',
  protocol: awsJson('1.0'),
  id: 'CloudApiService',
  shapes: operationsOf(sdk),
  operations: cloudControlOperations,
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: {
    /** Subscribers of custom event buses, as Cloud Control describes them. */
    subscribers: {
      shape: structureOf(sdk.ResourceDescription$),
      add(subscriber: sdk.ResourceDescription, account: AccountStores) {
        account.subscribers.put({ ...subscriber, Identifier: required(subscriber.Identifier, 'Identifier') });
      },
    },
  },
});
