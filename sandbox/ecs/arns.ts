/**
 * Formats and parses the ARNs of one account's ECS resources. AWS accepts a short name almost everywhere it accepts
 * an ARN. An ARN of another account, Region or partition matches nothing here.
 */
import { arnIn, type Place } from '../place.ts';

export class Arns {
  readonly place: Place;
  readonly #prefix: string;

  constructor(place: Place) {
    this.place = place;
    this.#prefix = arnIn(place, 'ecs', '');
  }

  format = (type: string, name: string) => `${this.#prefix}${type}/${name}`;
  taskDefinition = (family: string, revision: number | '*') => `${this.#prefix}task-definition/${family}:${revision}`;
  cluster = (name: string) => `${this.#prefix}cluster/${name}`;
  /** The ARN of a cluster given by its name or ARN; `default` if neither is given. */
  clusterNamed = (name = 'default') => (name.startsWith('arn:') ? name : this.cluster(name));
  service = (cluster: string, name: string) => `${this.#prefix}service/${cluster}/${name}`;
  /** The long ARN of a service. Services created before 2021 can have a short ARN without the cluster. */
  serviceIn = (clusterArn: string, name: string) => this.service(lastSegment(clusterArn), name);
  /** The ARN of a service or task given by its ARN, or by its name and its cluster's name or ARN. */
  serviceNamed = (cluster = 'default', name = '') =>
    name.startsWith('arn:') ? name : this.service(lastSegment(cluster), name);
  taskNamed = (cluster = 'default', id = '') => (id.startsWith('arn:') ? id : this.task(lastSegment(cluster), id));
  task = (cluster: string, id: string) => `${this.#prefix}task/${cluster}/${id}`;
  taskSet = (cluster: string, service: string, id: string) => `${this.#prefix}task-set/${cluster}/${service}/${id}`;
  container = (cluster: string, id: string) => `${this.#prefix}container/${cluster}/${id}`;

  /**
   * The name after `type/` in an ARN of this account and type; a short name as it is; undefined for any other ARN.
   */
  short(type: string, nameOrArn: string): string | undefined {
    if (!nameOrArn.startsWith('arn:')) return nameOrArn;
    const prefix = `${this.#prefix}${type}/`;
    return nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : undefined;
  }
}

/** The name after the last slash, for example a service's or a task's. */
export const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
