// Sends the event with which a run ends to an EventBridge bus, perhaps of another account. A bus receives events in its own
// Region only. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import type { RunEvent } from '../report/json/run-event.ts';

/** @throws the error of AWS, also where EventBridge accepts the call and refuses the event */
export async function sendRunEvent(aws: Aws, busArn: string, event: RunEvent): Promise<void> {
  const { EventBridgeClient, PutEventsCommand } = await import('./event-bus-client.ts');
  const region = busArn.split(':')[3] ?? '';
  const client = aws.unsearchedClient(new Tally(), (settings) => new EventBridgeClient({ ...settings, region }));
  const entry = {
    EventBusName: busArn,
    Source: 'ecs-revision-pruner',
    DetailType: 'Run ended',
    Detail: JSON.stringify(event),
  };
  const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount > 0)
    throw new Error(`EventBridge refused the event: ${Entries[0]?.ErrorCode} ${Entries[0]?.ErrorMessage}`);
}
