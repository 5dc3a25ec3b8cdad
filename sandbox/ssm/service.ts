import * as sdk from '@aws-sdk/client-ssm';
import type { AccountStores } from '../account-stores.ts';
import { awsService } from '../aws-service.ts';
import { required } from '../file-list.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf, structureOf } from '../shapes.ts';
import { parameterOperations } from './parameter-operations.ts';

export const ssm = awsService({
  name: 'ssm',
  iam: 'ssm',
  protocol: awsJson('1.1'),
  id: 'AmazonSSM',
  shapes: operationsOf(sdk),
  operations: parameterOperations,
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: {
    parameters: {
      shape: structureOf(sdk.Parameter$),
      add(parameter: sdk.Parameter, account: AccountStores) {
        account.parameters.put({ ...parameter, Name: required(parameter.Name, 'Name') });
      },
    },
  },
});
