// Reads the active configurations of Express Mode services. These are ordinary services, and the services wave has
// usually seen all of their revisions; any other revision of a configuration still serves.
import { DescribeExpressGatewayServiceCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import type { Reference } from '../domain/evidence.ts';
import { Incomplete } from './common/incomplete.ts';
import { ownReferences } from './common/own-references.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import { readPerService, type ListedService } from './read-per-service.ts';

const source = 'express-services';

export const readExpressServices: Reader = async function* (context, tally) {
  const client = ecsReader(context.aws, tally);
  yield* readPerService({
    context,
    tally,
    client,
    source,
    wanted: isExpress,
    read: async (service) => ({ findings: await activeIn(context, client, service), settled: true }),
  });
};

/** @throws Incomplete on an unknown kind of service: it may have configurations as well */
function isExpress({ serviceArn = 'a service', resourceManagementType }: Service): boolean {
  const type: string | undefined = resourceManagementType;
  if (type !== undefined && type !== 'ECS' && type !== 'CUSTOMER')
    throw new Incomplete(`${serviceArn}: resourceManagementType is ${type}, which this version does not know`);
  return type === 'ECS';
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeExpressGatewayService.html */
async function activeIn(
  { target }: ReadContext,
  client: ECSClient,
  { serviceArn, referrer }: ListedService,
): Promise<Reference[]> {
  const { service } = await client.send(new DescribeExpressGatewayServiceCommand({ serviceArn }));
  const { activeConfigurations } = service ?? {};
  if (activeConfigurations === undefined) throw new Incomplete('the answer has no list of configurations');
  const origin = { source, referrer, relation: 'deploys' } as const;
  return activeConfigurations.flatMap(({ taskDefinitionArn }) =>
    ownReferences(taskDefinitionArn, `${referrer} references`, origin, target),
  );
}
