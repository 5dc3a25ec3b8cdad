/**
 * EventBridge Scheduler's groups. A schedule's name is unique only within its group. Every account has the group
 * `default`, which a call means if it gives none.
 */
import type { ScheduleGroupSummary } from '@aws-sdk/client-scheduler';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

export type StoredGroup = ScheduleGroupSummary & { readonly Name: string };

export class ScheduleGroups {
  readonly #byName = new Map<string, StoredGroup>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
    this.add({});
  }

  /** An entry for `default` replaces the built-in one. */
  add({ Name = 'default', ...group }: ScheduleGroupSummary): void {
    if (Name !== 'default' && this.#byName.has(Name)) throw new TypeError(`${Name} exists twice`);
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
