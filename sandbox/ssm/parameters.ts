import type { Parameter } from '@aws-sdk/client-ssm';
import { arnIn, type Place } from '../place.ts';

export class Parameters {
  readonly #byName = new Map<string, Parameter & { readonly Name: string }>();
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  put(parameter: Parameter): void {
    const { Name = '', Type = 'String', Version = 1 } = parameter;
    this.#byName.set(Name, { Version, ...parameter, Type, Name, ARN: this.arn(Name) });
  }

  arn(name: string): string {
    return arnIn(this.#place, 'ssm', `parameter/${name.replace(/^\//, '')}`);
  }

  named(name: string): Parameter | undefined {
    return this.#byName.get(name);
  }

  under(path: string, isRecursive: boolean): Parameter[] {
    const start = path.endsWith('/') ? path : `${path}/`;
    return [...this.#byName.values()].filter(
      ({ Name }) => Name.startsWith(start) && (isRecursive || !Name.slice(start.length).includes('/')),
    );
  }
}
