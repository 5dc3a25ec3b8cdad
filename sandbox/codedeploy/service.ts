import * as sdk from '@aws-sdk/client-codedeploy';
import { awsService } from '../aws-service.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf } from '../shapes.ts';
import { applicationOperations } from './application-operations.ts';
import { deploymentOperations } from './deployment-operations.ts';
import { applicationList } from './file-list.ts';

export const codedeploy = awsService({
  name: 'codedeploy',
  iam: 'codedeploy',
  protocol: awsJson('1.1'),
  id: 'CodeDeploy_20141006',
  shapes: operationsOf(sdk),
  operations: { ...applicationOperations, ...deploymentOperations },
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: { applications: applicationList },
});
