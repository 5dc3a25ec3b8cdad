import * as sdk from '@aws-sdk/client-sfn';
import { awsService } from '../aws-service.ts';
import { awsJson } from '../protocols/aws-json.ts';
import { operationsOf } from '../shapes.ts';
import { executionOperations } from './execution-operations.ts';
import { stateMachineList } from './file-list.ts';
import { stateMachineOperations } from './machine-operations.ts';

export const states = awsService({
  name: 'states',
  iam: 'states',
  protocol: awsJson('1.0'),
  id: 'AWSStepFunctions',
  shapes: operationsOf(sdk),
  operations: { ...stateMachineOperations, ...executionOperations },
  throttled: { code: 'ThrottlingException', status: 400 },
  denied: { code: 'AccessDeniedException', status: 400 },
  lists: { stateMachines: stateMachineList },
});
