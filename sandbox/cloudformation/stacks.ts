/**
 * The account's CloudFormation stacks with their resources, change sets and events. A stack here never registers or
 * deregisters anything.
 */
import type { DescribeChangeSetOutput, Stack, StackEvent, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { DAY_MS } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { arnIn, type Place } from '../place.ts';

export type StoredStack = Stack & {
  readonly StackId: string;
  readonly StackName: string;
  resources: StackResourceSummary[];
  /** Newest first. */
  events: StackEvent[];
  changeSets: StoredChangeSet[];
};

export type StoredChangeSet = DescribeChangeSetOutput & {
  readonly ChangeSetId: string;
  readonly ChangeSetName: string;
  /** The answer of GetTemplate for the change set. */
  readonly TemplateBody?: string;
};

export class Stacks {
  readonly #byId = new Map<string, StoredStack>();

  add(stack: StoredStack): void {
    if (this.#byId.has(stack.StackId)) throw new TypeError(`${stack.StackId} exists twice`);
    this.#byId.set(stack.StackId, stack);
  }

  /** Newest first, including stacks deleted within 90 days. */
  all(now: number): StoredStack[] {
    const kept = now - 90 * DAY_MS;
    return [...this.#byId.values()]
      .filter((stack) => isLive(stack) || (stack.DeletionTime?.getTime() ?? now) >= kept)
      .sort((a, b) => (b.CreationTime?.getTime() ?? 0) - (a.CreationTime?.getTime() ?? 0));
  }

  /** A deleted stack is found only by its id: another stack may have its name. */
  find(nameOrId: string | undefined): StoredStack | undefined {
    const byId = this.#byId.get(nameOrId ?? '');
    return byId ?? [...this.#byId.values()].find((stack) => stack.StackName === nameOrId && isLive(stack));
  }

  existing(nameOrId: string | undefined): StoredStack {
    const found = this.find(nameOrId);
    if (found === undefined) throw new AwsError('ValidationError', `Stack with id ${nameOrId ?? ''} does not exist`);
    return found;
  }
}

export const isLive = ({ StackStatus }: Stack): boolean => StackStatus !== 'DELETE_COMPLETE';

export const stackArn = (place: Place, name: string, id: string) =>
  arnIn(place, 'cloudformation', `stack/${name}/${id}`);
