// Builds the events of a fleet as EventBridge puts them into the queue of the hub.
import type { SQSEvent } from 'aws-lambda';
import { toRunEvent, type RunEvent } from '../../shared/report/json/run-event.ts';
import { targetKey } from '../../shared/fleet/received.ts';
import { collect, type QueuedEvent } from '../../shared/fleet/collect.ts';
import type { StateStore } from '../../shared/state/store.ts';
import { nights } from './nights.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** When the night of these tests begins. */
export const NIGHT = Date.UTC(2026, 10, 24, 3, 30);
/** When its digest goes out. */
export const MORNING = Date.UTC(2026, 10, 24, 7);

export const HUB_ACCOUNT = '999999999999';

/** `000000000007` */
export function accountOf(number: number): string {
  return String(number).padStart(12, '0');
}

export interface GivenEvent {
  readonly account?: string;
  readonly region?: string;
  readonly alias?: string | null;
  readonly began?: number;
  /** One of test/support/nights.ts. */
  readonly night?: keyof typeof nights;
  /** Changes of the event itself. */
  readonly change?: (event: RunEvent) => unknown;
  /** Changes of EventBridge's envelope. */
  readonly envelope?: Readonly<Record<string, unknown>>;
}

const texts = new Map<string, string>();

/** Printed once: thousands of events begin with it. */
function textOf(night: string): string {
  const report = nights[night];
  if (report === undefined) throw new TypeError(`there is no night ${night}`);
  const text = texts.get(night) ?? JSON.stringify(toRunEvent(report, undefined));
  texts.set(night, text);
  return text;
}

/** The event of a run that began then, with an id of its own. */
export function anEvent({ account = accountOf(1), region = 'eu-west-1', alias = null, ...given }: GivenEvent = {}) {
  const { began = NIGHT, night = 'ok', change = (event: RunEvent): unknown => event } = given;
  const text = textOf(night).replaceAll('123456789012', account).replaceAll('eu-west-1', region);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by toRunEvent
  const event = JSON.parse(text) as RunEvent;
  const id = `${targetKey({ account, region })}/${began}`;
  return change({
    ...event,
    run: { ...event.run, id, began: new Date(began).toISOString() },
    target: { account, region, partition: 'aws' },
    alias,
    report: `s3://pruner-statebucket-${account}/${account}/${region}/runs/x/report.json`,
    trend: [],
  });
}

let messages = 0;

/** The message of SQS, received five minutes after the run began.
 *  https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export function queued(given: GivenEvent = {}, sentAt = (given.began ?? NIGHT) + 300_000): QueuedEvent {
  const body = JSON.stringify({
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'Run ended',
    source: 'ecs-revision-pruner',
    account: given.account ?? accountOf(1),
    time: new Date(sentAt).toISOString().replace(/\.\d+/, ''),
    region: 'eu-central-1',
    resources: [],
    detail: anEvent(given),
    ...given.envelope,
  });
  return { id: `message-${++messages}`, body, sentAt };
}

/** @throws where a message could not be stored */
export async function send(store: StateStore, ...given: readonly (GivenEvent | QueuedEvent)[]) {
  const collected = await collect(
    store,
    given.map((one) => ('body' in one ? one : queued(one))),
  );
  const [failure] = collected.failures;
  if (failure !== undefined) throw failure.error;
  return collected;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function toBatch(events: readonly QueuedEvent[]): SQSEvent {
  return {
    Records: events.map(({ id, body, sentAt }) => ({
      messageId: id,
      receiptHandle: 'handle',
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(sentAt),
        SenderId: 'AIDAIT2UOQQY3AUEKVGXU',
        ApproximateFirstReceiveTimestamp: String(sentAt),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:events',
      awsRegion: 'eu-west-1',
    })),
  };
}
