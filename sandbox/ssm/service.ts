import * as sdk from '@aws-sdk/client-ssm';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required, text, withMembers, withOptional } from '../file-list.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { calendarOperations } from './calendar-operations.ts';
import type { Calendar } from './calendars.ts';
import { parameterOperations } from './parameter-operations.ts';

export const ssm = awsService({
  name: 'ssm',
  iam: 'ssm',
  protocol: awsJson('1.1'),
  id: 'AmazonSSM',
  shapes: operationsOf(sdk),
  operations: { ...calendarOperations, ...parameterOperations },
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: {
    /** As GetCalendarState answers, each with its name or ARN. */
    calendars: {
      shape: withMembers(withOptional(structureOf(sdk.GetCalendarStateResponse$)), { Name: text }),
      add(calendar: Calendar, account: AccountStores) {
        account.calendars.put({ ...calendar, Name: required(calendar.Name, 'Name') });
      },
    },
    parameters: {
      shape: structureOf(sdk.Parameter$),
      add(parameter: sdk.Parameter, account: AccountStores) {
        account.parameters.put({ ...parameter, Name: required(parameter.Name, 'Name') });
      },
    },
  },
});
