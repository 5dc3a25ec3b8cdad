/**
 * EventBridge's event buses (Custom Event Bus – Classic). Every account has the bus `default`, which a call means if
 * it gives none. A rule belongs to one bus.
 */
import type { EventBus, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

export type StoredBus = EventBus & { readonly Name: string; readonly Arn: string };

export class EventBuses {
  /** What PutEvents sent, in order. */
  readonly received: PutEventsRequestEntry[] = [];
  readonly #byName = new Map<string, StoredBus>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
    this.add({});
  }

  /** An entry for `default` replaces the built-in one. */
  add({ Name = 'default', ...bus }: EventBus): void {
    if (Name !== 'default' && this.#byName.has(Name)) throw new TypeError(`${Name} exists twice`);
    this.#byName.set(Name, { ...bus, Name, Arn: eventsArn(this.#place, `event-bus/${Name}`) });
  }

  /** The bus of a call, by name or ARN. */
  named(nameOrArn = 'default'): StoredBus {
    const bus = this.all().find(({ Name, Arn }) => Name === nameOrArn || Arn === nameOrArn);
    if (bus !== undefined) return bus;
    throw new AwsError('ResourceNotFoundException', `Event bus ${nameOrArn} does not exist.`);
  }

  /** Its rules become unreachable. */
  remove(name: string): void {
    this.#byName.delete(name);
  }

  all(): StoredBus[] {
    return [...this.#byName.values()];
  }
}

export const eventsArn = (place: Place, resource: string) => arnIn(place, 'events', resource);
