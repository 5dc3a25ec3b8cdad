/**
 * Executions of state machines: nothing is carried out here, they run until somebody stops them. Executions of Express
 * machines are logged and never listed, so the account does not keep them.
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
import type { Account } from '../account.ts';
import { AwsError } from '../errors.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';
import type { KnownExecution, KnownMachine } from './machines.ts';
import { onMachine, pages } from './state-machines.ts';

const onExecution = ({ executionArn }: { executionArn: string | undefined }) => ({
  resources: [executionArn ?? ''],
});

export const executionOperations: Operations = {
  ListExecutions: listing({
    ...pages,
    bucket: 'list-executions',
    actsOn: onMachine,
    items: 'executions',
    all(input: ListExecutionsInput, { account }) {
      const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = input;
      if ((stateMachineArn === undefined) === (mapRunArn === undefined))
        throw new AwsError('ValidationException', 'Either a state machine or a Map Run must be specified');
      if (mapRunArn !== undefined)
        throw new AwsError('ResourceNotFound', `Resource not found: '${mapRunArn}'`);
      if (statusFilter === 'PENDING_REDRIVE' || redriveFilter !== undefined)
        throw new AwsError('ValidationException', 'This filter needs a Map Run');
      const machine = account.stateMachines.of(stateMachineArn);
      if (machine.type === 'EXPRESS') throw notForExpress(machine);
      const { qualifier } = account.stateMachines.qualified(stateMachineArn);
      const found = machine.executions
        .filter(({ status }) => statusFilter === undefined || status === statusFilter)
        .filter(
          ({ stateMachineVersionArn, stateMachineAliasArn }) =>
            qualifier === undefined ||
            stateMachineVersionArn === stateMachineArn ||
            stateMachineAliasArn === stateMachineArn,
        );
      return sequence(found.sort((a, b) => movedAt(b) - movedAt(a)).map(brief));
    },
  }),

  DescribeExecution: {
    bucket: 'describe-execution',
    actsOn: onExecution,
    run({ executionArn }: DescribeExecutionInput, { account }) {
      const { snapshot: _, ...execution } = account.stateMachines.execution(executionArn).execution;
      return execution;
    },
  },

  DescribeStateMachineForExecution: {
    bucket: 'describe-state-machine-for-execution',
    actsOn: onExecution,
    run(input: DescribeStateMachineForExecutionInput, { account }): DescribeStateMachineForExecutionOutput {
      const { machine, execution } = account.stateMachines.execution(input.executionArn);
      const { name, arn: stateMachineArn } = machine;
      const hidden = input.includedData === 'METADATA_ONLY' ? { definition: '{}' } : {};
      return { stateMachineArn, name, ...execution.snapshot, ...hidden };
    },
  },

  StartExecution: {
    bucket: 'start-execution',
    actsOn: onMachine,
    run(input: StartExecutionInput, { account }) {
      const { executionArn, startDate } = startExecution(account, input);
      return { executionArn, startDate };
    },
  },

  StopExecution: {
    bucket: 'stop-execution',
    actsOn: onExecution,
    run: (input: StopExecutionInput, { account }) => ({ stopDate: stopExecution(account, input).stopDate }),
  },
};

/** Running ones by when they began, the others by when they ended [SDK: ListExecutionsCommand]. */
const movedAt = ({ stopDate, redriveDate, startDate }: KnownExecution) =>
  (stopDate ?? redriveDate ?? startDate).getTime();

function brief(execution: KnownExecution): ExecutionListItem {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate } =
    execution;
  const { stateMachineVersionArn, stateMachineAliasArn } = execution;
  const own = { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate };
  return { ...own, stateMachineVersionArn, stateMachineAliasArn };
}

/** For a standard machine the same name with the same input, while it runs, is the same execution. */
export function startExecution(account: Account, input: StartExecutionInput): KnownExecution {
  const { stateMachineArn, name = account.ids.uuid(), input: given = '{}' } = input;
  const machine = account.stateMachines.of(stateMachineArn);
  if (machine.status === 'DELETING')
    throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${machine.arn}'`);
  const version = account.stateMachines.version(stateMachineArn);
  const isAlias = version !== undefined && version.arn !== stateMachineArn;
  const executionArn = account.stateMachines.executionArn(machine.name, name);
  const same = machine.executions.find((one) => one.executionArn === executionArn);
  if (same?.status === 'RUNNING' && same.input === given) return same;
  if (same !== undefined)
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  const execution: KnownExecution = {
    executionArn,
    stateMachineArn: machine.arn,
    name,
    status: 'RUNNING',
    startDate: new Date(account.now()),
    input: given,
    redriveCount: 0,
    stateMachineVersionArn: version?.arn,
    stateMachineAliasArn: isAlias ? stateMachineArn : undefined,
    snapshot: version?.snapshot ?? machine.snapshot,
  };
  if (machine.type === 'STANDARD') machine.executions.push(execution);
  return execution;
}

/** The last execution of a machine that is being deleted takes the machine along. */
export function stopExecution(
  account: Account,
  { executionArn, error, cause }: StopExecutionInput,
): KnownExecution {
  const { machine, execution } = account.stateMachines.execution(executionArn);
  const stopped: KnownExecution =
    execution.status === 'RUNNING'
      ? { ...execution, status: 'ABORTED', stopDate: new Date(account.now()), error, cause }
      : execution;
  machine.executions = machine.executions.map((one) => (one === execution ? stopped : one));
  if (machine.status === 'DELETING' && !machine.executions.some(({ status }) => status === 'RUNNING'))
    account.stateMachines.remove(machine);
  return stopped;
}

function notForExpress({ arn }: KnownMachine): AwsError {
  return new AwsError('StateMachineTypeNotSupported', `This operation is not supported by express: '${arn}'`);
}
