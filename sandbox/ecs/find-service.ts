/** Finds the service of a call by its cluster and its name or ARN. */
import type { AccountStores } from '../account-stores.ts';
import { AwsError } from '../errors.ts';
import type { ServiceName, StoredService } from './services.ts';

/** @throws AwsError for a cluster that does not exist */
export function findService(account: AccountStores, { cluster, service = '' }: ServiceName): StoredService | undefined {
  return account.services.find(account.clusters.active(cluster).clusterArn, service);
}

export function existingService(account: AccountStores, name: ServiceName): StoredService {
  const service = findService(account, name);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

/** The service that a call changes. */
export function activeService(account: AccountStores, name: ServiceName): StoredService {
  const service = existingService(account, name);
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}
