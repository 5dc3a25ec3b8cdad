// Decides about one event that the bus of the hub passed on: the end of a run, or refused, with the reason.
import * as z from 'zod';
import { isTooDeep } from '../domain/json-depth.ts';
import { parseRunEvent, type RunEnd } from '../report/json/parse-run-event.ts';

/** Why an event is ignored. It is counted, and the digest shows it. */
export const refusals = {
  malformed: 'it is not an event of a run',
  'wrong account': 'it names another account than the one that sent it',
  'clock ahead': 'its run began in the future',
  'too many Regions': 'its account reports from more Regions than AWS has',
} as const;
export type RefusalReason = keyof typeof refusals;

export interface ReceivedEvent {
  readonly end: RunEnd;
  /** Milliseconds since the epoch, by SQS's clock. */
  readonly receivedAt: number;
}

export interface RefusedEvent {
  /** The account that sent it, by EventBridge's envelope, which the sender cannot choose. Absent in what is no envelope. */
  readonly account: string | undefined;
  readonly reason: RefusalReason;
  /** The target that it names: `123456789012/eu-west-1`. Absent where it names none. */
  readonly claims: string | undefined;
  readonly receivedAt: number;
}

/** Clocks of AWS differ by less. */
const AHEAD_MS = 5 * 60_000;
/** Twice the depth of an event. */
const MOST_DEPTH = 20;
/** SQS delivers at most this. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_LENGTH = 1_048_576;

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const envelope = z.object({
  source: z.literal('ecs-revision-pruner'),
  'detail-type': z.literal('Run ended'),
  account: z.string().regex(/^\d{12}$/),
  detail: z.unknown(),
});
const senderOf = envelope.pick({ account: true });

/** The Region of the envelope is not compared: a member of another Region sends to the hub's Region.
 *  @param body the text that EventBridge put into the queue
 *  @param receivedAt when SQS received it, in milliseconds since the epoch */
export function receive(body: string, receivedAt: number): ReceivedEvent | RefusedEvent {
  const value = parseJson(body);
  const account = senderOf.safeParse(value).data?.account;
  const refuse = (reason: RefusalReason, claims?: string): RefusedEvent => ({ account, reason, claims, receivedAt });
  const event = envelope.safeParse(value);
  const end = event.success ? parseRunEvent(event.data.detail) : undefined;
  if (end === undefined) return refuse('malformed');
  const claims = targetKey(end.target);
  if (end.target.account !== account) return refuse('wrong account', claims);
  if (end.run.began > receivedAt + AHEAD_MS) return refuse('clock ahead', claims);
  return { end, receivedAt };
}

function parseJson(text: string): unknown {
  if (text.length > MOST_LENGTH || isTooDeep(text, MOST_DEPTH)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `123456789012/eu-west-1` */
export function targetKey({ account, region }: { readonly account: string; readonly region: string }): string {
  return `${account}/${region}`;
}
