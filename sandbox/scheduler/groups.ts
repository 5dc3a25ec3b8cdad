/**
 * EventBridge Scheduler's groups: every schedule is in one, and its name is unique only there. The group `default` is
 * always there, and meant wherever a call names none.
 */
import type { ListScheduleGroupsInput, ScheduleGroupSummary } from '@aws-sdk/client-scheduler';
import type { Place } from '../ecs/arns.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';

export type KnownGroup = ScheduleGroupSummary & { readonly Name: string };

export class ScheduleGroups {
  readonly #byName = new Map<string, KnownGroup>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
    this.add({});
  }

  /** A second `default` describes the first. */
  add({ Name = 'default', ...group }: ScheduleGroupSummary): void {
    if (Name !== 'default' && this.#byName.has(Name)) throw new TypeError(`${Name} is there twice`);
    const Arn = schedulerArn(this.#place, `schedule-group/${Name}`);
    this.#byName.set(Name, { State: 'ACTIVE', ...group, Name, Arn });
  }

  named(name = 'default'): KnownGroup {
    const group = this.#byName.get(name);
    if (group !== undefined) return group;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  }

  all(): KnownGroup[] {
    return [...this.#byName.values()];
  }
}

export const schedulerArn = ({ partition, region, account }: Place, resource: string) =>
  `arn:${partition}:scheduler:${region}:${account}:${resource}`;

export const schedulerPage = {
  token: 'NextToken',
  size: 'MaxResults',
  defaultSize: 100,
  refusals: { token: 'ValidationException', size: 'ValidationException' },
};

export const groupOperations: Operations = {
  ListScheduleGroups: listing({
    ...schedulerPage,
    bucket: 'list-schedule-groups',
    items: 'ScheduleGroups',
    actsOn: (_: ListScheduleGroupsInput, { place }) => ({
      resources: [schedulerArn(place, 'schedule-group/*')],
    }),
    all: ({ NamePrefix = '' }, { account }) =>
      sequence(account.scheduleGroups.all().filter(({ Name }) => Name.startsWith(NamePrefix))),
  }),
};
