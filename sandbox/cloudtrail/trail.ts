/**
 * CloudTrail's event history: events of the account file, and one for each call that starts a revision. An event
 * arrives minutes after its call and is found for ninety days.
 */
import type { Event } from '@aws-sdk/client-cloudtrail';
import { DAY_MS } from '../clock.ts';
import type { AwsError } from '../errors.ts';
import type { Ids } from '../ids.ts';
import type { Place } from '../place.ts';

export interface RecordedCall {
  readonly operation: string;
  readonly input: object;
  readonly caller: string;
  readonly at: number;
  /** The call's answer or its error. */
  readonly result: { readonly output: object } | { readonly error: AwsError };
}

type TimedEvent = Event & { EventTime: Date };

/** User guide, "Viewing recent management events". */
const RETENTION_MS = 90 * DAY_MS;
/** Only these calls become events; the others would clutter the tests. */
const recorded = new Set([
  'RunTask',
  'StartTask',
  'CreateService',
  'UpdateService',
  'CreateTaskSet',
  'CreateExpressGatewayService',
  'UpdateExpressGatewayService',
]);

export class Trail {
  /** AWS: on average within five minutes, without a guarantee. */
  deliveryMs = 5 * 60_000;
  readonly #place: Place;
  readonly #ids: Ids;
  readonly #events: { readonly event: TimedEvent; readonly deliveredAt: number }[] = [];

  constructor(place: Place, ids: Ids) {
    this.#place = place;
    this.#ids = ids;
  }

  add(event: TimedEvent, deliveredAt = event.EventTime.getTime()): void {
    const EventId = event.EventId ?? this.#ids.uuid();
    this.#events.push({ event: { ...event, EventId }, deliveredAt });
  }

  /** The events that have arrived and are not yet forgotten, newest first. */
  events(now: number): TimedEvent[] {
    return this.#events
      .filter(({ event, deliveredAt }) => deliveredAt <= now && event.EventTime.getTime() > now - RETENTION_MS)
      .map(({ event }) => event)
      .sort((a, b) => b.EventTime.getTime() - a.EventTime.getTime());
  }

  record({ operation, input, caller, at, result }: RecordedCall): void {
    if (!recorded.has(operation)) return;
    // Event times are whole seconds.
    const EventTime = new Date(Math.floor(at / 1000) * 1000);
    const EventId = this.#ids.uuid();
    const failed = 'error' in result;
    const CloudTrailEvent = JSON.stringify({
      eventVersion: '1.11',
      userIdentity: { type: 'IAMUser', arn: caller, accountId: this.#place.account },
      eventTime: EventTime.toISOString().replace('.000Z', 'Z'),
      eventSource: 'ecs.amazonaws.com',
      eventName: operation,
      awsRegion: this.#place.region,
      sourceIPAddress: '198.51.100.7',
      requestParameters: input,
      responseElements: failed ? null : result.output,
      ...(failed ? { errorCode: result.error.code, errorMessage: result.error.message } : {}),
      eventID: EventId,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: this.#place.account,
      eventCategory: 'Management',
    });
    const Username = caller.split('/').at(-1) ?? '';
    this.add(
      {
        EventId,
        EventName: operation,
        ReadOnly: 'false',
        EventTime,
        EventSource: 'ecs.amazonaws.com',
        Username,
        Resources: [],
        CloudTrailEvent,
      },
      at + this.deliveryMs,
    );
  }
}
