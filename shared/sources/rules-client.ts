// The part of EventBridge's client that rules need. A dynamic import of the whole module would bundle all of its calls.
export {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
