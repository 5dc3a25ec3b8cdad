import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { arnIn, type Place } from '../place.ts';

export class Functions {
  readonly #all: FunctionConfiguration[] = [];
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** A version's ARN ends in its number; that of $LATEST, as ListFunctions answers it without ALL, does not. */
  add(one: FunctionConfiguration): void {
    const { FunctionName = '', Version = '$LATEST' } = one;
    const arn = arnIn(this.#place, 'lambda', `function:${FunctionName}`);
    if (this.#all.some((known) => known.FunctionName === FunctionName && known.Version === Version))
      throw new TypeError(`${FunctionName} ${Version} is there twice`);
    this.#all.push({ FunctionArn: `${arn}:${Version}`, ...one, FunctionName, Version });
  }

  /** Takes away a function with all its versions. */
  delete(name: string): void {
    const kept = this.#all.filter(({ FunctionName }) => FunctionName !== name);
    this.#all.splice(0, this.#all.length, ...kept);
  }

  all(): readonly FunctionConfiguration[] {
    return this.#all;
  }
}
