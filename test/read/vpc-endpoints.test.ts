// The endpoints that an error without an answer names: every service that a run calls.
import { expect, test } from 'vitest';
import { IN_A_VPC } from '../../shared/sources/vpc-endpoints.ts';

test('a run in a VPC without a NAT gateway needs an endpoint for each service that it calls', () => {
  expect(IN_A_VPC).toBe(
    'In a VPC without a NAT gateway, it needs the gateway endpoint s3 and the interface endpoints cloudcontrolapi, cloudformation, cloudtrail, codedeploy, ecs, events, lambda, pipes, scheduler, sns, ssm, states, sts, tagging.',
  );
});
