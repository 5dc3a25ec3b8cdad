import * as sdk from '@aws-sdk/client-iam';
import { awsService } from '../aws-service.ts';
import { query } from '../protocols/query.ts';
import { operationsOf } from '../shapes.ts';
import { aliasOperations } from './alias-operations.ts';

export const iam = awsService({
  name: 'iam',
  iam: 'iam',
  protocol: query,
  id: '2010-05-08',
  shapes: operationsOf(sdk),
  operations: aliasOperations,
  throttled: { code: 'Throttling', status: 400 },
  denied: { code: 'AccessDenied', status: 403 },
  lists: {},
});
