/**
 * Systems Manager's change calendars. Several are open only if each of them is.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCalendarState.html
 */
import type { GetCalendarStateRequest } from '@aws-sdk/client-ssm';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { OperationContext, Operations } from '../operation.ts';

export const calendarOperations: Operations = {
  GetCalendarState: {
    iamScope: ({ CalendarNames = [] }: GetCalendarStateRequest, { calendars }: AccountStores) => ({
      resources: CalendarNames.map((name) => calendars.arn(name)),
    }),
    run({ CalendarNames = [], AtTime }: GetCalendarStateRequest, { account }: OperationContext) {
      if (CalendarNames.length === 0) throw new AwsError('ValidationException', 'At least one calendar is required.');
      if (AtTime !== undefined) throw new AwsError('ValidationException', 'The sandbox knows the present state alone.');
      const found = CalendarNames.map((name) => {
        const calendar = account.calendars.named(name);
        if (calendar === undefined) throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
        if (calendar.State === undefined)
          throw new AwsError('UnsupportedCalendarException', `The calendar ${name} has an unsupported entry.`);
        return calendar;
      });
      const closed = found.find(({ State }) => State === 'CLOSED');
      const [{ NextTransitionTime } = {}] = closed === undefined ? found : [closed];
      return {
        State: closed === undefined ? 'OPEN' : 'CLOSED',
        AtTime: new Date(account.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
        ...(NextTransitionTime === undefined ? {} : { NextTransitionTime }),
      };
    },
  },
};
