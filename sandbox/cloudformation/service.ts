import * as sdk from '@aws-sdk/client-cloudformation';
import { awsService } from '../aws-service.ts';
import { query } from '../protocols/query.ts';
import { operationsOf } from '../shapes.ts';
import { changeSetOperations } from './change-set-operations.ts';
import { stackList, stackSetList } from './file-list.ts';
import { stackOperations } from './stack-operations.ts';
import { stackSetOperations } from './stack-set-operations.ts';

export const cloudformation = awsService({
  name: 'cloudformation',
  iam: 'cloudformation',
  protocol: query,
  id: '2010-05-15',
  shapes: operationsOf(sdk),
  operations: { ...stackOperations, ...changeSetOperations, ...stackSetOperations },
  throttled: { code: 'Throttling', status: 400 },
  denied: { code: 'AccessDenied', status: 403 },
  lists: { stacks: stackList, stackSets: stackSetList },
});
