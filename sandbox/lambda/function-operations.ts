/**
 * Lambda functions as ListFunctions shows them: the unpublished version of each, and with FunctionVersion ALL every
 * published one as well. Nothing runs here.
 */
import type { ListFunctionsRequest } from '@aws-sdk/client-lambda';
import type { Operations } from '../operation.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';

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
