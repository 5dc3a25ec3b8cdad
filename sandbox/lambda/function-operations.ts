/**
 * Lambda's ListFunctions: the unpublished version of each function, and with FunctionVersion ALL every published one.
 */
import type { ListFunctionsRequest } from '@aws-sdk/client-lambda';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';

/**
 * "Returns a maximum of 50 items in each response, even if you set the number higher."
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
 */
const MAX_ITEMS = 50;

const list = listOperation({
  bucket: 'lambda-control',
  token: 'Marker',
  size: 'MaxItems',
  items: 'Functions',
  defaultSize: MAX_ITEMS,
  sizeRange: { from: 1, upto: 10_000 },
  errorCodes: { token: 'InvalidParameterValueException', size: 'InvalidParameterValueException' },
  all({ FunctionVersion }: ListFunctionsRequest, { account }) {
    const all = account.functions.all();
    return sequence(FunctionVersion === 'ALL' ? all : all.filter(({ Version }) => Version === '$LATEST'));
  },
});

export const functionOperations: Operations = {
  ListFunctions: {
    ...list,
    run(input: ListFunctionsRequest, context) {
      const answer = list.run(input, { ...context, pageSize: Math.min(MAX_ITEMS, context.pageSize) });
      // The request calls the token `Marker`, the answer `NextMarker`.
      const { Marker, ...page }: Readonly<Record<string, unknown>> = { ...answer };
      return { ...page, ...(Marker === undefined ? {} : { NextMarker: Marker }) };
    },
  },
};
