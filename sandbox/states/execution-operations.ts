/**
 * Step Functions' operations on executions. An execution runs until a test stops it. AWS only logs executions of
 * Express machines, so the account does not store them.
 */
import type {
  DescribeExecutionInput,
  DescribeStateMachineForExecutionInput,
  DescribeStateMachineForExecutionOutput,
  ExecutionListItem,
  ListExecutionsInput,
  StartExecutionInput,
  StopExecutionInput,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { startExecution, stopExecution } from './execution-changes.ts';
import { machineScope, pages } from './machine-operations.ts';
import type { StoredExecution, StoredMachine } from './machines.ts';

const executionScope = ({ executionArn }: { executionArn: string | undefined }) => ({
  resources: [executionArn ?? ''],
});

export const executionOperations: Operations = {
  ListExecutions: listOperation({
    ...pages,
    bucket: 'list-executions',
    iamScope: machineScope,
    items: 'executions',
    all(input: ListExecutionsInput, { account }) {
      const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = input;
      if ((stateMachineArn === undefined) === (mapRunArn === undefined))
        throw new AwsError('ValidationException', 'Either a state machine or a Map Run must be specified');
      if (mapRunArn !== undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
      if (statusFilter === 'PENDING_REDRIVE' || redriveFilter !== undefined)
        throw new AwsError('ValidationException', 'This filter needs a Map Run');
      const machine = account.stateMachines.of(stateMachineArn);
      if (machine.type === 'EXPRESS') throw expressError(machine);
      const { qualifier } = account.stateMachines.qualified(stateMachineArn);
      const found = machine.executions
        .filter(({ status }) => statusFilter === undefined || status === statusFilter)
        .filter(
          ({ stateMachineVersionArn, stateMachineAliasArn }) =>
            qualifier === undefined ||
            stateMachineVersionArn === stateMachineArn ||
            stateMachineAliasArn === stateMachineArn,
        );
      return sequence(found.sort((a, b) => sortTime(b) - sortTime(a)).map(summarize));
    },
  }),

  DescribeExecution: {
    bucket: 'describe-execution',
    iamScope: executionScope,
    run({ executionArn }: DescribeExecutionInput, { account }) {
      const { snapshot: _, ...execution } = account.stateMachines.execution(executionArn).execution;
      return execution;
    },
  },

  DescribeStateMachineForExecution: {
    bucket: 'describe-state-machine-for-execution',
    iamScope: executionScope,
    run(input: DescribeStateMachineForExecutionInput, { account }): DescribeStateMachineForExecutionOutput {
      const { machine, execution } = account.stateMachines.execution(input.executionArn);
      const { name, arn: stateMachineArn } = machine;
      const hidden = input.includedData === 'METADATA_ONLY' ? { definition: '{}' } : {};
      return { stateMachineArn, name, ...execution.snapshot, ...hidden };
    },
  },

  StartExecution: {
    bucket: 'start-execution',
    iamScope: machineScope,
    run(input: StartExecutionInput, { account }) {
      const { executionArn, startDate } = startExecution(account, input);
      return { executionArn, startDate };
    },
  },

  StopExecution: {
    bucket: 'stop-execution',
    iamScope: executionScope,
    run: (input: StopExecutionInput, { account }) => ({ stopDate: stopExecution(account, input).stopDate }),
  },
};

/** Running executions sort by their start, the others by their end [SDK: ListExecutionsCommand]. */
const sortTime = ({ stopDate, redriveDate, startDate }: StoredExecution) =>
  (stopDate ?? redriveDate ?? startDate).getTime();

function summarize(execution: StoredExecution): ExecutionListItem {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate } = execution;
  const { stateMachineVersionArn, stateMachineAliasArn } = execution;
  const own = { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate };
  return { ...own, stateMachineVersionArn, stateMachineAliasArn };
}

function expressError({ arn }: StoredMachine): AwsError {
  return new AwsError('StateMachineTypeNotSupported', `This operation is not supported by express: '${arn}'`);
}
