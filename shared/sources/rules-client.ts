// What rules need of EventBridge's client. Imported by itself the client would bring all of its calls into the bundle.
export {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
