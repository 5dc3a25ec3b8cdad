// Reads more about each service that the services wave has seen, in one or more calls. Later readings of a run skip
// services that have not changed.
import { DescribeServicesCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { kindOf } from '../aws/errors.ts';
import { MemberFailed } from '../aws/tally.ts';
import type { Finding } from '../domain/evidence.ts';
import { byName } from '../domain/revision.ts';
import { concurrentlyInTime } from './common/concurrently.ts';
import { Incomplete } from './common/incomplete.ts';
import { unparsedReferences } from './common/unparsed-references.ts';
import type { ClientContext } from './common/reader.ts';
import { isDeleted } from './clusters.ts';
import { isInFlight } from './in-flight.ts';
import { listServices } from './services.ts';

export type ListedService = Service & {
  /** As AWS wrote it: two services in two clusters may share a short ARN. */
  readonly serviceArn: string;
  /** An ARN that no other service shares. */
  readonly referrer: string;
};

export interface OfService {
  readonly findings: readonly Finding[];
  /** Nothing is in progress, so it need not be read again until the service changes. */
  readonly settled: boolean;
}

interface OfServices extends ClientContext<ECSClient> {
  readonly source: string;
  readonly wanted: (service: Service) => boolean;
  readonly read: (service: ListedService) => Promise<OfService>;
}

/** Yields once for each service. Each revision in a service's raw answers counts as referenced by it, in known
 *  fields or not.
 *  @throws the error of one service, as if no other had been read at the same time */
export async function* readPerService(parsed: OfServices): AsyncGenerator<readonly Finding[]> {
  const { context, tally } = parsed;
  const services = Array.from(context.memory.services, ([referrer, service]) => ({
    ...service,
    serviceArn: service.serviceArn ?? referrer,
    referrer,
  }));
  const wanted = services.filter(parsed.wanted);
  try {
    yield* concurrentlyInTime(context, wanted, (service) => readOne(parsed, service));
  } catch (error) {
    // A service cannot be left out by its ARN as other members can, so the error concerns the source.
    const { cause, asked } = innermostError(error);
    if (asked !== undefined) tally.asked = asked;
    throw cause;
  }
}

async function readOne(
  { context, tally, client, source, read }: OfServices,
  service: ListedService,
): Promise<readonly Finding[]> {
  const { referrer } = service;
  const { ofServices } = context.memory;
  const key = `${source} ${referrer}`;
  const looked = stateDigestOf(service);
  const known = ofServices.get(key);
  if (known?.looked === looked) return known.findings;
  try {
    const { result, mentioned } = await tally.about(referrer, () => read(service));
    const extra = unparsedReferences(mentioned, result.findings, { source, referrer });
    const findings = [...result.findings, ...extra];
    if (result.settled && !isInFlight(service)) ofServices.set(key, { looked, findings });
    else ofServices.delete(key);
    return findings;
  } catch (error) {
    if (kindOf(innermostError(error).cause) !== 'gone') throw error;
    if (await isServiceDeleted(client, service)) return [];
    throw new Incomplete(`${referrer} exists, but AWS says that it does not`, { cause: error });
  }
}

/** A name that does not resolve proves nothing by itself, so the service is described once more. A deleted service
 *  is INACTIVE, or DRAINING while its tasks (which are read) still run; a MISSING one must have left the listing as
 *  well.
 *  https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html */
export async function isServiceDeleted(
  client: ECSClient,
  { serviceArn, clusterArn = '' }: ListedService,
): Promise<boolean> {
  try {
    const command = new DescribeServicesCommand({ cluster: clusterArn, services: [serviceArn] });
    const { services = [], failures = [] } = await client.send(command);
    const found = services.find((service) => service.serviceArn === serviceArn);
    if (found !== undefined) return found.status === 'INACTIVE' || found.status === 'DRAINING';
    if (!failures.some(({ arn, reason }) => arn === serviceArn && reason === 'MISSING')) return false;
    const listed = await Array.fromAsync(listServices(client, clusterArn, () => false));
    return !listed.includes(serviceArn);
  } catch (error) {
    if (kindOf(error) !== 'gone') throw error;
    return isDeleted(client, clusterArn);
  }
}

/** Each change of what a service deploys adds a deployment or changes the state of one. The number of running tasks
 *  does not count. */
function stateDigestOf({ currentServiceDeployment, currentServiceRevisions = [], ...service }: Service): string {
  const { taskDefinition, deployments = [] } = service;
  return JSON.stringify([
    currentServiceDeployment,
    currentServiceRevisions.map(({ arn = '' }) => arn).toSorted(byName),
    taskDefinition,
    deployments.map(({ id, status, rolloutState, updatedAt }) => [id, status, rolloutState, updatedAt]),
  ]);
}

function innermostError(error: unknown): { cause: unknown; asked?: MemberFailed['asked'] } {
  if (!(error instanceof MemberFailed)) return { cause: error };
  return { asked: error.asked, ...innermostError(error.cause) };
}
