// The part of Step Functions' client that state machines need. A dynamic import of the whole module would bundle all of its calls.
export {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachineVersionsCommand,
  paginateListExecutions,
  paginateListStateMachines,
  SFNClient,
} from '@aws-sdk/client-sfn';
