// The part of EventBridge's client that the event of a run needs. A dynamic import of the whole module would bundle all of its calls.
export { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
