/**
 * EventBridge Scheduler's groups: every schedule is in one, and its name is unique only there. The group `default` is
 * always there, and meant wherever a call names none.
 */
import type { ScheduleGroupSummary } from '@aws-sdk/client-scheduler';
import { arnIn, type Place } from '../place.ts';
import { AwsError } from '../errors.ts';

export type StoredGroup = ScheduleGroupSummary & { readonly Name: string };

export class ScheduleGroups {
  readonly #byName = new Map<string, StoredGroup>();
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

  named(name = 'default'): StoredGroup {
    const group = this.#byName.get(name);
    if (group !== undefined) return group;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  }

  all(): StoredGroup[] {
    return [...this.#byName.values()];
  }
}

export const schedulerArn = (place: Place, resource: string) => arnIn(place, 'scheduler', resource);
