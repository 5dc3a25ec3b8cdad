import type { StartExecutionInput, StopExecutionInput } from '@aws-sdk/client-sfn';
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import { activeMachine } from './machine-changes.ts';
import type { StoredExecution } from './machines.ts';

/** In a standard machine, the same name with the same input is the same execution while it runs. */
export function startExecution(account: AccountStores, input: StartExecutionInput): StoredExecution {
  const { stateMachineArn, name = account.ids.uuid(), input: executionInput = '{}' } = input;
  const machine = activeMachine(account, stateMachineArn);
  const version = account.stateMachines.version(stateMachineArn);
  const isAlias = version !== undefined && version.arn !== stateMachineArn;
  const executionArn = account.stateMachines.executionArn(machine.name, name);
  const existing = machine.executions.find((one) => one.executionArn === executionArn);
  if (existing?.status === 'RUNNING' && existing.input === executionInput) return existing;
  if (existing !== undefined)
    throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  const execution: StoredExecution = {
    executionArn,
    stateMachineArn: machine.arn,
    name,
    status: 'RUNNING',
    startDate: new Date(account.now()),
    input: executionInput,
    redriveCount: 0,
    stateMachineVersionArn: version?.arn,
    stateMachineAliasArn: isAlias ? stateMachineArn : undefined,
    snapshot: version?.snapshot ?? machine.snapshot,
  };
  if (machine.type === 'STANDARD') machine.executions.push(execution);
  return execution;
}

/** The end of its last execution deletes a machine in the state DELETING. */
export function stopExecution(
  account: AccountStores,
  { executionArn, error, cause }: StopExecutionInput,
): StoredExecution {
  const { machine, execution } = account.stateMachines.execution(executionArn);
  const stopped: StoredExecution =
    execution.status === 'RUNNING'
      ? { ...execution, status: 'ABORTED', stopDate: new Date(account.now()), error, cause }
      : execution;
  machine.executions = machine.executions.map((one) => (one === execution ? stopped : one));
  if (machine.status === 'DELETING' && !machine.executions.some(({ status }) => status === 'RUNNING'))
    account.stateMachines.remove(machine);
  return stopped;
}
