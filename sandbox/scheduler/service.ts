import * as sdk from '@aws-sdk/client-scheduler';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { restJson } from '../protocols/rest-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { groupOperations, scheduleOperations } from './schedule-operations.ts';

const shapes = operationsOf(sdk);

export const scheduler = awsService({
  name: 'scheduler',
  iam: 'scheduler',
  protocol: restJson(shapes, 'Message'),
  id: 'scheduler',
  shapes,
  operations: { ...groupOperations, ...scheduleOperations },
  throttled: { code: 'ThrottlingException', status: 429 },
  denied: { code: 'AccessDeniedException', status: 403 },
  lists: {
    scheduleGroups: {
      shape: structureOf(sdk.ScheduleGroupSummary$),
      add(group: sdk.ScheduleGroupSummary, account: AccountStores) {
        account.scheduleGroups.add(group);
      },
    },
    schedules: {
      shape: structureOf(sdk.GetScheduleOutput$),
      add(schedule: sdk.GetScheduleOutput, account: AccountStores) {
        account.schedules.add({ ...schedule, Name: required(schedule.Name, 'Name') });
      },
    },
  },
});
