import * as sdk from '@aws-sdk/client-eventbridge';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { listOf, required, withMembers } from '../file-list.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { busOperations, ruleOperations } from './rule-operations.ts';
import { eventOperations } from './event-operations.ts';
import { targetOperations } from './target-operations.ts';

export const events = awsService({
  name: 'events',
  iam: 'events',
  protocol: awsJson('1.1'),
  id: 'AWSEvents',
  shapes: operationsOf(sdk),
  operations: { ...busOperations, ...ruleOperations, ...targetOperations, ...eventOperations },
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: {
    eventBuses: {
      shape: structureOf(sdk.EventBus$),
      add(bus: sdk.EventBus, account: AccountStores) {
        account.eventBuses.add(bus);
      },
    },
    /** A rule with its targets, which AWS lists separately. */
    rules: {
      shape: withMembers(structureOf(sdk.Rule$), { Targets: listOf(structureOf(sdk.Target$)) }),
      add({ Targets = [], ...rule }: sdk.Rule & { readonly Targets?: readonly sdk.Target[] }, account: AccountStores) {
        account.rules.add({ ...rule, Name: required(rule.Name, 'Name') }, Targets);
      },
    },
  },
});
