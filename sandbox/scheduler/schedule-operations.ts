/**
 * EventBridge Scheduler's operations. A list contains only a summary of each schedule; GetSchedule has the target's
 * details. The sandbox starts nothing and checks a target's input only where Scheduler requires JSON.
 */
import type {
  CreateScheduleInput,
  DeleteScheduleInput,
  GetScheduleInput,
  ListScheduleGroupsInput,
  ListSchedulesInput,
  ScheduleSummary,
  UpdateScheduleInput,
} from '@aws-sdk/client-scheduler';
import type { AccountStores } from '../account-stores.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { schedulerArn } from './groups.ts';
import type { ScheduleName, StoredSchedule } from './schedules.ts';

export const schedulerPage = {
  token: 'NextToken',
  size: 'MaxResults',
  defaultSize: 100,
  errorCodes: { token: 'ValidationException', size: 'ValidationException' },
};

function summaryOf({ Arn, Name, GroupName, State, Target, ...schedule }: StoredSchedule): ScheduleSummary {
  const { CreationDate, LastModificationDate } = schedule;
  return {
    Arn,
    Name,
    GroupName,
    State,
    CreationDate,
    LastModificationDate,
    ...(Target === undefined ? {} : { Target: { Arn: Target.Arn } }),
  };
}

const scheduleScope = (name: ScheduleName, { schedules }: AccountStores) => ({
  resources: [schedules.arn(name)],
});

export const scheduleOperations: Operations = {
  /** Lists all groups unless one is given. IAM evaluates all schedules, whatever the filter. */
  ListSchedules: listOperation({
    ...schedulerPage,
    bucket: 'list-schedules',
    items: 'Schedules',
    iamScope: (_: ListSchedulesInput, { place }) => ({ resources: [schedulerArn(place, 'schedule/*/*')] }),
    all({ GroupName, NamePrefix = '', State }, { account }) {
      if (GroupName !== undefined) account.scheduleGroups.named(GroupName);
      const matching = account.schedules
        .all()
        .filter(
          (schedule) =>
            (GroupName === undefined || schedule.GroupName === GroupName) &&
            (State === undefined || schedule.State === State) &&
            schedule.Name.startsWith(NamePrefix),
        );
      return (from, count) => matching.slice(from, from + count).map(summaryOf);
    },
  }),

  GetSchedule: {
    bucket: 'get-schedule',
    iamScope: scheduleScope,
    run: (input: GetScheduleInput, { account }) => account.schedules.named(input),
  },

  CreateSchedule: {
    iamScope: scheduleScope,
    run: (input: CreateScheduleInput, { account }) => ({ ScheduleArn: account.schedules.create(input) }),
  },

  UpdateSchedule: {
    iamScope: scheduleScope,
    run: (input: UpdateScheduleInput, { account }) => ({ ScheduleArn: account.schedules.update(input) }),
  },

  DeleteSchedule: {
    iamScope: scheduleScope,
    run(input: DeleteScheduleInput, { account }) {
      account.schedules.delete(input);
      return {};
    },
  },
};

export const groupOperations: Operations = {
  ListScheduleGroups: listOperation({
    ...schedulerPage,
    bucket: 'list-schedule-groups',
    items: 'ScheduleGroups',
    iamScope: (_: ListScheduleGroupsInput, { place }) => ({
      resources: [schedulerArn(place, 'schedule-group/*')],
    }),
    all: ({ NamePrefix = '' }, { account }) =>
      sequence(account.scheduleGroups.all().filter(({ Name }) => Name.startsWith(NamePrefix))),
  }),
};
