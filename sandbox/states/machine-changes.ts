/** How state machines, their versions and their aliases are created, updated and deleted. */
import type {
  CreateStateMachineAliasInput,
  CreateStateMachineInput,
  PublishStateMachineVersionInput,
  UpdateStateMachineInput,
} from '@aws-sdk/client-sfn';
import type { AccountStores } from '../account-stores.ts';
import { isRecord, parseJson } from '../check.ts';
import { AwsError } from '../errors.ts';
import type { StoredAlias, StoredMachine, StoredVersion } from './machines.ts';

/** Hard quota of a definition's size: 1 MB (Step Functions guide, service quotas). */
const MAX_BYTES = 1_048_576;

export function createStateMachine(account: AccountStores, input: CreateStateMachineInput): StoredMachine {
  const { name = '', definition = '', roleArn = '', type = 'STANDARD' } = input;
  checkName(name);
  checkDefinition(definition);
  const arn = account.stateMachines.arn(name);
  if (account.stateMachines.find(arn) !== undefined)
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  const creationDate = new Date(account.now());
  const { encryptionConfiguration, loggingConfiguration, tracingConfiguration } = input;
  const machine: StoredMachine = {
    arn,
    name,
    type,
    status: 'ACTIVE',
    creationDate,
    // The first revision has no id [SDK: DescribeStateMachineForExecutionOutput].
    snapshot: {
      definition,
      roleArn,
      updateDate: creationDate,
      encryptionConfiguration,
      loggingConfiguration,
      tracingConfiguration,
    },
    versions: [],
    nextVersion: 1,
    aliases: [],
    executions: [],
  };
  account.stateMachines.add(machine);
  if (input.publish === true) publishSnapshot(account, machine, input.versionDescription);
  return machine;
}

/** Running executions keep the definition that they began with [SDK: UpdateStateMachineCommand]. */
export function updateStateMachine(
  account: AccountStores,
  input: UpdateStateMachineInput,
): { machine: StoredMachine; version: StoredVersion | undefined } {
  const { stateMachineArn, publish, versionDescription, ...changes } = input;
  const machine = activeMachine(account, stateMachineArn);
  if (changes.definition === undefined && changes.roleArn === undefined)
    throw new AwsError('MissingRequiredParameter', 'Either the definition or the role must be specified');
  if (changes.definition !== undefined) checkDefinition(changes.definition);
  const changed = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const stamp = { updateDate: new Date(account.now()), revisionId: account.ids.uuid() };
  machine.snapshot = { ...machine.snapshot, ...changed, ...stamp };
  return {
    machine,
    version: publish === true ? publishSnapshot(account, machine, versionDescription) : undefined,
  };
}

export function publishVersion(account: AccountStores, input: PublishStateMachineVersionInput): StoredVersion {
  const machine = activeMachine(account, input.stateMachineArn);
  const current = machine.snapshot.revisionId ?? 'INITIAL';
  if ((input.revisionId ?? current) !== current)
    throw new AwsError('ConflictException', 'Current revisionId does not match the one specified', 409);
  return publishSnapshot(account, machine, input.description);
}

export function createAlias(account: AccountStores, input: CreateStateMachineAliasInput): StoredAlias {
  const { name = '', description, routingConfiguration = [] } = input;
  checkName(name);
  const routed = routingConfiguration.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const machines = new Set(routed.map((arn) => account.stateMachines.of(arn)));
  const [machine] = machines;
  const weight = routingConfiguration.reduce((sum, one) => sum + (one.weight ?? 0), 0);
  if (machine === undefined || machines.size > 1 || routed.length > 2 || weight !== 100)
    throw new AwsError('ValidationException', 'The routing configuration is not valid');
  for (const arn of routed)
    if (!machine.versions.some((version) => version.arn === arn))
      throw new AwsError('ResourceNotFound', `Version does not exist: '${arn ?? ''}'`);
  const stateMachineAliasArn = `${machine.arn}:${name}`;
  if (machine.aliases.some((alias) => alias.stateMachineAliasArn === stateMachineAliasArn))
    throw new AwsError('ConflictException', `Alias already exists: '${stateMachineAliasArn}'`, 409);
  const creationDate = new Date(account.now());
  const updateDate = creationDate;
  const alias = { stateMachineAliasArn, name, description, routingConfiguration, creationDate, updateDate };
  machine.aliases.push(alias);
  return alias;
}

/**
 * A machine with running executions is DELETING until the last one ends. Deleting a machine that does not exist
 * succeeds.
 */
export function deleteStateMachine(account: AccountStores, arn: string | undefined): void {
  const machine = account.stateMachines.find(account.stateMachines.qualified(arn).machine);
  if (machine === undefined) return;
  machine.status = 'DELETING';
  machine.versions = [];
  machine.aliases = [];
  if (!machine.executions.some(({ status }) => status === 'RUNNING')) account.stateMachines.remove(machine);
}

/**
 * A version with an alias cannot be deleted. Executions of a deleted version continue [SDK:
 * DeleteStateMachineVersionCommand].
 */
export function deleteVersion(account: AccountStores, arn: string | undefined): void {
  const machine = account.stateMachines.of(arn);
  const routed = machine.aliases.flatMap(({ routingConfiguration }) => routingConfiguration);
  if (routed.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn))
    throw new AwsError('ConflictException', `Version is referenced by an alias: '${arn ?? ''}'`, 409);
  machine.versions = machine.versions.filter((version) => version.arn !== arn);
}

/** A revision has at most one version: publishing it again returns the same version. */
function publishSnapshot(account: AccountStores, machine: StoredMachine, description?: string): StoredVersion {
  const existing = machine.versions.find(({ snapshot }) => snapshot.revisionId === machine.snapshot.revisionId);
  if (existing !== undefined) return existing;
  const arn = `${machine.arn}:${machine.nextVersion++}`;
  const version = { arn, creationDate: new Date(account.now()), description, snapshot: machine.snapshot };
  machine.versions.push(version);
  return version;
}

export function activeMachine(account: AccountStores, arn: string | undefined): StoredMachine {
  const machine = account.stateMachines.of(arn);
  if (machine.status === 'DELETING')
    throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${machine.arn}'`);
  return machine;
}

/** Names may contain letters of any script (Step Functions guide, service quotas). */
function checkName(name: string): void {
  if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\ufffe\uffff]{1,80}$/u.test(name))
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function checkDefinition(definition: string): void {
  const parsed = parseJson(definition);
  const fits = Buffer.byteLength(definition) <= MAX_BYTES && isRecord(parsed) && isRecord(parsed['States']);
  if (!fits) throw new AwsError('InvalidDefinition', "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED'");
}
