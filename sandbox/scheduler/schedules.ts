import type { CreateScheduleInput, GetScheduleOutput, Target, UpdateScheduleInput } from '@aws-sdk/client-scheduler';
import { parseJson } from '../check.ts';
import type { Clock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import type { Place } from '../place.ts';
import { schedulerArn, type ScheduleGroups } from './groups.ts';

export type StoredSchedule = GetScheduleOutput & {
  readonly Arn: string;
  readonly Name: string;
  readonly GroupName: string;
};

/** Identifies a schedule by its name and group; the group is `default` if none is given. */
export interface ScheduleName {
  readonly Name: string | undefined;
  readonly GroupName?: string | undefined;
}

export class Schedules {
  readonly #byArn = new Map<string, StoredSchedule>();
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
    if (this.#byArn.has(Arn)) throw new TypeError(`${Arn} exists twice`);
    this.#groups.named(GroupName);
    this.#byArn.set(Arn, { State: 'ENABLED', ...schedule, Name, GroupName, Arn });
  }

  arn({ Name = '', GroupName = 'default' }: ScheduleName): string {
    return schedulerArn(this.#place, `schedule/${GroupName}/${Name}`);
  }

  named(name: ScheduleName): StoredSchedule {
    const schedule = this.#byArn.get(this.arn(name));
    if (schedule !== undefined) return schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name.Name} does not exist.`, 404);
  }

  all(): StoredSchedule[] {
    return [...this.#byArn.values()];
  }

  create(input: CreateScheduleInput): string {
    this.#groups.named(input.GroupName);
    if (this.#byArn.has(this.arn(input)))
      throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
    return this.#put(input, new Date(this.#clock.now()));
  }

  /** Replaces the whole schedule: absent members get their defaults. */
  update(input: UpdateScheduleInput): string {
    return this.#put(input, this.named(input).CreationDate);
  }

  delete(name: ScheduleName): void {
    this.#byArn.delete(this.named(name).Arn);
  }

  #put(request: CreateScheduleInput, CreationDate: Date | undefined): string {
    validateSchedule(request);
    const { Name = '', GroupName = 'default' } = request;
    const Arn = this.arn(request);
    const input = { ...request };
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
function validateSchedule({ Name = '', ScheduleExpression = '', Target }: CreateScheduleInput): void {
  if (!/^[\w.-]{1,64}$/.test(Name)) throw invalid('Name is 1 to 64 letters, digits and - _ .');
  if (!/^(at|rate|cron)\(.+\)$/.test(ScheduleExpression))
    throw invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
  if (Target !== undefined) validateTarget(Target);
}

function validateTarget({ Arn = '', EcsParameters, Input }: Target): void {
  if (/^arn:[\w-]+:ecs:[^:]+:\d{12}:cluster\//.test(Arn) && EcsParameters === undefined)
    throw invalid('EcsParameters is required for an ECS target.');
  const requiresJson = /^arn:[\w-]+:(lambda|states|events):[^:]+:\d{12}:/.test(Arn);
  if (requiresJson && Input !== undefined && parseJson(Input) === undefined)
    throw invalid('Input is not well-formed JSON.');
}

const invalid = (message: string) => new AwsError('ValidationException', message);
