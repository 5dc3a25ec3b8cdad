/**
 * The account's state machines with their versions, aliases and executions. A version never changes, and an execution
 * keeps the definition that it began with, so each has its own copy.
 */
import type {
  DescribeExecutionOutput,
  DescribeStateMachineAliasOutput,
  DescribeStateMachineOutput,
  RoutingConfigurationListItem,
} from '@aws-sdk/client-sfn';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

/** The machine at one moment, as a version or an execution keeps it. */
export interface Snapshot extends Pick<
  DescribeStateMachineOutput,
  'revisionId' | 'encryptionConfiguration' | 'loggingConfiguration' | 'tracingConfiguration'
> {
  readonly definition: string;
  readonly roleArn: string;
  /** When the machine got this definition; for the first one, when it was created. */
  readonly updateDate: Date;
}

export interface StoredVersion {
  readonly arn: string;
  readonly creationDate: Date;
  readonly description?: string | undefined;
  readonly snapshot: Snapshot;
}

export interface StoredAlias extends DescribeStateMachineAliasOutput {
  readonly stateMachineAliasArn: string;
  readonly creationDate: Date;
  readonly routingConfiguration: RoutingConfigurationListItem[];
}

export interface StoredExecution extends DescribeExecutionOutput {
  readonly executionArn: string;
  readonly name: string;
  readonly startDate: Date;
  readonly snapshot: Snapshot;
}

export interface StoredMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  status: 'ACTIVE' | 'DELETING';
  readonly creationDate: Date;
  snapshot: Snapshot;
  /** Newest last. Step Functions never reuses a number. */
  versions: StoredVersion[];
  nextVersion: number;
  aliases: StoredAlias[];
  executions: StoredExecution[];
}

/** A machine's ARN, and the version number or alias name after it. */
interface Qualified {
  readonly machine: string;
  readonly qualifier: string | undefined;
}

export class StateMachines {
  readonly #prefix: string;
  readonly #byArn = new Map<string, StoredMachine>();

  constructor(place: Place) {
    this.#prefix = arnIn(place, 'states', '');
  }

  arn = (name: string) => `${this.#prefix}stateMachine:${name}`;
  executionArn = (machine: string, name: string) => `${this.#prefix}execution:${machine}:${name}`;

  add(machine: StoredMachine): void {
    this.#byArn.set(machine.arn, machine);
  }

  remove({ arn }: StoredMachine): void {
    this.#byArn.delete(arn);
  }

  /** By name; AWS documents no order. */
  all(): StoredMachine[] {
    return [...this.#byArn.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(arn: string | undefined): StoredMachine | undefined {
    return arn === undefined ? undefined : this.#byArn.get(arn);
  }

  /** The machine of an ARN, whatever its qualifier. */
  of(arn: string | undefined): StoredMachine {
    const machine = this.find(this.qualified(arn).machine);
    if (machine === undefined)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
    return machine;
  }

  /** The version of a qualified ARN, directly or through an alias; undefined for a machine's own ARN. */
  version(arn: string | undefined): StoredVersion | undefined {
    const { qualifier } = this.qualified(arn);
    if (qualifier === undefined) return undefined;
    const machine = this.of(arn);
    const alias = machine.aliases.find(({ stateMachineAliasArn }) => stateMachineAliasArn === arn);
    // An alias splits its traffic by weight; here its first version receives all of it.
    const versionArn = alias === undefined ? arn : alias.routingConfiguration[0]?.stateMachineVersionArn;
    const version = machine.versions.find((one) => one.arn === versionArn);
    if (version === undefined)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
    return version;
  }

  execution(arn: string | undefined): { machine: StoredMachine; execution: StoredExecution } {
    if (arn === undefined || !/^arn:[\w-]+:states:[\w-]+:\d{12}:(execution|express):/.test(arn)) throw invalidArn(arn);
    for (const machine of this.#byArn.values()) {
      const execution = machine.executions.find(({ executionArn }) => executionArn === arn);
      if (execution !== undefined) return { machine, execution };
    }
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  qualified(arn: string | undefined): Qualified {
    const [, name, mapState, qualifier] =
      /^arn:[\w-]+:states:[\w-]+:\d{12}:stateMachine:([^:/]+)(\/[^:]+)?(?::([^:/]+))?$/.exec(arn ?? '') ?? [];
    if (name === undefined || arn === undefined) throw invalidArn(arn);
    if (mapState !== undefined)
      throw new AwsError('ValidationException', 'The API does not support labeled state machine ARNs');
    return { machine: qualifier === undefined ? arn : arn.slice(0, -qualifier.length - 1), qualifier };
  }
}

function invalidArn(arn: string | undefined): AwsError {
  return new AwsError('InvalidArn', `Invalid Arn: '${arn ?? ''}'`);
}
