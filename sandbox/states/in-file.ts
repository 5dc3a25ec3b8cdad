/**
 * State machines in account files: each as DescribeStateMachine answers it, with its versions, aliases and executions as
 * their describing calls answer them. What follows from the rest may be left out, a version's definition too: it is then
 * the machine's.
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
import type { Account } from '../account.ts';
import { structureOf, type Member, type Shape, type Structure } from '../shapes.ts';
import type { KnownExecution, KnownMachine, KnownVersion, Snapshot } from './machines.ts';

/** `updateDate`: when the machine, or the version, got this definition. */
type FileVersion = Partial<DescribeStateMachineOutput> & { readonly updateDate?: Date };

/** With what DescribeStateMachineForExecution answers, where it began with something else than there is now. */
type FileExecution = Partial<DescribeExecutionOutput> &
  Pick<Partial<DescribeStateMachineForExecutionOutput>, 'definition' | 'updateDate' | 'revisionId'>;

export interface FileMachine extends FileVersion {
  readonly versions?: readonly FileVersion[];
  readonly aliases?: readonly DescribeStateMachineAliasOutput[];
  readonly executions?: readonly FileExecution[];
}

const time: Shape = { kind: 'timestamp' };
const version = lenient(structureOf(DescribeStateMachineOutput$), { updateDate: time });
const begun = structureOf(DescribeStateMachineForExecutionOutput$).members;
const execution = lenient(structureOf(DescribeExecutionOutput$), {
  updateDate: time,
  definition: begun.get('definition')?.shape,
  revisionId: begun.get('revisionId')?.shape,
});

export const stateMachineInFile: Structure = lenient(version, {
  versions: { kind: 'list', of: version, tag: 'member' },
  aliases: { kind: 'list', of: structureOf(DescribeStateMachineAliasOutput$), tag: 'member' },
  executions: { kind: 'list', of: execution, tag: 'member' },
});

/** Nothing is required, and these are known as well. */
function lenient(shape: Structure, more: Readonly<Record<string, Shape | undefined>>): Structure {
  const members = new Map<string, Member>();
  for (const [name, member] of shape.members) members.set(name, { ...member, required: false });
  for (const [name, of] of Object.entries(more))
    if (of !== undefined) members.set(name, { shape: of, required: false, tag: name });
  return { ...shape, members };
}

export function addStateMachine(account: Account, file: FileMachine): void {
  const name = file.name ?? file.stateMachineArn?.split(':').at(-1);
  if (name === undefined) throw new TypeError('name is missing');
  if (file.definition === undefined) throw new TypeError('definition is missing');
  const arn = account.stateMachines.arn(name);
  if ((file.stateMachineArn ?? arn) !== arn) throw new TypeError(`stateMachineArn is not ${arn}`);
  const creationDate = file.creationDate ?? new Date(account.now());
  const roleArn = file.roleArn ?? `arn:${account.place.partition}:iam::${account.place.account}:role/${name}`;
  const { definition, updateDate = creationDate, revisionId } = file;
  const { encryptionConfiguration, loggingConfiguration, tracingConfiguration } = file;
  const settings = { encryptionConfiguration, loggingConfiguration, tracingConfiguration };
  const snapshot: Snapshot = { definition, roleArn, updateDate, revisionId, ...settings };
  const versions = (file.versions ?? []).map((one, index) =>
    versionOf(one, `${arn}:${index + 1}`, { ...snapshot, updateDate: one.creationDate ?? creationDate }),
  );
  const machine: KnownMachine = {
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

const numberOf = ({ arn }: KnownVersion): number => Number(arn.split(':').at(-1));

function versionOf(file: FileVersion, byPlace: string, snapshot: Snapshot): KnownVersion {
  const { stateMachineArn: arn = byPlace, description, creationDate = snapshot.updateDate } = file;
  const { definition = snapshot.definition, revisionId, updateDate = snapshot.updateDate } = file;
  return { arn, creationDate, description, snapshot: { ...snapshot, definition, updateDate, revisionId } };
}

function executionOf(account: Account, file: FileExecution, machine: KnownMachine): KnownExecution {
  const { definition, updateDate, revisionId, ...rest } = file;
  const name = rest.name ?? rest.executionArn?.split(':').at(-1) ?? account.ids.uuid();
  const version = machine.versions.find(({ arn }) => arn === rest.stateMachineVersionArn);
  const now = version?.snapshot ?? machine.snapshot;
  const began = {
    ...now,
    ...(definition === undefined
      ? {}
      : { definition, revisionId, updateDate: updateDate ?? machine.creationDate }),
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
