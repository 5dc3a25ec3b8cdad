/** One AWS service of the sandbox: its API's protocol, its operations, its error codes and its lists in account files. */
import type { FileList } from './file-list.ts';
import type { Operations } from './operation.ts';
import type { Protocol } from './protocols/protocol.ts';
import type { OperationShapes } from './shapes.ts';

export interface AwsService<Lists extends object = object> {
  /** The name in a signature's scope and in a call's record. */
  readonly name: string;
  /** The prefix of its IAM actions. */
  readonly iam: string;
  readonly protocol: Protocol;
  /** How a request identifies the service: the prefix of its target (JSON) or its API version (Query). */
  readonly id: string;
  readonly shapes: ReadonlyMap<string, OperationShapes>;
  readonly operations: Operations;
  /** Its errors for the two refusals that any operation can meet. */
  readonly throttled: RefusalCode;
  readonly denied: RefusalCode;
  readonly lists: Lists;
}

interface RefusalCode {
  readonly code: string;
  readonly status: number;
}

/** Infers the lists' types, from which the type of account files follows. */
export function awsService<Lists extends Readonly<Record<string, FileList<never>>>>(
  service: AwsService<Lists>,
): AwsService<Lists> {
  return service;
}
