/**
 * What there is of Step Functions in the account: state machines with their publish versions, their aliases and their
 * executions. A version is a snapshot that never changes, and an execution keeps the definition it began with, so each
 * holds its own copy.
 */
import type {
  DescribeExecutionOutput,
  DescribeStateMachineAliasOutput,
  DescribeStateMachineOutput,
  RoutingConfigurationListItem,
} from '@aws-sdk/client-sfn';
import { arnIn, type Place } from '../place.ts';
import { AwsError } from '../errors.ts';

/** What a version and an execution take along: the machine as it was at that moment. */
export interface Snapshot extends Pick<
  DescribeStateMachineOutput,
  'revisionId' | 'encryptionConfiguration' | 'loggingConfiguration' | 'tracingConfiguration'
> {
  readonly definition: string;
  readonly roleArn: string;
  /** When the machine got this definition; for its first one, when it was made. */
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
  /** The newest last; numbers are never used again. */
  versions: StoredVersion[];
  nextVersion: number;
  aliases: StoredAlias[];
  executions: StoredExecution[];
}

/** A machine's ARN, or one with a version's number or an alias's name behind it. */
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

  /** The machine that an ARN is of, whatever stands behind its name. */
  of(arn: string | undefined): StoredMachine {
    const machine = this.find(this.qualified(arn).machine);
    if (machine === undefined)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
    return machine;
  }

  /** The version that a qualified ARN leads to, directly or through an alias; none for a machine's own ARN. */
  version(arn: string | undefined): StoredVersion | undefined {
    const { qualifier } = this.qualified(arn);
    if (qualifier === undefined) return undefined;
    const machine = this.of(arn);
    const alias = machine.aliases.find(({ stateMachineAliasArn }) => stateMachineAliasArn === arn);
    // A share of the traffic each: here the first of the two takes all of it.
    const wanted = alias === undefined ? arn : alias.routingConfiguration[0]?.stateMachineVersionArn;
    const version = machine.versions.find((one) => one.arn === wanted);
    if (version === undefined)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn ?? ''}'`);
    return version;
  }

  execution(arn: string | undefined): { machine: StoredMachine; execution: StoredExecution } {
    if (arn === undefined || !/^arn:[\w-]+:states:[\w-]+:\d{12}:(execution|express):/.test(arn))
      throw invalidArn(arn);
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
