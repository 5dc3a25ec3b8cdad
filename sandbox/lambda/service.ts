import * as sdk from '@aws-sdk/client-lambda';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { restJson } from '../protocols/rest-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { callbackOperations } from './callback-operations.ts';
import { durableExecutionOperations } from './durable-execution-operations.ts';
import { functionOperations } from './function-operations.ts';

const shapes = operationsOf(sdk);

export const lambda = awsService({
  name: 'lambda',
  iam: 'lambda',
  protocol: restJson(shapes, 'message'),
  id: 'lambda',
  shapes,
  operations: { ...durableExecutionOperations, ...callbackOperations, ...functionOperations },
  throttled: { code: 'TooManyRequestsException', status: 429 },
  denied: { code: 'AccessDeniedException', status: 403 },
  lists: {
    /** One entry for each version; an entry without a version is $LATEST. */
    functions: {
      shape: structureOf(sdk.FunctionConfiguration$),
      add(version: sdk.FunctionConfiguration, account: AccountStores) {
        account.functions.add({ ...version, FunctionName: required(version.FunctionName, 'FunctionName') });
      },
    },
  },
});
