import type { AccountStores } from '../account-stores.ts';

/** IAM evaluates a call inside a cluster with the cluster's ARN as the condition key `ecs:cluster`. */
export function clusterScope(
  account: AccountStores,
  cluster: string | undefined,
  resources: readonly string[] = ['*'],
) {
  return { resources, conditionKeys: { 'ecs:cluster': account.arns.clusterNamed(cluster) } };
}
