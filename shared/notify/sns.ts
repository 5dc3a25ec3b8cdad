// Sends a report to an SNS topic: text for mail, a line for telephones, the JSON document for everything else, and
// attributes by which a subscriber can take failures only. A chat channel has a topic of its own. Nothing but the size of a
// message is decided here.
import type { MessageAttributeValue, SNSClient } from '@aws-sdk/client-sns';
import { printChat } from '../report/chat/chat.ts';
import { printEmail } from '../report/mail/email.ts';
import { toDocumentWithin, toRunEvent } from '../report/json/run-event.ts';
import { needsAction, type Report } from '../report/model/report.ts';
import { printSms } from '../report/mail/sms.ts';

export type Notify = 'always' | 'changes' | 'action';

/** A held or failed run is always worth it. */
export function isWorthSending(report: Report, notify: Notify): boolean {
  if (notify === 'always' || needsAction(report)) return true;
  const { run, plan, results, deletions } = report;
  const went = run.dryRun ? (plan?.toDeregister.length ?? 0) : results.deregistered.length;
  const changed = went + (deletions?.deleted.length ?? 0) > 0;
  return notify === 'changes' && changed;
}

/** @param at the address of the stored report
 *  @returns SNS's id of the message */
export async function publish(
  sns: SNSClient,
  topicArn: string,
  report: Report,
  at?: string,
): Promise<string | undefined> {
  const { PublishCommand } = await import('../aws/sns-client.ts');
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn: topicArn, ...buildMessage(report, at) }));
  return MessageId;
}

/** The body itself is the notification: Amazon Q Developer drops every other form.
 *  @param at the address of the stored report */
export async function publishToChat(sns: SNSClient, topicArn: string, report: Report, at?: string): Promise<void> {
  const { PublishCommand } = await import('../aws/sns-client.ts');
  const message = { Message: JSON.stringify(printChat(report, at)), MessageAttributes: attributesOf(report) };
  await sns.send(new PublishCommand({ TopicArn: topicArn, ...message }));
}

/** Body and attributes of all protocols together. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const LARGEST = 262_144;

/** For the topic's ARN, the envelope and what SNS counts without saying so. */
const SPARE = 4096;
/** The size of a message without its attributes, in bytes. */
export const LARGEST_MESSAGE = LARGEST - SPARE;

export function buildMessage(report: Report, at?: string) {
  const { subject, body } = printEmail(report);
  const attributes = attributesOf(report);
  const whole = (document: string) => JSON.stringify({ default: document, email: body, sms: printSms(report) });
  const room = LARGEST_MESSAGE - bytesOf(whole('') + JSON.stringify(attributes) + subject);
  return {
    Subject: subject,
    Message: whole(printDocument(report, at, room)),
    MessageStructure: 'json' as const,
    MessageAttributes: attributes,
  };
}

/** Inside another JSON text each quote and backslash takes one byte more, so that half the room is always enough. */
function printDocument(report: Report, at: string | undefined, room: number): string {
  const document = JSON.stringify(toDocumentWithin(report, at, room));
  if (bytesOf(JSON.stringify(document)) <= room) return document;
  return JSON.stringify(toRunEvent(report, at, room / 2));
}

/** Strings, since a filter policy compares them as they are. A value must not be empty. */
function attributesOf(report: Report): Record<string, MessageAttributeValue> {
  const values = {
    outcome: report.outcome,
    needsAction: String(needsAction(report)),
    dryRun: String(report.run.dryRun),
    account: report.target?.account ?? 'unknown',
    region: report.target?.region ?? 'unknown',
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
