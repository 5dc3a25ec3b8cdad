/** CloudTrail's LookupEvents: newest first, up to fifty events a page, filtered by one attribute and a time range. */
import type { Event, LookupAttribute, LookupEventsRequest } from '@aws-sdk/client-cloudtrail';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';

const attributeValues: Readonly<Record<string, (event: Event) => readonly (string | undefined)[]>> = {
  EventId: ({ EventId }) => [EventId],
  EventName: ({ EventName }) => [EventName],
  ReadOnly: ({ ReadOnly }) => [ReadOnly],
  Username: ({ Username }) => [Username],
  EventSource: ({ EventSource }) => [EventSource],
  AccessKeyId: ({ AccessKeyId }) => [AccessKeyId],
  ResourceName: ({ Resources = [] }) => Resources.map(({ ResourceName }) => ResourceName),
  ResourceType: ({ Resources = [] }) => Resources.map(({ ResourceType }) => ResourceType),
};

const lookup = listOperation({
  bucket: 'cloudtrail-lookup',
  token: 'NextToken',
  size: 'MaxResults',
  items: 'Events',
  defaultSize: 50,
  sizeRange: { from: 1, upto: 50 },
  errorCodes: { token: 'InvalidNextTokenException', size: 'InvalidMaxResultsException' },
  all({ LookupAttributes = [], StartTime, EndTime }: LookupEventsRequest, { account }) {
    const found = account.trail
      .events(account.now())
      .filter(({ EventTime }) => StartTime === undefined || EventTime >= StartTime)
      .filter(({ EventTime }) => EndTime === undefined || EventTime <= EndTime)
      .filter((event) => LookupAttributes.every((attribute) => matchesAttribute(event, attribute)));
    return sequence(found);
  },
});

export const eventOperations: Operations = {
  LookupEvents: {
    ...lookup,
    run(input: LookupEventsRequest, context) {
      const { LookupAttributes = [], StartTime, EndTime } = input;
      if (LookupAttributes.length > 1)
        throw new AwsError('InvalidLookupAttributesException', 'You can use only one lookup attribute.');
      if (LookupAttributes.some(({ AttributeKey }) => attributeValues[AttributeKey ?? ''] === undefined))
        throw new AwsError('InvalidLookupAttributesException', 'There is no such attribute.');
      if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime)
        throw new AwsError('InvalidTimeRangeException', 'The start time is after the end time.');
      return lookup.run(input, context);
    },
  },
};

function matchesAttribute(event: Event, { AttributeKey, AttributeValue }: LookupAttribute): boolean {
  return (attributeValues[AttributeKey ?? '']?.(event) ?? []).includes(AttributeValue);
}
