// Sends the daily mail of a fleet to an SNS topic: text for mail, the JSON document for everything else.
import type { SNSClient } from '@aws-sdk/client-sns';
import { printFleetEmail } from '../report/fleet/email.ts';
import { summarizeFleet } from '../report/fleet/headline.ts';
import { type FleetDocument, toFleetDocument } from '../report/fleet/json.ts';
import type { Fleet } from '../report/fleet/model.ts';
import { LARGEST_MESSAGE } from './sns.ts';

/** @param page the address of the page with all targets */
export async function publishFleet(
  sns: SNSClient,
  topicArn: string,
  fleet: Fleet,
  { page, version }: { readonly page?: string | undefined; readonly version: string },
): Promise<void> {
  const { PublishCommand } = await import('../aws/sns-client.ts');
  const { subject, body } = printFleetEmail(fleet, page);
  const document = toFleetDocument(fleet, version);
  const print = (shown: FleetDocument) =>
    JSON.stringify({ default: JSON.stringify(shown), email: body, sms: summarizeFleet(fleet) });
  const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      Message: findFitting(document, print),
      MessageStructure: 'json',
      MessageAttributes: {
        outcome: attribute(document.needsAction ? 'ACTION' : 'OK'),
        needsAction: attribute(String(document.needsAction)),
      },
    }),
  );
}

/** Of a thousand targets, the message has no room for each. A member may fill its items with what JSON escapes. */
function findFitting(document: FleetDocument, print: (shown: FleetDocument) => string): string {
  const whole = print(document);
  if (Buffer.byteLength(whole) <= LARGEST_MESSAGE) return whole;
  const few = [20, 5, 1].map((most) => print(shorten(document, most)));
  return few.find((text) => Buffer.byteLength(text) <= LARGEST_MESSAGE) ?? print(shorten(document, 0));
}

function shorten(document: FleetDocument, most: number): FleetDocument {
  const { attention, moreAttention, ignored, problems } = document;
  return {
    ...document,
    attention: attention.slice(0, most).map((item) => ({ ...item, targets: item.targets.slice(0, most) })),
    moreAttention: moreAttention + Math.max(0, attention.length - most),
    ignored: ignored.slice(0, most),
    problems: problems.slice(0, most),
    targets: null,
  };
}
