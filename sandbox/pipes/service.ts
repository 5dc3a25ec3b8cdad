import * as sdk from '@aws-sdk/client-pipes';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { restJson } from '../protocols/rest-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { pipeOperations } from './pipe-operations.ts';

const shapes = operationsOf(sdk);

export const pipes = awsService({
  name: 'pipes',
  iam: 'pipes',
  protocol: restJson(shapes, 'message'),
  id: 'pipes',
  shapes,
  operations: pipeOperations,
  throttled: { code: 'ThrottlingException', status: 429 },
  denied: { code: 'AccessDeniedException', status: 403 },
  lists: {
    pipes: {
      shape: structureOf(sdk.DescribePipeResponse$),
      add(pipe: sdk.DescribePipeResponse, account: AccountStores) {
        account.pipes.add({ ...pipe, Name: required(pipe.Name, 'Name') });
      },
    },
  },
});
