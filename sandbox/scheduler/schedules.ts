/**
 * EventBridge Scheduler's schedules. A listing tells little of each; what one starts is in GetSchedule alone. Nothing is
 * ever started here, and what a target is sent is not looked at, but where Scheduler itself wants JSON.
 */
import type {
  CreateScheduleInput,
  DeleteScheduleInput,
  GetScheduleInput,
  GetScheduleOutput,
  ListSchedulesInput,
  ScheduleSummary,
  Target,
  UpdateScheduleInput,
} from '@aws-sdk/client-scheduler';
import type { Account } from '../account.ts';
import type { Clock } from '../clock.ts';
import type { Place } from '../ecs/arns.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing } from '../paging.ts';
import { schedulerArn, schedulerPage, type ScheduleGroups } from './groups.ts';

export type KnownSchedule = GetScheduleOutput & {
  readonly Arn: string;
  readonly Name: string;
  readonly GroupName: string;
};

/** A schedule by its name, in the group `default` unless another is named. */
export interface NamedSchedule {
  readonly Name: string | undefined;
  readonly GroupName?: string | undefined;
}

export class Schedules {
  readonly #byArn = new Map<string, KnownSchedule>();
  readonly #place: Place;
  readonly #groups: ScheduleGroups;
  readonly #clock: Clock;

  constructor(place: Place, groups: ScheduleGroups, clock: Clock) {
    this.#place = place;
    this.#groups = groups;
    this.#clock = clock;
  }

  add(schedule: GetScheduleOutput): void {
    const { Name = '', GroupName = 'default' } = schedule;
    const Arn = this.arn({ Name, GroupName });
    if (this.#byArn.has(Arn)) throw new TypeError(`${Arn} is there twice`);
    this.#groups.named(GroupName);
    this.#byArn.set(Arn, { State: 'ENABLED', ...schedule, Name, GroupName, Arn });
  }

  arn({ Name = '', GroupName = 'default' }: NamedSchedule): string {
    return schedulerArn(this.#place, `schedule/${GroupName}/${Name}`);
  }

  named(named: NamedSchedule): KnownSchedule {
    const schedule = this.#byArn.get(this.arn(named));
    if (schedule !== undefined) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${named.Name} does not exist.`, 404);
  }

  all(): KnownSchedule[] {
    return [...this.#byArn.values()];
  }

  create(input: CreateScheduleInput): string {
    this.#groups.named(input.GroupName);
    if (this.#byArn.has(this.arn(input)))
      throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
    return this.#put(input, new Date(this.#clock.now()));
  }

  /** Replaces it whole: what is not said again has its default. */
  update(input: UpdateScheduleInput): string {
    return this.#put(input, this.named(input).CreationDate);
  }

  delete(named: NamedSchedule): void {
    this.#byArn.delete(this.named(named).Arn);
  }

  #put(asked: CreateScheduleInput, CreationDate: Date | undefined): string {
    demandWhole(asked);
    const { Name = '', GroupName = 'default' } = asked;
    const Arn = this.arn(asked);
    const input = { ...asked };
    delete input.ClientToken;
    this.#byArn.set(Arn, {
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'NONE',
      ...input,
      Name,
      GroupName,
      Arn,
      ...(CreationDate === undefined ? {} : { CreationDate }),
      LastModificationDate: new Date(this.#clock.now()),
    });
    return Arn;
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
function demandWhole({ Name = '', ScheduleExpression = '', Target }: CreateScheduleInput): void {
  if (!/^[\w.-]{1,64}$/.test(Name)) throw invalid('Name is 1 to 64 letters, digits and - _ .');
  if (!/^(at|rate|cron)\(.+\)$/.test(ScheduleExpression))
    throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
  if (Target !== undefined) demandTarget(Target);
}

function demandTarget({ Arn = '', EcsParameters, Input }: Target): void {
  if (/^arn:[\w-]+:ecs:[^:]+:\d{12}:cluster\//.test(Arn) && EcsParameters === undefined)
    throw invalid('EcsParameters is required for an ECS target.');
  const wantsJson = /^arn:[\w-]+:(lambda|states|events):[^:]+:\d{12}:/.test(Arn);
  if (!wantsJson || Input === undefined) return;
  try {
    JSON.parse(Input);
  } catch {
    throw invalid('Input is not well-formed JSON.');
  }
}

const invalid = (says: string) => new AwsError('ValidationException', says);

function summaryOf({ Arn, Name, GroupName, State, Target, ...schedule }: KnownSchedule): ScheduleSummary {
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

const onSchedule = (named: NamedSchedule, { schedules }: Account) => ({ resources: [schedules.arn(named)] });

export const scheduleOperations: Operations = {
  /** Of all groups unless one is named. IAM is asked about all schedules, whichever are wanted. */
  ListSchedules: listing({
    ...schedulerPage,
    bucket: 'list-schedules',
    items: 'Schedules',
    actsOn: (_: ListSchedulesInput, { place }) => ({ resources: [schedulerArn(place, 'schedule/*/*')] }),
    all({ GroupName, NamePrefix = '', State }, { account }) {
      if (GroupName !== undefined) account.scheduleGroups.named(GroupName);
      const wanted = account.schedules
        .all()
        .filter(
          (schedule) =>
            (GroupName === undefined || schedule.GroupName === GroupName) &&
            (State === undefined || schedule.State === State) &&
            schedule.Name.startsWith(NamePrefix),
        );
      return (from, count) => wanted.slice(from, from + count).map(summaryOf);
    },
  }),

  GetSchedule: {
    bucket: 'get-schedule',
    actsOn: onSchedule,
    run: (input: GetScheduleInput, { account }) => account.schedules.named(input),
  },

  CreateSchedule: {
    actsOn: onSchedule,
    run: (input: CreateScheduleInput, { account }) => ({ ScheduleArn: account.schedules.create(input) }),
  },

  UpdateSchedule: {
    actsOn: onSchedule,
    run: (input: UpdateScheduleInput, { account }) => ({ ScheduleArn: account.schedules.update(input) }),
  },

  DeleteSchedule: {
    actsOn: onSchedule,
    run(input: DeleteScheduleInput, { account }) {
      account.schedules.delete(input);
      return {};
    },
  },
};
