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
  const whole = print(document);
  const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
  await sns.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      Message: Buffer.byteLength(whole) <= LARGEST_MESSAGE ? whole : print(shorten(document)),
      MessageStructure: 'json',
      MessageAttributes: {
        outcome: attribute(document.needsAction ? 'ACTION' : 'OK'),
        needsAction: attribute(String(document.needsAction)),
      },
    }),
  );
}

const FEW = 20;

/** Of a thousand targets, the message has no room for each. */
function shorten(document: FleetDocument): FleetDocument {
  const { attention, moreAttention, ignored, problems } = document;
  return {
    ...document,
    attention: attention.slice(0, FEW).map((item) => ({ ...item, targets: item.targets.slice(0, FEW) })),
    moreAttention: moreAttention + Math.max(0, attention.length - FEW),
    ignored: ignored.slice(0, FEW),
    problems: problems.slice(0, FEW),
    targets: null,
  };
}
