// Builds clients of ECS. A separate file, so that a cold function asks who calls before it loads ECS.
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Aws } from './connect.ts';
import type { Tally } from './tally.ts';

export function ecsReader(aws: Aws, tally: Tally): ECSClient {
  return aws.client(tally, (settings) => new ECSClient(settings));
}

/** For DeregisterTaskDefinition, for deletions and, when an operator restores, for RegisterTaskDefinition. */
export function ecsWriter(aws: Aws, tally: Tally): ECSClient {
  return aws.writer(tally, (settings) => new ECSClient(settings));
}
