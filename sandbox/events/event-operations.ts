/**
 * EventBridge's PutEvents. The sandbox delivers nothing within an account; tests read the events from
 * `account.eventBuses.received`. A bus of another account is one of the organization's, and accepts everything where there is
 * none.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
import type { PutEventsRequest, PutEventsRequestEntry, PutEventsResponse } from '@aws-sdk/client-eventbridge';
import type { OperationContext, Operations } from '../operation.ts';
import { invalid } from './rules.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_BYTES = 262_144;

export const eventOperations: Operations = {
  PutEvents: {
    /** Each Region has its own endpoint: https://docs.aws.amazon.com/general/latest/gr/ev.html */
    regionOf: ({ Entries = [] }: PutEventsRequest) => Entries[0]?.EventBusName?.split(':')[3],
    /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html */
    iamScope: ({ Entries = [] }: PutEventsRequest) => ({
      resources: Entries.map(({ EventBusName = '*' }) => EventBusName),
      conditionKeys: {
        'events:source': joinDistinct(Entries.map(({ Source = '' }) => Source)),
        'events:detail-type': joinDistinct(Entries.map(({ DetailType = '' }) => DetailType)),
      },
    }),
    run({ Entries = [] }: PutEventsRequest, { account, caller }: OperationContext): PutEventsResponse {
      if (Entries.length < 1 || Entries.length > 10) throw invalid('Entries are 1 to 10 a call.');
      if (Entries.reduce((bytes, entry) => bytes + bytesOf(entry), 0) > MAX_BYTES)
        throw invalid('Total size of the entries in the request is over the limit.');
      const { account: owner, region } = account.place;
      for (const entry of Entries) {
        const bus = entry.EventBusName ?? '';
        const [, , , there, of] = bus.split(':');
        if (there === undefined || (there === region && of === owner)) account.eventBuses.named(entry.EventBusName);
        else account.organization?.putEvent(bus, entry, { account: owner, caller });
        account.eventBuses.received.push(entry);
      }
      return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: account.ids.uuid() })) };
    },
  },
};

/** Several values match no value of a policy, so that a call with them is denied. */
function joinDistinct(values: readonly string[]): string {
  return [...new Set(values)].join(' ');
}

function bytesOf({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
