import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { arnIn, type Place } from '../place.ts';

export class Functions {
  readonly #all: FunctionConfiguration[] = [];
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** The ARN of a published version ends in its number. ListFunctions without ALL omits `$LATEST` from the ARN. */
  add(one: FunctionConfiguration): void {
    const { FunctionName = '', Version = '$LATEST' } = one;
    const arn = arnIn(this.#place, 'lambda', `function:${FunctionName}`);
    if (this.#all.some((known) => known.FunctionName === FunctionName && known.Version === Version))
      throw new TypeError(`${FunctionName} ${Version} exists twice`);
    this.#all.push({ FunctionArn: `${arn}:${Version}`, ...one, FunctionName, Version });
  }

  /** Deletes a function with all its versions. */
  delete(name: string): void {
    const kept = this.#all.filter(({ FunctionName }) => FunctionName !== name);
    this.#all.splice(0, this.#all.length, ...kept);
  }

  all(): readonly FunctionConfiguration[] {
    return this.#all;
  }
}
