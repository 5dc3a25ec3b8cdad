/**
 * An organization: the accounts of several sandboxes, and the event buses that one of them shares with the others. A bus passes
 * the events that its policy and its rule let through to a queue.
 */
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import { AwsError } from './errors.ts';
import { allows, policyDocument, type PolicyDocument } from './iam/policy.ts';
import { Ids } from './ids.ts';

/** A policy of a bus that names every principal, and narrows them by conditions. */
const resourcePolicy = z.looseObject({
  Statement: z.array(z.looseObject({ Principal: z.union([z.literal('*'), z.strictObject({ AWS: z.literal('*') })]) })),
});

export interface QueuedMessage {
  readonly MessageId: string;
  readonly Body: string;
  /** Milliseconds since the epoch. */
  readonly SentTimestamp: number;
}

export interface SharedBus {
  readonly arn: string;
  readonly policy: unknown;
  /** The pattern of its rule. */
  readonly pattern: { readonly source: readonly string[]; readonly 'detail-type': readonly string[] };
}

/** The caller of PutEvents. */
export interface Sender {
  readonly account: string;
  /** The ARN of the principal. */
  readonly caller: string;
}

export class Organization {
  readonly id: string;
  readonly #accounts: ReadonlySet<string>;
  readonly #buses = new Map<string, SharedBus>();
  readonly #queue: QueuedMessage[] = [];
  readonly #ids = new Ids();
  readonly #clock: Pick<Clock, 'now'>;

  /** @param clock the clock of AWS, whatever the clocks of the accounts say */
  constructor(id: string, accounts: Iterable<string>, clock: Pick<Clock, 'now'>) {
    this.id = id;
    this.#clock = clock;
    this.#accounts = new Set(accounts);
  }

  share(bus: SharedBus): void {
    this.#buses.set(bus.arn, bus);
  }

  /** The first messages of the queue, which are then no longer in it. */
  take(atMost: number): QueuedMessage[] {
    return this.#queue.splice(0, atMost);
  }

  /**
   * @throws AwsError where the policy of the bus does not allow it
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-permissions-manage.html
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
   */
  putEvent(arn: string, entry: PutEventsRequestEntry, sender: Sender): void {
    const bus = this.#buses.get(arn);
    if (bus === undefined || !this.#isAllowed(bus, entry, sender))
      throw new AwsError(
        'AccessDeniedException',
        `User: ${sender.caller} is not authorized to perform: events:PutEvents on resource: ${arn} because no resource-based policy allows the events:PutEvents action`,
      );
    const { Source = '', DetailType = '', Detail = '{}', Resources = [] } = entry;
    if (!bus.pattern.source.includes(Source) || !bus.pattern['detail-type'].includes(DetailType)) return;
    const [, , , region] = arn.split(':');
    // The account is the sender's, and the Region that of the bus.
    // https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
    const event = {
      version: '0',
      id: this.#ids.uuid(),
      'detail-type': DetailType,
      source: Source,
      account: sender.account,
      time: (entry.Time ?? new Date(this.#clock.now())).toISOString().replace(/\.\d+/, ''),
      region,
      resources: Resources,
      detail: JSON.parse(Detail) as unknown,
    };
    this.#queue.push({ MessageId: this.#ids.uuid(), Body: JSON.stringify(event), SentTimestamp: this.#clock.now() });
  }

  #isAllowed({ arn, policy }: SharedBus, { Source = '', DetailType = '' }: PutEventsRequestEntry, { account }: Sender) {
    const context = {
      'events:source': Source,
      'events:detail-type': DetailType,
      ...(this.#accounts.has(account) ? { 'aws:PrincipalOrgID': this.id } : {}),
    };
    return allows([withoutPrincipals(policy)], { action: 'events:PutEvents', resource: arn, context });
  }
}

/** Every principal is meant, so the conditions decide. */
function withoutPrincipals(policy: unknown): PolicyDocument {
  const { Statement, ...rest } = resourcePolicy.parse(policy);
  const statements = Statement.map((one) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'Principal')),
  );
  return policyDocument.parse({ ...rest, Statement: statements });
}
