/**
 * The ARNs of one account's ECS resources, written and read. AWS accepts a short name nearly everywhere it accepts an
 * ARN; an ARN of another account, Region or partition names nothing here.
 */
import { arnIn, type Place } from '../place.ts';

export class Arns {
  readonly place: Place;
  readonly #prefix: string;

  constructor(place: Place) {
    this.place = place;
    this.#prefix = arnIn(place, 'ecs', '');
  }

  named = (type: string, name: string) => `${this.#prefix}${type}/${name}`;
  taskDefinition = (family: string, revision: number | '*') =>
    `${this.#prefix}task-definition/${family}:${revision}`;
  cluster = (name: string) => `${this.#prefix}cluster/${name}`;
  /** Of a cluster given by name or ARN, or not at all: the one named `default`. */
  clusterNamed = (name = 'default') => (name.startsWith('arn:') ? name : this.cluster(name));
  service = (cluster: string, name: string) => `${this.#prefix}service/${cluster}/${name}`;
  /** Of a service whose own ARN may be the short one of before 2021, without the cluster. */
  serviceIn = (clusterArn: string, name: string) => this.service(lastSegment(clusterArn), name);
  task = (cluster: string, id: string) => `${this.#prefix}task/${cluster}/${id}`;
  taskSet = (cluster: string, service: string, id: string) =>
    `${this.#prefix}task-set/${cluster}/${service}/${id}`;
  container = (cluster: string, id: string) => `${this.#prefix}container/${cluster}/${id}`;

  /** The part after `type/`: of an ARN of this account and type, or of a short name; undefined for anything else. */
  short(type: string, nameOrArn: string): string | undefined {
    if (!nameOrArn.startsWith('arn:')) return nameOrArn;
    const prefix = `${this.#prefix}${type}/`;
    return nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : undefined;
  }
}

/** What follows the last slash: a service's or task's own name. */
export const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
