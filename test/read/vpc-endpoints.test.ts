// The endpoints that an error without an answer names, for functions in a VPC.
import { expect, test } from 'vitest';
import { endpointsFor, endpointsOfRun } from '../../shared/sources/vpc-endpoints.ts';

test('a run in a VPC without a NAT gateway needs an endpoint for each service that it calls', () => {
  expect(endpointsOfRun()).toBe(
    'In a VPC without a NAT gateway, it needs the gateway endpoint s3 and the interface endpoints cloudcontrolapi, cloudformation, cloudtrail, codedeploy, ecs, events, lambda, pipes, scheduler, sns, ssm, states, sts, tagging.',
  );
});

test.each([
  ['ecs:ListTasks', 'it needs the interface endpoint ecs.'],
  ['tag:GetResources', 'it needs the interface endpoint tagging.'],
  ['cloudformation:ListResources', 'it needs the interface endpoint cloudcontrolapi or cloudformation.'],
  ['s3:GetObject', 'S3 needs its gateway endpoint.'],
])('a call that needs %s is told its own endpoint alone', (permission, words) => {
  expect(endpointsFor(permission)).toBe(`In a VPC without a NAT gateway, ${words}`);
});
