import * as sdk from '@aws-sdk/client-sts';
import { awsService } from '../aws-service.ts';
import { query } from '../protocols/query.ts';
import { operationsOf } from '../shapes.ts';
import { callerOperations } from './caller-operations.ts';

export const sts = awsService({
  name: 'sts',
  iam: 'sts',
  protocol: query,
  id: '2011-06-15',
  shapes: operationsOf(sdk),
  operations: callerOperations,
  throttled: { code: 'Throttling', status: 400 },
  denied: { code: 'AccessDenied', status: 403 },
  lists: {},
});
