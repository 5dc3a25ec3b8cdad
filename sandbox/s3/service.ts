import * as sdk from '@aws-sdk/client-s3';
import { awsService } from '../aws-service.ts';
import { restXml } from '../protocols/rest-xml.ts';
import { operationsOf } from '../shapes.ts';
import { bucketOperations } from './bucket-operations.ts';
import { bucketList } from './file-list.ts';
import { objectOperations } from './object-operations.ts';

export const s3 = awsService({
  name: 's3',
  iam: 's3',
  protocol: restXml,
  id: 's3',
  shapes: operationsOf(sdk),
  operations: { ...bucketOperations, ...objectOperations },
  throttled: { code: 'SlowDown', status: 503 },
  denied: { code: 'AccessDenied', status: 403 },
  lists: { buckets: bucketList },
});
