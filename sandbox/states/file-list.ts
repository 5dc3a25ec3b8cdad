/**
 * State machines of account files: the answer of DescribeStateMachine with its versions, aliases and executions.
 * Members that follow from others may be left out. A version without a definition has the machine's.
 */
import {
  DescribeExecutionOutput$,
  DescribeStateMachineAliasOutput$,
  DescribeStateMachineForExecutionOutput$,
  DescribeStateMachineOutput$,
  type DescribeExecutionOutput,
  type DescribeStateMachineAliasOutput,
  type DescribeStateMachineForExecutionOutput,
  type DescribeStateMachineOutput,
} from '@aws-sdk/client-sfn';
import type { AccountStores } from '../account-stores.ts';
import { listOf, withMembers, withOptional, type FileList } from '../file-list.ts';
import { iamArn } from '../place.ts';
import { structureOf, type Shape, type Structure } from '../shapes.ts';
import type { Snapshot, StoredExecution, StoredMachine, StoredVersion } from './machines.ts';

/** `updateDate` is the time at which the machine or the version got this definition. */
type FileVersion = Partial<DescribeStateMachineOutput> & { readonly updateDate?: Date };

/**
 * An execution that began with another definition than the current one has the members of
 * DescribeStateMachineForExecution.
 */
type FileExecution = Partial<DescribeExecutionOutput> &
  Pick<Partial<DescribeStateMachineForExecutionOutput>, 'definition' | 'updateDate' | 'revisionId'>;

interface FileMachine extends FileVersion {
  readonly versions?: readonly FileVersion[];
  readonly aliases?: readonly DescribeStateMachineAliasOutput[];
  readonly executions?: readonly FileExecution[];
}

const time: Shape = { kind: 'timestamp' };
const executionMembers = structureOf(DescribeStateMachineForExecutionOutput$).members;
const version = withMembers(withOptional(structureOf(DescribeStateMachineOutput$)), { updateDate: time });
const execution = withMembers(withOptional(structureOf(DescribeExecutionOutput$)), {
  updateDate: time,
  definition: shapeIn(executionMembers, 'definition'),
  revisionId: shapeIn(executionMembers, 'revisionId'),
});

function shapeIn(members: Structure['members'], name: string): Shape {
  const member = members.get(name);
  if (member === undefined) throw new TypeError(`no member ${name}`);
  return member.shape;
}

export const stateMachineList: FileList<FileMachine> = {
  shape: withMembers(version, {
    versions: listOf(version),
    aliases: listOf(structureOf(DescribeStateMachineAliasOutput$)),
    executions: listOf(execution),
  }),
  add(entry, account) {
    addStateMachine(account, entry);
  },
};

function addStateMachine(account: AccountStores, file: FileMachine): void {
  const name = file.name ?? file.stateMachineArn?.split(':').at(-1);
  if (name === undefined) throw new TypeError('name is missing');
  if (file.definition === undefined) throw new TypeError('definition is missing');
  const arn = account.stateMachines.arn(name);
  if ((file.stateMachineArn ?? arn) !== arn) throw new TypeError(`stateMachineArn is not ${arn}`);
  const creationDate = file.creationDate ?? new Date(account.now());
  const roleArn = file.roleArn ?? iamArn(account.place, `role/${name}`);
  const { definition, updateDate = creationDate, revisionId } = file;
  const { encryptionConfiguration, loggingConfiguration, tracingConfiguration } = file;
  const settings = { encryptionConfiguration, loggingConfiguration, tracingConfiguration };
  const snapshot: Snapshot = { definition, roleArn, updateDate, revisionId, ...settings };
  const versions = (file.versions ?? []).map((one, index) =>
    versionOf(one, `${arn}:${index + 1}`, { ...snapshot, updateDate: one.creationDate ?? creationDate }),
  );
  const machine: StoredMachine = {
    arn,
    name,
    type: file.type ?? 'STANDARD',
    status: file.status ?? 'ACTIVE',
    creationDate,
    snapshot,
    versions: versions.sort((a, b) => numberOf(a) - numberOf(b)),
    nextVersion: Math.max(0, ...versions.map(numberOf)) + 1,
    aliases: [],
    executions: [],
  };
  for (const alias of file.aliases ?? []) {
    const { stateMachineAliasArn = `${arn}:${alias.name ?? ''}`, routingConfiguration = [] } = alias;
    const since = alias.creationDate ?? creationDate;
    machine.aliases.push({ ...alias, creationDate: since, stateMachineAliasArn, routingConfiguration });
  }
  machine.executions = (file.executions ?? []).map((one) => executionOf(account, one, machine));
  account.stateMachines.add(machine);
}

const numberOf = ({ arn }: StoredVersion): number => Number(arn.split(':').at(-1));

function versionOf(file: FileVersion, defaultArn: string, snapshot: Snapshot): StoredVersion {
  const { stateMachineArn: arn = defaultArn, description, creationDate = snapshot.updateDate } = file;
  const { definition = snapshot.definition, revisionId, updateDate = snapshot.updateDate } = file;
  return { arn, creationDate, description, snapshot: { ...snapshot, definition, updateDate, revisionId } };
}

function executionOf(account: AccountStores, file: FileExecution, machine: StoredMachine): StoredExecution {
  const { definition, updateDate, revisionId, ...rest } = file;
  const name = rest.name ?? rest.executionArn?.split(':').at(-1) ?? account.ids.uuid();
  const version = machine.versions.find(({ arn }) => arn === rest.stateMachineVersionArn);
  const now = version?.snapshot ?? machine.snapshot;
  const began = {
    ...now,
    ...(definition === undefined ? {} : { definition, revisionId, updateDate: updateDate ?? machine.creationDate }),
  };
  return {
    status: 'RUNNING',
    redriveCount: 0,
    ...rest,
    startDate: rest.startDate ?? machine.creationDate,
    name,
    executionArn: account.stateMachines.executionArn(machine.name, name),
    stateMachineArn: machine.arn,
    snapshot: began,
  };
}
