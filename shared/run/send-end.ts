// Sends the end of a run: an event on each of its buses, and a message for its chat channel. A failure is a note of the
// report, and changes nothing else.
import { describeError, whereDenied } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import { sendRunEvent } from '../notify/event-bus.ts';
import { isWorthSending, publishToChat } from '../notify/sns.ts';
import { toRunEvent } from '../report/json/run-event.ts';
import type { Report } from '../report/model/report.ts';
import type { RunOptions } from './context.ts';

/** A run that is cut off just then sends the same again, which the receiver sees by the run's id.
 *  @param at the address of the stored report
 *  @returns the report, with a note for each failure */
export async function sendEnd(report: Report, options: RunOptions, at: string | undefined): Promise<Report> {
  const notes = [...(await sendEvents(report, options, at)), ...(await sendToChat(report, options, at))];
  return notes.length === 0 ? report : { ...report, notes: [...report.notes, ...notes] };
}

/** @returns a note for each bus that did not take it */
export async function sendEvents(
  report: Report,
  { aws, busArns = [] }: RunOptions,
  at: string | undefined,
): Promise<string[]> {
  // Rules and the receivers of a fleet tell runs apart by their account.
  if (report.target === undefined) return [];
  const { partition } = report.target;
  const event = toRunEvent(report, at);
  const notes: string[] = [];
  for (const busArn of busArns)
    try {
      // Credentials of one partition are none in another.
      if (busArn.split(':')[1] === partition) await sendRunEvent(aws, busArn, event);
      else
        notes.push(
          `The event of this run was not sent to ${busArn}: give FleetBusArn a bus in partition ${partition}.`,
        );
    } catch (error) {
      const remedy = `Allow events:PutEvents on it in ${whereDenied(error)}, and in the policy of the bus.`;
      notes.push(`The event of this run was not sent to ${busArn}: ${describeError(error)}. ${remedy}`);
    }
  return notes;
}

export async function sendToChat(
  report: Report,
  { aws, chatTopicArn, settings }: RunOptions,
  at: string | undefined,
): Promise<string[]> {
  if (chatTopicArn === undefined || !isWorthSending(report, settings.notify)) return [];
  try {
    await publishToChat(await aws.sns(new Tally()), chatTopicArn, report, at);
    return [];
  } catch (error) {
    const remedy = `Allow sns:Publish on it, and kms:GenerateDataKey and kms:Decrypt on its key, in ${whereDenied(error)}.`;
    return [`The report was not sent to the chat topic ${chatTopicArn}: ${describeError(error)}. ${remedy}`];
  }
}
