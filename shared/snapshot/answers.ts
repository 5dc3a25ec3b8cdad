// Keeps AWS's answers while the sources read, by operation. A snapshot is built from these, so nothing is asked twice.
import type { Answer } from '../aws/tally.ts';
import { isObject } from '../domain/objects.ts';
import { scopedArn } from '../domain/scoped-arn.ts';

/** An object of an answer, by AWS's own member names. */
export type Item = Readonly<Record<string, unknown>>;

export interface RecordedCall {
  readonly input: Item;
  readonly output: Item;
}

export class Answers {
  readonly #by = new Map<string, RecordedCall[]>();

  readonly take = ({ operation, input, output }: Answer): void => {
    const told = { input: { ...input }, output: { ...output } };
    const known = this.#by.get(operation);
    if (known === undefined) this.#by.set(operation, [told]);
    else known.push(told);
  };

  of(operation: string): readonly RecordedCall[] {
    return this.#by.get(operation) ?? [];
  }

  /** The items of a list in all answers of an operation, the last one of each name. */
  listed(operation: string, member: string, name: string): Item[] {
    return last(this.#all(operation, member), (item) => textIn(item, name));
  }

  /** The same for services and tasks, whose ARNs need not be unique. */
  listedInClusters(operation: string, member: string, name: 'serviceArn' | 'taskArn'): Item[] {
    return last(this.#all(operation, member), (item) => scopedIn(item, name));
  }

  #all(operation: string, member: string): Item[] {
    return this.of(operation).flatMap(({ output }) => itemsIn(output[member]));
  }

  /** The answers of an operation about single resources, the last one of each name. */
  described(operation: string, name: string): Item[] {
    return last(
      this.of(operation).map(({ output }) => output),
      (item) => textIn(item, name),
    );
  }
}

export function itemsIn(list: unknown): Item[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function textIn(item: Item, member: string): string {
  const value = item[member];
  return typeof value === 'string' ? value : '';
}

/** The service or task of an answer: its ARN, with the cluster where AWS left that out. */
export function scopedIn(item: Item, member: 'serviceArn' | 'taskArn'): string {
  return scopedArn(textIn(item, member), textIn(item, 'clusterArn'));
}

/** Those of these members that exist. */
export function picked(item: Item, members: string): Item {
  const names = members.split(' ').filter((name) => item[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

/** In the order of their first appearance. */
function last(items: readonly Item[], nameOf: (item: Item) => string): Item[] {
  return [...new Map(items.map((item) => [nameOf(item), item])).values()];
}
