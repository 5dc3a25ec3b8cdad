// The part of Lambda's client that durable executions need: scripts/build.ts gives it to their SDK, whose dynamic import of the
// whole module would bundle all of its calls.
export {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
