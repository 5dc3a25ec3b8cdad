/**
 * Lambda functions as ListFunctions shows them: the unpublished version of each, and with FunctionVersion ALL every
 * published one as well. Nothing runs here.
 */
import type { FunctionConfiguration, ListFunctionsRequest } from '@aws-sdk/client-lambda';
import type { Place } from '../ecs/arns.ts';
import type { Operations } from '../operation.ts';
import { listing, sequence } from '../paging.ts';

export class Functions {
  readonly #all: FunctionConfiguration[] = [];
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** A version's ARN ends in its number; that of $LATEST, as ListFunctions answers it without ALL, does not. */
  add(one: FunctionConfiguration): void {
    const { partition, region, account } = this.#place;
    const { FunctionName = '', Version = '$LATEST' } = one;
    const arn = `arn:${partition}:lambda:${region}:${account}:function:${FunctionName}`;
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

/** "Returns a maximum of 50 items in each response, even if you set the number higher."
 *  https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
const MOST = 50;

const list = listing({
  bucket: 'lambda-control',
  token: 'Marker',
  size: 'MaxItems',
  items: 'Functions',
  defaultSize: MOST,
  sizes: { from: 1, upto: 10_000 },
  refusals: { token: 'InvalidParameterValueException', size: 'InvalidParameterValueException' },
  all({ FunctionVersion }: ListFunctionsRequest, { account }) {
    const all = account.functions.all();
    return sequence(FunctionVersion === 'ALL' ? all : all.filter(({ Version }) => Version === '$LATEST'));
  },
});

export const functionOperations: Operations = {
  ListFunctions: {
    ...list,
    run(input: ListFunctionsRequest, at) {
      const answer = list.run(input, { ...at, pageSize: Math.min(MOST, at.pageSize) });
      // The token goes out under another name than it comes in.
      const { Marker, ...page }: Readonly<Record<string, unknown>> = { ...answer };
      return { ...page, ...(Marker === undefined ? {} : { NextMarker: Marker }) };
    },
  },
};
