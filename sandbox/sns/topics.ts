import type { MessageAttributeValue } from '@aws-sdk/client-sns';

export interface Published {
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Subject: string | undefined;
  readonly MessageStructure: string | undefined;
  readonly MessageAttributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly at: Date;
}

export class Topics {
  readonly #arns = new Set<string>();
  /** The number of subscriptions by topic. */
  readonly subscriptions = new Map<string, { readonly confirmed: number; readonly pending: number }>();
  readonly published: Published[] = [];

  add(arn: string): void {
    this.#arns.add(arn);
  }

  has(arn: string): boolean {
    return this.#arns.has(arn);
  }
}
