// Reads what each service deploys, in all of its deployments and task sets, and whether a deployment is in progress. It
// covers all deployment controllers and launch types.
import { DescribeServicesCommand, type ECSClient, paginateListServices, type Service } from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import type { Finding, Reference, Rollout } from '../domain/evidence.ts';
import type { Revision, Target } from '../domain/revision.ts';
import { scopedArn } from '../domain/scoped-arn.ts';
import { inBatches, readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import { ownReferences } from './common/own-references.ts';
import { listClusters, membersOf } from './clusters.ts';
import { assertAllDescribed, assertUnlisted } from './common/assert-described.ts';
import { findMissingServices } from './missing-services.ts';
import { assertKnownStates, isInFlight } from './in-flight.ts';
import type { Reader } from './common/reader.ts';

export const readServices: Reader = async function* (context, tally) {
  const client = ecsReader(context.aws, tally);
  const seen = new Map<string, Service>();
  context.memory.services = seen;
  // Before the listing: a service that is created meanwhile is in the listing, and counts.
  const missing = await findMissingServices(context, tally);
  for (const cluster of await listClusters(context, client)) {
    const list = () => listServices(client, cluster, context.outOfTime);
    for await (const service of membersOf(client, cluster, describe(client, cluster, list))) {
      if (service.serviceArn !== undefined) seen.set(identityOf(service), service);
      yield findingsIn(service, context.target);
    }
  }
  context.memory.missingServices = missing.difference(seen);
};

/** Ten a page is ListServices' default, a hundred its maximum. */
export function listServices(client: ECSClient, cluster: string, outOfTime: () => boolean): AsyncGenerator<string> {
  return readItems(
    paginateListServices({ client }, { cluster, maxResults: 100 }),
    'serviceArns',
    'nextToken',
    outOfTime,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html (ten a call) */
async function* describe(
  client: ECSClient,
  cluster: string,
  list: () => AsyncIterable<string>,
): AsyncGenerator<Service> {
  const missing: string[] = [];
  for await (const batch of inBatches(list(), 10)) {
    const { services = [], failures = [] } = await client.send(
      new DescribeServicesCommand({ cluster, services: batch }),
    );
    const described = services.map(({ serviceArn }) => serviceArn);
    missing.push(...assertAllDescribed(batch, described, failures));
    yield* services.map((service) => ({ clusterArn: cluster, ...service }));
  }
  await assertUnlisted(missing, list);
}

/** An ARN that no other service shares. */
function identityOf({ serviceArn = 'a service without ARN', clusterArn }: Service): string {
  return scopedArn(serviceArn, clusterArn);
}

function findingsIn(service: Service, target: Target): Finding[] {
  assertKnownStates(service);
  const references = referencesIn(service, target);
  return isInFlight(service) ? [...references, rolloutOf('services', identityOf(service), references)] : references;
}

/** @throws Incomplete when a task definition cannot be parsed, or is missing where it is required */
export function referencesIn(service: Service, target: Target): Reference[] {
  const referrer = identityOf(service);
  const { taskDefinition, deployments = [], taskSets = [] } = service;
  const named = [taskDefinition, ...[...deployments, ...taskSets].map((part) => part.taskDefinition)];
  // Under the EXTERNAL controller a service without task sets has no task definition; under any other it always has
  // one.
  if (named.every((text) => text === undefined) && service.deploymentController?.type !== 'EXTERNAL') {
    throw new Incomplete(`${referrer} has no task definition`);
  }
  const origin = { source: 'services', referrer, relation: 'deploys' } as const;
  return [...new Set(named)].flatMap((text) =>
    text === undefined ? [] : ownReferences(text, `${referrer} references`, origin, target),
  );
}

/** A service with a deployment in progress, and the lowest revision of each family that it references. */
export function rolloutOf(source: string, referrer: string, references: readonly Reference[]): Rollout {
  const lowest = new Map<string, Revision>();
  for (const { target } of references) {
    if (target.kind !== 'revision') continue;
    const known = lowest.get(target.family);
    if (known === undefined || target.number < known.number)
      lowest.set(target.family, { family: target.family, number: target.number });
  }
  return { kind: 'rollout', source, referrer, lowest: [...lowest.values()] };
}
