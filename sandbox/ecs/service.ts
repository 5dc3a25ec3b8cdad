import * as sdk from '@aws-sdk/client-ecs';
import { awsService } from '../aws-service.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf } from '../shapes.ts';
import { clusterOperations } from './cluster-operations.ts';
import { expressOperations } from './express-operations.ts';
import { ecsLists } from './file-lists.ts';
import { serviceDeploymentOperations } from './service-deployment-operations.ts';
import { serviceOperations } from './service-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { taskDefinitionOperations } from './task-definition-operations.ts';
import { taskOperations } from './task-operations.ts';
import { taskSetOperations } from './task-sets.ts';

export const ecs = awsService({
  name: 'ecs',
  iam: 'ecs',
  protocol: awsJson('1.1'),
  id: 'AmazonEC2ContainerServiceV20141113',
  shapes: operationsOf(sdk),
  operations: {
    ...taskDefinitionOperations,
    ...clusterOperations,
    ...serviceOperations,
    ...serviceDeploymentOperations,
    ...expressOperations,
    ...taskSetOperations,
    ...taskOperations,
    ...tagOperations,
  },
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: ecsLists,
});
