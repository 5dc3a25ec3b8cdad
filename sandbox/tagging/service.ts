import * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import { awsService } from '../aws-service.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf } from '../shapes.ts';
import { resourceOperations } from './resource-operations.ts';

export const tagging = awsService({
  name: 'tagging',
  iam: 'tag',
  protocol: awsJson('1.1'),
  id: 'ResourceGroupsTaggingAPI_20170126',
  shapes: operationsOf(sdk),
  operations: resourceOperations,
  throttled: { code: 'ThrottledException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: {},
});
