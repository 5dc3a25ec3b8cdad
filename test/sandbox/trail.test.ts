/** The sandbox's CloudTrail: the recorded calls, their delivery and LookupEvents. */
import {
  CloudTrailClient,
  LookupEventsCommand,
  paginateLookupEvents,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { CreateServiceCommand, DescribeTasksCommand, RunTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { family, minutes, refusal, start } from '../support/sandbox.ts';

const pastEvent = (EventId: string, EventTime: string, EventName = 'RunTask') => ({
  EventId,
  EventTime,
  EventName,
  EventSource: 'ecs.amazonaws.com',
  CloudTrailEvent: '{}',
});

async function startTrail(contents: Parameters<typeof start>[0] = {}, options: Parameters<typeof start>[1] = {}) {
  const account = {
    taskDefinitions: [family('web', '1-3')],
    clusters: [{ clusterName: 'prod' }],
    ...contents,
  };
  const { sandbox, clock, ecs } = await start(account, options);
  const trail = new CloudTrailClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: options.accessKeyId ?? 'AKIDTEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  onTestFinished(() => {
    trail.destroy();
  });
  const lookup = async (input: LookupEventsCommandInput = {}) =>
    (await trail.send(new LookupEventsCommand(input))).Events ?? [];
  const ids = async (input?: LookupEventsCommandInput) => (await lookup(input)).map(({ EventId }) => EventId);
  return { sandbox, clock, ecs, trail, lookup, ids };
}

const parseRecord = ([event]: readonly { CloudTrailEvent?: string | undefined }[]) =>
  JSON.parse(event?.CloudTrailEvent ?? '{}') as unknown;

describe('recorded events', () => {
  test('a call’s event arrives five minutes later with its input and output', async () => {
    const { clock, ecs, lookup } = await startTrail();
    await ecs.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web' }));
    clock.advance(5 * minutes - 1);
    expect(await lookup()).toEqual([]);
    clock.advance(1);
    const events = await lookup();
    expect(events).toMatchObject([
      { EventName: 'RunTask', EventSource: 'ecs.amazonaws.com', EventTime: new Date('2026-11-24T02:30:00Z') },
    ]);
    expect(parseRecord(events)).toMatchObject({
      eventSource: 'ecs.amazonaws.com',
      requestParameters: { cluster: 'prod', taskDefinition: 'web' },
      responseElements: {
        tasks: [{ taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3' }],
      },
    });
  });

  test('a refused call’s event has an error and no output', async () => {
    const { clock, ecs, lookup } = await startTrail();
    await refusal(ecs.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web:9' })));
    clock.advance(5 * minutes);
    expect(parseRecord(await lookup())).toMatchObject({
      errorCode: 'ClientException',
      requestParameters: { taskDefinition: 'web:9' },
      responseElements: null,
    });
  });

  test('a denied call has an event', async () => {
    const roles = {
      WATCHER: [{ Statement: [{ Effect: 'Allow' as const, Action: 'cloudtrail:*', Resource: '*' }] }],
    };
    const { clock, ecs, lookup } = await startTrail({}, { roles, accessKeyId: 'WATCHER' });
    await refusal(ecs.send(new RunTaskCommand({ cluster: 'prod', taskDefinition: 'web:2' })));
    clock.advance(5 * minutes);
    expect(parseRecord(await lookup())).toMatchObject({ errorCode: 'AccessDeniedException' });
  });

  test('CloudTrail records created and changed services, but no reads', async () => {
    const { clock, ecs, lookup } = await startTrail();
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'prod',
        serviceName: 'web',
        taskDefinition: 'web:1',
        desiredCount: 0,
      }),
    );
    clock.advance(1000);
    await ecs.send(new UpdateServiceCommand({ cluster: 'prod', service: 'web', taskDefinition: 'web:2' }));
    await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: ['none'] }));
    clock.advance(5 * minutes);
    expect((await lookup()).map(({ EventName }) => EventName)).toEqual(['UpdateService', 'CreateService']);
  });
});

describe('LookupEvents', () => {
  const events = [
    pastEvent('b', '2026-11-23T00:00:00Z', 'StartTask'),
    pastEvent('a', '2026-11-22T00:00:00Z'),
    pastEvent('d', '2026-11-24T02:00:00Z'),
    pastEvent('c', '2026-11-23T12:00:00Z'),
    pastEvent('z', '2026-08-20T00:00:00Z'),
  ];

  test('LookupEvents lists newest first, without events older than ninety days', async () => {
    const { ids } = await startTrail({ events });
    expect(await ids()).toEqual(['d', 'c', 'b', 'a']);
  });

  test('LookupEvents filters by one attribute and by start and end time', async () => {
    const { ids } = await startTrail({ events });
    expect(await ids({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'StartTask' }] })).toEqual([
      'b',
    ]);
    const StartTime = new Date('2026-11-23T00:00:00Z');
    expect(await ids({ StartTime, EndTime: new Date('2026-11-23T12:00:00Z') })).toEqual(['c', 'b']);
  });

  test('LookupEvents has pages, and a token is valid only for its request', async () => {
    const { trail, sandbox } = await startTrail({ events });
    const found: unknown[] = [];
    for await (const { Events = [] } of paginateLookupEvents({ client: trail, pageSize: 3 }, {}))
      found.push(...Events.map(({ EventId }) => EventId));
    expect(found).toEqual(['d', 'c', 'b', 'a']);
    expect(sandbox.calls.count('LookupEvents')).toBe(2);
    const { NextToken } = await trail.send(new LookupEventsCommand({ MaxResults: 3 }));
    const other = new LookupEventsCommand({ NextToken, StartTime: new Date('2026-11-01T00:00:00Z') });
    expect(await refusal(trail.send(other))).toMatchObject({ name: 'InvalidNextTokenException' });
  });

  test.each([
    { subject: 'more than fifty a page', input: { MaxResults: 51 }, name: 'InvalidMaxResultsException' },
    {
      subject: 'two attributes',
      input: {
        LookupAttributes: [
          { AttributeKey: 'EventName' as const, AttributeValue: 'RunTask' },
          { AttributeKey: 'ReadOnly' as const, AttributeValue: 'false' },
        ],
      },
      name: 'InvalidLookupAttributesException',
    },
    {
      subject: 'a time range that ends before it begins',
      input: { StartTime: new Date('2026-11-23T00:00:00Z'), EndTime: new Date('2026-11-22T00:00:00Z') },
      name: 'InvalidTimeRangeException',
    },
  ])('LookupEvents refuses $subject', async ({ input, name }) => {
    const { lookup } = await startTrail();
    expect(await refusal(lookup(input))).toMatchObject({ name });
  });

  test('LookupEvents allows two calls a second', async () => {
    const { clock, lookup } = await startTrail({}, { quotas: 'published' });
    await lookup();
    await lookup();
    expect(await refusal(lookup())).toMatchObject({ name: 'ThrottlingException', status: 400 });
    clock.advance(500);
    await lookup();
  });
});
